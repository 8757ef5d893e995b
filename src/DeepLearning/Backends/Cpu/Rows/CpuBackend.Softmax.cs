using System.Numerics;
using System.Runtime.CompilerServices;
using DeepLearning.Numerics;

namespace DeepLearning.Backends.Cpu;

internal sealed unsafe partial class CpuBackend
{
    /// <summary>In bytes: small beside the first cache.</summary>
    private const int LongestRowOnStack = 16384;

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
            SoftmaxKernel<TRow, T> kernel = new() { A = pa, B = pb, Y = py, Length = length };

            // A result too large to be found in the caches again is written past them, from rows that are made on the stack.
            kernel.Streams = a.Count * sizeof(T) >= ElementLoop.StreamedBytes && length * sizeof(T) <= LongestRowOnStack
                && py != pa && py != pb;
            RowLoop.Run(kernel, length == 0 ? 0 : a.Count / length, length);
        }
    }

    /// <summary>What becomes of a row, by way of <c>s</c>, which may be <c>y</c>.</summary>
    private interface ISoftmaxRow
    {
        static abstract void Run<T>(T* a, T* b, T* s, T* y, nint length)
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
        public bool Streams;

        public readonly void Run(long row)
        {
            nint start = (nint)row * Length;
            T* b = B is null ? null : B + start;
            if (Streams)
            {
                Stream(A + start, b, Y + start);
            }
            else
            {
                TRow.Run(A + start, b, Y + start, Y + start, Length);
            }
        }

        [SkipLocalsInit]
        [MethodImpl(MethodImplOptions.NoInlining)]
        private readonly void Stream(T* a, T* b, T* y)
        {
            T* row = stackalloc T[(int)Length];
            TRow.Run(a, b, row, y, Length);
        }
    }

    private readonly struct SoftmaxForward : ISoftmaxRow
    {
        public static void Run<T>(T* a, T* b, T* s, T* y, nint length)
            where T : unmanaged, INumber<T>
        {
            Map(new ShiftedExpStep(Total<AmaxOp, T>(a, length)), a, null, s, length);
            Finish(new ScaleStep(1 / Total<SumOp, T>(s, length)), s, null, s, y, length);
        }
    }

    private readonly struct SoftmaxGradient : ISoftmaxRow
    {
        public static void Run<T>(T* a, T* b, T* s, T* y, nint length)
            where T : unmanaged, INumber<T>
        {
            Map(default(DotStep), a, b, s, length);
            Finish(new CenteredProductStep(Total<SumOp, T>(s, length)), a, b, s, y, length);
        }
    }

    private readonly struct LogSoftmaxForward : ISoftmaxRow
    {
        public static void Run<T>(T* a, T* b, T* s, T* y, nint length)
            where T : unmanaged, INumber<T>
        {
            double peak = Total<AmaxOp, T>(a, length);
            Map(new ShiftedExpStep(peak), a, null, s, length);
            Finish(new ShiftTwiceStep(peak, Math.Log(Total<SumOp, T>(s, length))), a, null, s, y, length);
        }
    }

    private readonly struct LogSoftmaxGradient : ISoftmaxRow
    {
        public static void Run<T>(T* a, T* b, T* s, T* y, nint length)
            where T : unmanaged, INumber<T> =>
            Finish(new LogSoftmaxGradientStep(Total<SumOp, T>(b, length)), a, b, s, y, length);
    }

    private static void Map<TStep, T>(TStep step, T* a, T* b, T* y, nint length)
        where TStep : struct, ILaneStep<TStep>
        where T : unmanaged, INumber<T> => new ElementKernel<TStep, T>(step).Run(a, b, null, null, null, y, length);

    /// <summary>Writes a row of the result: past the caches where what came before was kept elsewhere.</summary>
    private static void Finish<TStep, T>(TStep step, T* a, T* b, T* s, T* y, nint length)
        where TStep : struct, ILaneStep<TStep>
        where T : unmanaged, INumber<T>
    {
        ElementKernel<TStep, T> kernel = new(step);
        if (s != y)
        {
            kernel.Stream();
        }

        kernel.Run(a, b, null, null, null, y, length);
    }

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
