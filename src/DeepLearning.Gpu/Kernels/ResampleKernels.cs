using DeepLearning.Numerics;
using ILGPU;

namespace DeepLearning.Backends.Gpu;

/// <summary>Weighted sums of neighbors.</summary>
internal static class ResampleKernels
{
    /// <summary>
    /// One axis of x [outer, source, inner] to y [outer, outputs, inner]: an output is the sum of its neighbors in order, fused. Limited by
    /// memory.
    /// </summary>
    public static void Along<TElement, S, R>(
        ArrayView<S> x, ArrayView<int> first, ArrayView<int> counts, ArrayView<S> weights, ArrayView<S> y, int source, int outputs,
        int taps, long inner)
        where TElement : struct, IElement<S, R>
        where S : unmanaged
        where R : struct, IReal<R>
    {
        for (long i = GridStride.First; i < y.Length; i += GridStride.Step)
        {
            long row = i / inner, outer = row / outputs, output = row - (outer * outputs);
            long at = (((outer * source) + first[output]) * inner) + (i - (row * inner));
            R sum = 0.0;
            for (int k = 0; k < counts[output]; k++)
            {
                sum = R.MultiplyAdd(TElement.Load(weights[(output * taps) + k]), TElement.Load(x[at + (k * inner)]), sum);
            }

            y[i] = TElement.Store(sum);
        }
    }
}
