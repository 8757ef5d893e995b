using System.Numerics;
using System.Runtime.CompilerServices;
using DeepLearning.Numerics;

namespace DeepLearning.Backends.Cpu;

internal sealed unsafe partial class CpuBackend
{
    public override bool TrySoftmax(Tensor x, Tensor y) => SoftmaxRows<SoftmaxForward>(x, null, y);

    public override bool TrySoftmaxBackward(Tensor y, Tensor dy, Tensor dx) => SoftmaxRows<SoftmaxGradient>(y, dy, dx);

    public override bool TryLogSoftmax(Tensor x, Tensor y) => SoftmaxRows<LogSoftmaxForward>(x, null, y);

    public override bool TryLogSoftmaxBackward(Tensor y, Tensor dy, Tensor dx) => SoftmaxRows<LogSoftmaxGradient>(y, dy, dx);

    private static bool SoftmaxRows<TRow>(Tensor a, Tensor? b, Tensor y)
        where TRow : struct, ISoftmaxRow
    {
        ElementTypes.Floats(y.DType, new SoftmaxWork<TRow>(a, b, y));
        return true;
    }

    private static void SoftmaxRows<TRow, T>(Tensor a, Tensor? b, Tensor y)
        where TRow : struct, ISoftmaxRow
        where T : unmanaged, INumber<T>
    {
        int length = a.Size(-1);
        using Lease<T> la = new(a), lb = b is null ? default : new(b), ly = new(y);
        fixed (T* pa = la, pb = lb, py = ly)
        {
            long rows = length == 0 ? 0 : a.Count / length;
            if (!TRow.TryRunAll(pa, py, rows, length))
            {
                RowLoop.Run(new SoftmaxKernel<TRow, T> { A = pa, B = pb, Y = py, Length = length }, rows, length);
            }
        }
    }

    private interface ISoftmaxRow
    {
        /// <summary>Computes all rows together, where there is a way.</summary>
        static virtual bool TryRunAll<T>(T* a, T* y, long rows, nint length)
            where T : unmanaged, INumber<T> => false;

        static abstract void Run<T>(T* a, T* b, T* y, nint length)
            where T : unmanaged, INumber<T>;
    }

    private struct SoftmaxKernel<TRow, T> : IRowKernel
        where TRow : struct, ISoftmaxRow
        where T : unmanaged, INumber<T>
    {
        public T* A;
        public T* B;
        public T* Y;
        public nint Length;

        public readonly void Run(long row)
        {
            nint start = (nint)row * Length;
            TRow.Run(A + start, B is null ? null : B + start, Y + start, Length);
        }
    }

    private readonly struct SoftmaxForward : ISoftmaxRow
    {
        public static bool TryRunAll<T>(T* a, T* y, long rows, nint length)
            where T : unmanaged, INumber<T> => SoftmaxPipeline<T>.TryRun(a, y, rows, length);

        public static void Run<T>(T* a, T* b, T* y, nint length)
            where T : unmanaged, INumber<T>
        {
            Map(new ShiftedExpStep(Total<AmaxOp, T>(a, length)), a, null, y, length);
            Map(new ScaleStep(1 / Total<SumOp, T>(y, length)), y, null, y, length);
        }
    }

    private readonly struct SoftmaxGradient : ISoftmaxRow
    {
        public static void Run<T>(T* a, T* b, T* y, nint length)
            where T : unmanaged, INumber<T>
        {
            Map(default(DotStep), a, b, y, length);
            Map(new CenteredProductStep(Total<SumOp, T>(y, length)), a, b, y, length);
        }
    }

    private readonly struct LogSoftmaxForward : ISoftmaxRow
    {
        public static void Run<T>(T* a, T* b, T* y, nint length)
            where T : unmanaged, INumber<T>
        {
            double peak = Total<AmaxOp, T>(a, length);
            Map(new ShiftedExpStep(peak), a, null, y, length);
            Map(new ShiftTwiceStep(peak, Math.Log(Total<SumOp, T>(y, length))), a, null, y, length);
        }
    }

    private readonly struct LogSoftmaxGradient : ISoftmaxRow
    {
        public static void Run<T>(T* a, T* b, T* y, nint length)
            where T : unmanaged, INumber<T> =>
            Map(new LogSoftmaxGradientStep(Total<SumOp, T>(b, length)), a, b, y, length);
    }

    private static void Map<TStep, T>(TStep step, T* a, T* b, T* y, nint length)
        where TStep : struct, ILaneStep<TStep>
        where T : unmanaged, INumber<T> => new ElementKernel<TStep, T>(step).Run(a, b, null, null, null, y, length);

    /// <summary>Reduces a row of any length.</summary>
    [SkipLocalsInit]
    private static double Total<TOp, T>(T* x, nint length)
        where TOp : struct, IReduceOp<TOp>
        where T : unmanaged, INumber<T>
    {
        nint block = RunReduction<TOp, T>.Block;
        if (length <= block)
        {
            return double.CreateTruncating(RunReduction<TOp, T>.Run(default, x, length));
        }

        T* levels = stackalloc T[RunReduction<TOp, T>.Cascade.Levels];
        RunReduction<TOp, T>.Cascade cascade = new(levels);
        for (nint i = 0; i < length; i += block)
        {
            cascade.Push(RunReduction<TOp, T>.Run(default, x + i, Math.Min(block, length - i)));
        }

        return double.CreateTruncating(cascade.Total());
    }

    private readonly struct ShiftedExpStep(double shift) : ILaneStep<ShiftedExpStep>
    {
        private readonly double _shift = shift;

        public static int Inputs => 1;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public R Step<R>(R x0, R x1, R x2, R x3, R x4)
            where R : struct, IReal<R> => R.Exp(x0 - (R)_shift);
    }

    private readonly struct ShiftTwiceStep(double first, double second) : ILaneStep<ShiftTwiceStep>
    {
        private readonly double _first = first;
        private readonly double _second = second;

        public static int Inputs => 1;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public R Step<R>(R x0, R x1, R x2, R x3, R x4)
            where R : struct, IReal<R> => x0 - (R)_first - (R)_second;
    }

    private readonly struct ScaleStep(double factor) : ILaneStep<ScaleStep>
    {
        private readonly double _factor = factor;

        public static int Inputs => 1;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public R Step<R>(R x0, R x1, R x2, R x3, R x4)
            where R : struct, IReal<R> => x0 * (R)_factor;
    }

    /// <summary>y (dy − Σ y dy)</summary>
    private readonly struct CenteredProductStep(double sum) : ILaneStep<CenteredProductStep>
    {
        private readonly double _sum = sum;

        public static int Inputs => 2;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public R Step<R>(R x0, R x1, R x2, R x3, R x4)
            where R : struct, IReal<R> => x0 * (x1 - (R)_sum);
    }

    /// <summary>dy − exp(y) Σ dy</summary>
    private readonly struct LogSoftmaxGradientStep(double sum) : ILaneStep<LogSoftmaxGradientStep>
    {
        private readonly double _sum = sum;

        public static int Inputs => 2;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public R Step<R>(R x0, R x1, R x2, R x3, R x4)
            where R : struct, IReal<R> => x1 - (R.Exp(x0) * (R)_sum);
    }

    private readonly struct SoftmaxWork<TRow>(Tensor a, Tensor? b, Tensor y) : IFloatWork
        where TRow : struct, ISoftmaxRow
    {
        public void Run<T>()
            where T : unmanaged, IBinaryFloatingPointIeee754<T> => SoftmaxRows<TRow, T>(a, b, y);
    }
}
