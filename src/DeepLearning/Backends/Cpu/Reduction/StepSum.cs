using System.Numerics;
using System.Runtime.CompilerServices;
using DeepLearning.Numerics;

namespace DeepLearning.Backends.Cpu;

/// <summary>The sum over elements of a step of up to two operands, such as a product: nothing is written between.</summary>
/// <remarks>
/// As in <see cref="RunReduction{TOp, T}"/>, element i goes into virtual lane i mod <see cref="Lanes"/>, and lanes are combined by halves,
/// the last of them in double: the bits do not depend on the width of the vectors.
/// </remarks>
internal static unsafe class StepSum<TStep, T>
    where TStep : struct, ILaneStep<TStep>
    where T : unmanaged, INumber<T>
{
    /// <summary>Elements summed in T before the sum is added up in double.</summary>
    private const nint Block = 4096;

    /// <summary>The lanes that are left are summed in double; so is a stretch that is no longer.</summary>
    private const int Short = 16;

    /// <summary>Four 512-bit vectors.</summary>
    private static int Lanes => 256 / sizeof(T);

    public static double Run(TStep step, T* x0, T* x1, nint count)
    {
        x1 = x1 is null ? x0 : x1;
        if (count <= Short)
        {
            return Few(step, x0, x1, count);
        }

        double sum = 0;
        for (nint i = 0; i < count; i += Block)
        {
            Part part = new(step, x0 + i, x1 + i, Math.Min(Block, count - i));
            Widest.Run<Part, T>(ref part);
            sum += part.Sum;
        }

        return sum;
    }

    /// <summary>The sum by the widest vectors' lanes. Internal so that tests reach every width.</summary>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static double Sum<V>(TStep step, T* x0, T* x1, nint count)
        where V : struct, ILanes<V, T>, IReal<V>
    {
        int lanes = Lanes, width = V.Width, group = 4 * width;
        T* totals = stackalloc T[lanes];
        for (int lane = 0; lane < lanes; lane += group)
        {
            V a = 0.0, b = 0.0, c = 0.0, d = 0.0;
            nint i = lane;
            for (; i <= count - group; i += lanes)
            {
                a += At<V>(step, x0, x1, i);
                b += At<V>(step, x0, x1, i + width);
                c += At<V>(step, x0, x1, i + (2 * width));
                d += At<V>(step, x0, x1, i + (3 * width));
            }

            a.Store(ref *totals, (nuint)lane);
            b.Store(ref *totals, (nuint)(lane + width));
            c.Store(ref *totals, (nuint)(lane + (2 * width)));
            d.Store(ref *totals, (nuint)(lane + (3 * width)));
            T* to = totals + lane;
            nint end = Math.Min(count, i + group);
            for (; i <= end - width; i += width, to += width)
            {
                (V.Load(ref *to, 0) + At<V>(step, x0, x1, i)).Store(ref *to, 0);
            }

            for (; i < end; i++, to++)
            {
                *to += Element(step, x0, x1, i);
            }
        }

        for (int half = lanes / 2; half >= Short; half >>= 1)
        {
            for (int i = 0; i < half; i += width)
            {
                (V.Load(ref *totals, (nuint)i) + V.Load(ref *totals, (nuint)(i + half))).Store(ref *totals, (nuint)i);
            }
        }

        double* sums = stackalloc double[Short];
        for (int i = 0; i < Short; i++)
        {
            sums[i] = double.CreateTruncating(totals[i]);
        }

        return ByHalves(sums);
    }

    [SkipLocalsInit]
    private static double Few(TStep step, T* x0, T* x1, nint count)
    {
        double* sums = stackalloc double[Short];
        for (nint i = 0; i < Short; i++)
        {
            sums[i] = i < count ? double.CreateTruncating(Element(step, x0, x1, i)) : 0;
        }

        return ByHalves(sums);
    }

    private static double ByHalves(double* sums)
    {
        for (int half = Short / 2; half > 0; half >>= 1)
        {
            for (int i = 0; i < half; i++)
            {
                sums[i] += sums[i + half];
            }
        }

        return sums[0];
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T Element(TStep step, T* x0, T* x1, nint i) => At<Lane<T>>(step, x0, x1, i).Value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V At<V>(TStep step, T* x0, T* x1, nint i)
        where V : struct, ILanes<V, T>, IReal<V> =>
        step.Step(V.Load(ref *x0, (nuint)i), TStep.Inputs > 1 ? V.Load(ref *x1, (nuint)i) : default, default, default, default);

    private struct Part(TStep step, T* x0, T* x1, nint count) : IVectorWork<T>
    {
        public double Sum;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Run<V>()
            where V : struct, ILanes<V, T> => Sum = StepSum<TStep, T>.Sum<V>(step, x0, x1, count);
    }
}
