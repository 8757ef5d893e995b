using System.Numerics;
using System.Runtime.CompilerServices;
using DeepLearning.Numerics;

namespace DeepLearning.Backends.Cpu;

/// <summary>
/// The softmax of many rows, whose exponentials are added up while they are computed, and meanwhile the maximum of the next row is found:
/// so memory is read while the exponentials keep the processor busy. The bits are those of one pass after the other: sums go to the same
/// virtual lanes (<see cref="RunReduction{TOp, T}"/>).
/// </summary>
internal unsafe struct SoftmaxPipeline<T> : IJob
    where T : unmanaged, INumber<T>
{
    private T* _x;
    private T* _y;
    private nint _length;
    private long _rows;
    private int _chunks;

    /// <summary>Computes all rows, if they are of a length that fills all lanes, and vectors are as wide as four of them need.</summary>
    /// <returns>Whether it was done.</returns>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static bool TryRun(T* x, T* y, long rows, nint length)
    {
        Able able = default;
        Widest.Run<Able, T>(ref able);
        if (!able.Result || rows < 2 || length > RunReduction<SumOp, T>.Block || length % RunReduction<SumOp, T>.Lanes != 0 || length == 0)
        {
            return false;
        }

        var job = new SoftmaxPipeline<T>
        {
            _x = x,
            _y = y,
            _length = length,
            _rows = rows,
            _chunks = RowLoop.Chunks(rows, length),
        };
        Workers.Run(job._chunks, in job);
        return true;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    public readonly void Execute(int chunk)
    {
        var (first, end) = (_rows * chunk / _chunks, _rows * (chunk + 1) / _chunks);
        Part part = new(_x + (first * _length), _y + (first * _length), _length, end - first);
        Widest.Run<Part, T>(ref part);
    }

    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Rows<V>(T* x, T* y, nint length, long rows)
        where V : struct, ILanes<V, T>
    {
        var lanes = RunReduction<SumOp, T>.Lanes;
        var sums = stackalloc T[lanes];
        var peaks = stackalloc T[lanes];
        var peak = RunReduction<AmaxOp, T>.Run(default, x, length);
        for (var row = 0L; row < rows; row++, x += length, y += length)
        {
            Exponentials<V>(peak, x, row + 1 < rows ? x + length : x, y, length, sums, peaks);
            Scale<V>(Elements.FromDouble<T>(1 / double.CreateTruncating(RunReduction<SumOp, T>.Fold<V>(sums))), y, length);
            peak = RunReduction<AmaxOp, T>.Fold<V>(peaks);
        }
    }

    /// <summary>y = exp(x − peak), its sum, and the maximum of the next row, both by lanes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Exponentials<V>(T peak, T* x, T* next, T* y, nint length, T* sums, T* peaks)
        where V : struct, ILanes<V, T>
    {
        nint width = V.Width;
        var shift = V.Create(peak);
        V s0 = V.Create(T.Zero), s1 = s0, s2 = s0, s3 = s0;
        V m0 = V.Create(Elements.FromDouble<T>(AmaxOp.Identity)), m1 = m0, m2 = m0, m3 = m0;
        for (nint i = 0; i < length; i += 4 * width)
        {
            T* from = x + i, ahead = next + i, to = y + i;
            s0 += Next(from, to, 0, shift);
            s1 += Next(from, to, width, shift);
            m0 = V.Max(m0, V.Load(ref *ahead, 0));
            m1 = V.Max(m1, V.Load(ref *ahead, (nuint)width));
            s2 += Next(from, to, 2 * width, shift);
            s3 += Next(from, to, 3 * width, shift);
            m2 = V.Max(m2, V.Load(ref *ahead, (nuint)(2 * width)));
            m3 = V.Max(m3, V.Load(ref *ahead, (nuint)(3 * width)));
        }

        s0.Store(ref *sums, 0);
        s1.Store(ref *sums, (nuint)width);
        s2.Store(ref *sums, (nuint)(2 * width));
        s3.Store(ref *sums, (nuint)(3 * width));
        m0.Store(ref *peaks, 0);
        m1.Store(ref *peaks, (nuint)width);
        m2.Store(ref *peaks, (nuint)(2 * width));
        m3.Store(ref *peaks, (nuint)(3 * width));

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        static V Next(T* from, T* to, nint offset, V shift)
        {
            var value = V.Exp(V.Load(ref *from, (nuint)offset) - shift);
            value.Store(ref *to, (nuint)offset);
            return value;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Scale<V>(T factor, T* y, nint length)
        where V : struct, ILanes<V, T>
    {
        var by = V.Create(factor);
        for (nint i = 0; i < length; i += V.Width)
        {
            (V.Load(ref *y, (nuint)i) * by).Store(ref *y, (nuint)i);
        }
    }

    private struct Able : IVectorWork<T>
    {
        public bool Result;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Run<V>()
            where V : struct, ILanes<V, T> => Result = 4 * V.Width == RunReduction<SumOp, T>.Lanes;
    }

    private readonly struct Part(T* x, T* y, nint length, long rows) : IVectorWork<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Run<V>()
            where V : struct, ILanes<V, T> => Rows<V>(x, y, length, rows);
    }
}
