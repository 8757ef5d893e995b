using System.Numerics;
using System.Runtime.CompilerServices;
using DeepLearning.Numerics;

namespace DeepLearning.Backends.Cpu;

/// <summary>The sum over elements of a step of up to two operands, such as a product: nothing is written between.</summary>
internal static unsafe class StepSum<TStep, T>
    where TStep : struct, ILaneStep<TStep>
    where T : unmanaged, INumber<T>
{
    /// <summary>Elements summed in T before the sum is added up in double.</summary>
    private const nint Block = 4096;

    public static double Run(TStep step, T* x0, T* x1, nint count)
    {
        x1 = x1 is null ? x0 : x1;
        double sum = 0;
        for (nint i = 0; i < count; i += Block)
        {
            Part part = new(step, x0 + i, x1 + i, Math.Min(Block, count - i));
            Widest.Run<Part, T>(ref part);
            sum += part.Sum;
        }

        return sum;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static double Sum<V>(TStep step, T* x0, T* x1, nint count)
        where V : struct, ILanes<V, T>, IReal<V>
    {
        nint width = V.Width, i = 0;
        V a = 0.0, b = 0.0, c = 0.0, d = 0.0;
        for (; i <= count - (4 * width); i += 4 * width)
        {
            a += At<V>(step, x0, x1, i);
            b += At<V>(step, x0, x1, i + width);
            c += At<V>(step, x0, x1, i + (2 * width));
            d += At<V>(step, x0, x1, i + (3 * width));
        }

        for (; i <= count - width; i += width)
        {
            a += At<V>(step, x0, x1, i);
        }

        T* lanes = stackalloc T[(int)width];
        (a + b + (c + d)).Store(ref *lanes, 0);
        double sum = 0;
        for (nint lane = 0; lane < width; lane++)
        {
            sum += double.CreateTruncating(lanes[lane]);
        }

        for (; i < count; i++)
        {
            At<Lane<T>>(step, x0, x1, i).Store(ref *lanes, 0);
            sum += double.CreateTruncating(*lanes);
        }

        return sum;
    }

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
