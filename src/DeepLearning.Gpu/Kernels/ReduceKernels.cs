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
/// Reductions in stages. Which elements are in a part of a result, and the order in which they are combined, depends on the lengths and
/// the size of a group alone, so the results do. Memory limits them, or, where there are more than two reduced axes, the divisions
/// that find a place.
/// </summary>
internal static class ReduceKernels
{
    /// <summary>
    /// y[output, part] where the reduced axes are one or two, the last of which has its elements closer than the results': a team of
    /// threads a part, so that neighbors read neighbors.
    /// </summary>
    public static void Lines<TGroup, TOp, TElement, S, R>(
        ArrayView<S> x, ArrayView<S> y, ReducePlaces places, int team, int maps, int finishes, TOp op)
        where TGroup : struct, IGroup
        where TOp : struct, IReduceOp<TOp>
        where TElement : struct, IElement<S, R>
        where S : unmanaged
        where R : struct, IReal<R>
    {
        ArrayView<S> shared = ILGPU.SharedMemory.Allocate<S>(TGroup.Threads);
        int within = Team.Within(team);
        long teams = Team.Teams<TGroup>(team), units = places.Outputs * places.Parts;
        long stretch = (places.Length + places.Parts - 1) / places.Parts, run = places.ReducedAxes.N5, stride = places.Reduced.S5;
        for (long first = Grid.IdxX * teams; first < units; first += Grid.DimX * teams)
        {
            long unit = first + (Group.IdxX / team), output = unit / places.Parts;
            long r = ((unit - (output * places.Parts)) * stretch) + within, end = r - within + stretch;
            end = end < places.Length ? end : places.Length;
            R total = TOp.Identity;
            if (unit < units && r < end)
            {
                // Divisions at the start, and none in a step.
                long runs = team / run, rest = team - (runs * run), place = r % run, step = runs * places.Reduced.S4;
                long at = places.Kept.At(places.KeptAxes.At(output)) + (r / run * places.Reduced.S4);
                for (; r < end; r += team)
                {
                    R value = TElement.Load(x[at + (place * stride)]);
                    total = TOp.Combine(total, maps != 0 ? op.Map(value) : value);
                    at += step;
                    place += rest;
                    if (place >= run)
                    {
                        place -= run;
                        at += places.Reduced.S4;
                    }
                }
            }

            total = Team.Combine<TGroup, CombineOf<TOp>, TElement, S, R>(shared, total, team);
            if (unit < units && within == 0)
            {
                y[unit] = TElement.Store(finishes != 0 ? op.Finish(total) : total);
            }
        }
    }

    /// <summary>
    /// y[part, output] where the reduced axes are one whose elements lie further apart than the results': a thread a part, every so
    /// many-th element, and neighbors are neighboring results.
    /// </summary>
    public static void Columns<TOp, TElement, S, R>(ArrayView<S> x, ArrayView<S> y, ReducePlaces places, int maps, int finishes, TOp op)
        where TOp : struct, IReduceOp<TOp>
        where TElement : struct, IElement<S, R>
        where S : unmanaged
        where R : struct, IReal<R>
    {
        for (long i = GridStride.First; i < places.Outputs * places.Parts; i += GridStride.Step)
        {
            long part = i / places.Outputs, stride = places.Reduced.S5;
            long at = places.Kept.At(places.KeptAxes.At(i - (part * places.Outputs))) + (part * stride);
            R total = TOp.Identity;
            for (long r = part; r < places.Length; r += places.Parts)
            {
                R value = TElement.Load(x[at]);
                total = TOp.Combine(total, maps != 0 ? op.Map(value) : value);
                at += places.Parts * stride;
            }

            y[i] = TElement.Store(finishes != 0 ? op.Finish(total) : total);
        }
    }

    /// <summary>
    /// y[output, part] from the elements of x along any axes, a thread a part; mapped in the first stage, finished in the last.
    /// </summary>
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
