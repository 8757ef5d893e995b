using System.Numerics;
using System.Runtime.CompilerServices;
using DeepLearning.Numerics;

namespace DeepLearning.Backends.Cpu;

/// <summary>Reduces a stretch of contiguous elements to one.</summary>
/// <remarks>
/// Element i goes into virtual lane i mod <see cref="Lanes"/>; lanes are combined by halves. The number of virtual lanes is the same at
/// every vector width, so the bits of a result do not depend on the processor (nor on the position of the data in memory).
/// </remarks>
internal static unsafe class RunReduction<TOp, T>
    where TOp : struct, IReduceOp<TOp>
    where T : unmanaged, INumber<T>
{
    /// <summary>
    /// The longest stretch reduced at once; longer ones are combined pairwise from such blocks, which keeps rounding errors small.
    /// </summary>
    public const int Block = 4096;

    private const int Short = 16;

    /// <summary>Four 512-bit vectors.</summary>
    public static int Lanes => 256 / sizeof(T);

    [SkipLocalsInit]
    public static T Run(in TOp op, T* x, nint count)
    {
        if (count > Short)
        {
            Stretch stretch = new(op, x, count);
            Widest.Run<Stretch, T>(ref stretch);
            return stretch.Result;
        }

        T* values = stackalloc T[Short];
        for (nint i = 0; i < count; i++)
        {
            values[i] = op.Map(new Lane<T>(x[i])).Value;
        }

        return CombineHalves(values, (int)count);
    }

    /// <summary>Adds further blocks' results one by one, pairwise as in a binary counter.</summary>
    public ref struct Cascade(T* levels)
    {
        /// <summary>Memory that a cascade needs: one value per level.</summary>
        public const int Levels = 48;

        private readonly T* _levels = levels;
        private long _count;

        public void Push(T value)
        {
            int level = 0;
            for (long count = _count; (count & 1) != 0; count >>= 1)
            {
                value = Combine(_levels[level++], value);
            }

            _levels[level] = value;
            _count++;
        }

        public readonly T Total()
        {
            int level = BitOperations.TrailingZeroCount(_count);
            T total = _levels[level];
            for (long count = _count >> (level + 1); count != 0; count >>= 1)
            {
                level++;
                if ((count & 1) != 0)
                {
                    total = Combine(_levels[level], total);
                }
            }

            return total;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T Combine(T a, T b) => TOp.Combine(new Lane<T>(a), new Lane<T>(b)).Value;

    private static T CombineHalves(T* values, int count)
    {
        if (count == 0)
        {
            return Elements.FromDouble<T>(TOp.Identity);
        }

        for (int half = (int)BitOperations.RoundUpToPowerOf2((uint)count) / 2; half > 0; half >>= 1)
        {
            for (int i = 0; i + half < count; i++)
            {
                values[i] = Combine(values[i], values[i + half]);
            }

            count = Math.Min(count, half);
        }

        return values[0];
    }

    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static T Run<V>(TOp op, T* x, nint count)
        where V : struct, ILanes<V, T>
    {
        int lanes = Lanes, width = V.Width, group = 4 * width;
        T* totals = stackalloc T[lanes];
        for (int lane = 0; lane < lanes; lane += group)
        {
            V a0 = V.Create(Elements.FromDouble<T>(TOp.Identity)), a1 = a0, a2 = a0, a3 = a0;
            T* p = x + lane;
            nint rest = count - lane;
            for (; rest >= group; rest -= lanes, p += lanes)
            {
                a0 = TOp.Combine(a0, op.Map(V.Load(ref *p, 0)));
                a1 = TOp.Combine(a1, op.Map(V.Load(ref *p, (nuint)width)));
                a2 = TOp.Combine(a2, op.Map(V.Load(ref *p, (nuint)(2 * width))));
                a3 = TOp.Combine(a3, op.Map(V.Load(ref *p, (nuint)(3 * width))));
            }

            a0.Store(ref *totals, (nuint)lane);
            a1.Store(ref *totals, (nuint)(lane + width));
            a2.Store(ref *totals, (nuint)(lane + (2 * width)));
            a3.Store(ref *totals, (nuint)(lane + (3 * width)));
            T* to = totals + lane;
            for (; rest >= width; rest -= width, p += width, to += width)
            {
                TOp.Combine(V.Load(ref *to, 0), op.Map(V.Load(ref *p, 0))).Store(ref *to, 0);
            }

            for (nint i = 0; i < rest; i++)
            {
                to[i] = Combine(to[i], op.Map(new Lane<T>(p[i])).Value);
            }
        }

        return Fold<V>(totals);
    }

    /// <summary>All virtual lanes to one element; they are overwritten.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Fold<V>(T* totals)
        where V : struct, ILanes<V, T>
    {
        int width = V.Width;
        for (int half = Lanes / 2; half >= width; half >>= 1)
        {
            for (int i = 0; i < half; i += width)
            {
                TOp.Combine(V.Load(ref *totals, (nuint)i), V.Load(ref *totals, (nuint)(i + half))).Store(ref *totals, (nuint)i);
            }
        }

        return CombineHalves(totals, width);
    }

    private struct Stretch(TOp op, T* x, nint count) : IVectorWork<T>
    {
        public T Result;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Run<V>()
            where V : struct, ILanes<V, T> => Result = RunReduction<TOp, T>.Run<V>(op, x, count);
    }
}
