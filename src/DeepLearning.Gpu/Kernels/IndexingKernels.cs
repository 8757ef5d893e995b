using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using DeepLearning.Numerics;
using ILGPU;

namespace DeepLearning.Backends.Gpu;

/// <summary>
/// Where the elements of a gather or scatter along an axis are: by the place on the other axes, and how far apart along this one. For a
/// scatter the places are lines along the axis.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly struct AxisPlacesOf(long count, Axes axes, Strides x, Strides index, Strides y, long length, long xStep, long indexStep)
{
    public readonly long Count = count;
    public readonly Axes Axes = axes;
    public readonly Strides X = x;
    public readonly Strides Index = index;
    public readonly Strides Y = y;
    public readonly long Length = length;
    public readonly long XStep = xStep;
    public readonly long IndexStep = indexStep;
}

/// <summary>
/// Where the blocks of a selection are: outer places, positions from up to four indices, inner places. What is not indexed has the step 0.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly struct BlockPlaces(
    long outer, long positions, long inner, Axes outerAxes, Strides outerStrides, Axes innerAxes, Strides innerStrides,
    ReadOnlySpan<long> steps)
{
    public readonly long Outer = outer;
    public readonly long Positions = positions;
    public readonly long Inner = inner;
    public readonly Axes OuterAxes = outerAxes;
    public readonly Strides OuterStrides = outerStrides;
    public readonly Axes InnerAxes = innerAxes;
    public readonly Strides InnerStrides = innerStrides;
    public readonly long Step0 = steps[0];
    public readonly long Step1 = steps.Length > 1 ? steps[1] : 0;
    public readonly long Step2 = steps.Length > 2 ? steps[2] : 0;
    public readonly long Step3 = steps.Length > 3 ? steps[3] : 0;
}

/// <summary>
/// Reading and writing at computed places. A thread of a scatter takes all that goes to its places, in the order of the indices: the result
/// does not depend on the number of threads.
/// </summary>
internal static class IndexingKernels
{
    /// <summary>y[i, j, k] = x[i, index[i, j, k], k].</summary>
    public static void GatherAxis<T>(ArrayView<T> x, ArrayView<long> index, ArrayView<T> y, AxisPlacesOf places)
        where T : unmanaged
    {
        for (long i = GridStride.First; i < places.Count; i += GridStride.Step)
        {
            Place place = places.Axes.At(i);
            y[places.Y.At(place)] = x[places.X.At(place) + (index[places.Index.At(place)] * places.XStep)];
        }
    }

    /// <summary>x[i, index[i, j, k], k] = combine(that, values[i, j, k]): a thread a line of j.</summary>
    public static void ScatterAxis<TElement, S, R>(
        ArrayView<S> x, ArrayView<long> index, ArrayView<S> values, AxisPlacesOf places, int mode)
        where TElement : struct, IElement<S, R>
        where S : unmanaged
        where R : struct, IReal<R>
    {
        for (long i = GridStride.First; i < places.Count; i += GridStride.Step)
        {
            Place place = places.Axes.At(i);
            long start = places.X.At(place), at = places.Index.At(place), value = places.Y.At(place);
            for (long j = 0; j < places.Length; j++)
            {
                long target = start + (index[at] * places.XStep);
                x[target] = TElement.Store(Combine(TElement.Load(x[target]), TElement.Load(values[value]), mode));
                at += places.IndexStep;
                value += places.IndexStep;
            }
        }
    }

    /// <summary>y = x[selection].</summary>
    public static void GatherBlocks<T>(
        ArrayView<T> x, ArrayView<long> i0, ArrayView<long> i1, ArrayView<long> i2, ArrayView<long> i3, ArrayView<T> y, BlockPlaces places)
        where T : unmanaged
    {
        for (long i = GridStride.First; i < y.Length; i += GridStride.Step)
        {
            long block = i / places.Inner;
            long outer = block / places.Positions;
            long position = block - (outer * places.Positions);
            long at = places.OuterStrides.At(places.OuterAxes.At(outer))
                + places.InnerStrides.At(places.InnerAxes.At(i - (block * places.Inner)))
                + PositionOf(i0, i1, i2, i3, position, places);
            y[i] = x[at];
        }
    }

    /// <summary>x[selection] = combine(x[selection], values): a thread a place on the other axes.</summary>
    public static void ScatterBlocks<TElement, S, R>(
        ArrayView<S> x, ArrayView<long> i0, ArrayView<long> i1, ArrayView<long> i2, ArrayView<long> i3, ArrayView<S> values,
        BlockPlaces places, int mode)
        where TElement : struct, IElement<S, R>
        where S : unmanaged
        where R : struct, IReal<R>
    {
        for (long i = GridStride.First; i < places.Outer * places.Inner; i += GridStride.Step)
        {
            long outer = i / places.Inner;
            long inner = i - (outer * places.Inner);
            long start = places.OuterStrides.At(places.OuterAxes.At(outer)) + places.InnerStrides.At(places.InnerAxes.At(inner));
            long from = (outer * places.Positions * places.Inner) + inner;
            for (long position = 0; position < places.Positions; position++)
            {
                long target = start + PositionOf(i0, i1, i2, i3, position, places);
                x[target] = TElement.Store(Combine(TElement.Load(x[target]), TElement.Load(values[from]), mode));
                from += places.Inner;
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static long PositionOf(
        ArrayView<long> i0, ArrayView<long> i1, ArrayView<long> i2, ArrayView<long> i3, long position, BlockPlaces places) =>
        (i0[position] * places.Step0) + (i1[position] * places.Step1) + (i2[position] * places.Step2) + (i3[position] * places.Step3);

    /// <summary>How a value meets the element that is there, by the number of a <see cref="ScatterMode"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static R Combine<R>(R old, R value, int mode)
        where R : struct, IReal<R> =>
        mode == 0 ? value : mode == 1 ? old + value : mode == 2 ? old * value : mode == 3 ? R.Max(old, value) : R.Min(old, value);
}
