using System.Runtime.InteropServices;
using DeepLearning.Numerics;
using ILGPU;

namespace DeepLearning.Backends.Gpu;

/// <summary>What a reduction's threads take: each of a result's parts is every so many-th element of what the result is made of.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly struct ReducePlaces(long outputs, long parts, long length, Axes keptAxes, Strides kept, Axes reducedAxes, Strides reduced)
{
    public readonly long Outputs = outputs;
    public readonly long Parts = parts;
    public readonly long Length = length;
    public readonly Axes KeptAxes = keptAxes;
    public readonly Strides Kept = kept;
    public readonly Axes ReducedAxes = reducedAxes;
    public readonly Strides Reduced = reduced;
}

/// <summary>
/// Reductions in stages, without a barrier: a thread combines the elements of one part of one result, in order. Which elements are in a
/// part depends on the lengths alone, so the results do.
/// </summary>
internal static class ReduceKernels
{
    /// <summary>y[output, part] from the elements of x; mapped in the first stage, finished in the last.</summary>
    public static void Stage<TOp, TElement, S, R>(ArrayView<S> x, ArrayView<S> y, ReducePlaces places, int maps, int finishes, TOp op)
        where TOp : struct, IReduceOp<TOp>
        where TElement : struct, IElement<S, R>
        where S : unmanaged
        where R : struct, IReal<R>
    {
        for (long i = GridStride.First; i < places.Outputs * places.Parts; i += GridStride.Step)
        {
            long output = i / places.Parts;
            long start = places.Kept.At(places.KeptAxes.At(output));
            R total = TOp.Identity;
            for (long r = i - (output * places.Parts); r < places.Length; r += places.Parts)
            {
                R value = TElement.Load(x[start + places.Reduced.At(places.ReducedAxes.At(r))]);
                total = TOp.Combine(total, maps != 0 ? op.Map(value) : value);
            }

            y[i] = TElement.Store(finishes != 0 ? op.Finish(total) : total);
        }
    }
}
