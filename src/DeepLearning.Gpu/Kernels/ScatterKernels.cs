using System.Runtime.CompilerServices;
using DeepLearning.Numerics;
using ILGPU;

namespace DeepLearning.Backends.Gpu;

/// <summary>
/// Writing at computed places that were sorted: a thread takes all values that go to one place, in the order of the indices. Limited by
/// memory, and by a place to which very many values go.
/// </summary>
internal static class ScatterKernels
{
    /// <summary>Where the positions of a selection are, without the other axes.</summary>
    public static void Targets(
        ArrayView<long> i0, ArrayView<long> i1, ArrayView<long> i2, ArrayView<long> i3, ArrayView<long> y, BlockPlaces places)
    {
        for (long i = GridStride.First; i < y.Length; i += GridStride.Step)
        {
            y[i] = IndexingKernels.PositionOf(i0, i1, i2, i3, i, places);
        }
    }

    /// <summary>As <see cref="IndexingKernels.ScatterBlocks"/>, with the positions sorted by where they are.</summary>
    public static void Blocks<TElement, S, R>(ArrayView<S> x, ArrayView<KeyAt> sorted, ArrayView<S> values, BlockPlaces places, int mode)
        where TElement : struct, IElement<S, R>
        where S : unmanaged
        where R : struct, IReal<R>
    {
        for (long i = GridStride.First; i < places.Outer * places.Positions * places.Inner; i += GridStride.Step)
        {
            long block = i / places.Inner;
            long inner = i - (block * places.Inner);
            long outer = block / places.Positions;
            long at = block - (outer * places.Positions);
            ulong key = sorted[at].Key;
            if (IsFirst(sorted, 0, at))
            {
                long target = places.OuterStrides.At(places.OuterAxes.At(outer)) + places.InnerStrides.At(places.InnerAxes.At(inner))
                    + PlaceOf(key);
                R value = TElement.Load(x[target]);
                for (; at < places.Positions; at++)
                {
                    KeyAt entry = sorted[at];
                    if (entry.Key != key)
                    {
                        break;
                    }

                    long from = (((outer * places.Positions) + entry.Position) * places.Inner) + inner;
                    value = IndexingKernels.Combine(value, TElement.Load(values[from]), mode);
                }

                x[target] = TElement.Store(value);
            }
        }
    }

    /// <summary>As <see cref="IndexingKernels.ScatterAxis"/>, with the indices of each line sorted.</summary>
    public static void Lines<TElement, S, R>(ArrayView<S> x, ArrayView<KeyAt> sorted, ArrayView<S> values, AxisPlacesOf places, int mode)
        where TElement : struct, IElement<S, R>
        where S : unmanaged
        where R : struct, IReal<R>
    {
        for (long i = GridStride.First; i < places.Count * places.Length; i += GridStride.Step)
        {
            long line = i / places.Length;
            long start = line * places.Length;
            long at = i - start;
            ulong key = sorted[start + at].Key;
            if (IsFirst(sorted, start, at))
            {
                Place place = places.Axes.At(line);
                long target = places.X.At(place) + (PlaceOf(key) * places.XStep), first = places.Y.At(place);
                R value = TElement.Load(x[target]);
                for (; at < places.Length; at++)
                {
                    KeyAt entry = sorted[start + at];
                    if (entry.Key != key)
                    {
                        break;
                    }

                    R given = TElement.Load(values[first + (entry.Position * places.IndexStep)]);
                    value = IndexingKernels.Combine(value, given, mode);
                }

                x[target] = TElement.Store(value);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool IsFirst(ArrayView<KeyAt> sorted, long start, long at)
    {
        bool isFirst = at == 0;
        if (!isFirst)
        {
            isFirst = sorted[start + at - 1].Key != sorted[start + at].Key;
        }

        return isFirst;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static long PlaceOf(ulong key) => (long)(key ^ 0x8000000000000000);
}
