using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using ILGPU;

namespace DeepLearning.Backends.Gpu;

/// <summary>Sorted rows, or one for all, and the values that are sought in them.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly struct SearchPlaces(long count, long length, long width, int isShared, int right)
{
    public readonly long Count = count;
    public readonly long Length = length;
    public readonly long Width = width;
    public readonly int IsShared = isShared;
    public readonly int Right = right;
}

/// <summary>Matrices one after the other, and the diagonal up to which, or from which on, they are kept.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly struct TrianglePlaces(long rows, long columns, long diagonal, int lower)
{
    public readonly long Rows = rows;
    public readonly long Columns = columns;
    public readonly long Diagonal = diagonal;
    public readonly int Lower = lower;
}

/// <summary>Along the last axis of contiguous rows.</summary>
internal static class RowKernels
{
    /// <summary>
    /// The greatest key of each part of a row, the first among equals: a group a part, which reads in the order of memory. Limited by
    /// memory.
    /// </summary>
    public static void Extremes<TKey, S, TOrder, TGroup>(ArrayView<S> x, ArrayView<KeyAt> best, ScanPlaces places)
        where TKey : struct, IKey<S>
        where S : unmanaged
        where TOrder : struct, IOrder
        where TGroup : struct, IGroupSize
    {
        ArrayView<KeyAt> shared = ILGPU.SharedMemory.Allocate<KeyAt>(TGroup.Threads);
        int thread = Group.IdxX;
        for (long t = Grid.IdxX; t < places.Rows * places.Parts; t += Grid.DimX)
        {
            long line = t / places.Parts;
            long row = line * places.Length, start = (t - (line * places.Parts)) * places.PartLength;
            long end = IntrinsicMath.Min(start + places.PartLength, places.Length);
            KeyAt own = WideEntry.Of(0, long.MaxValue);
            for (long at = start + thread; at < end; at += Group.DimX)
            {
                S element = x[row + at];
                own = Better(own, WideEntry.Of(TOrder.IsReversed ? TKey.Reversed(element) : TKey.Of(element), at));
            }

            shared[thread] = own;
            Group.Barrier();
            for (int half = Group.DimX / 2; half > 0; half /= 2)
            {
                if (thread < half)
                {
                    shared[thread] = Better(shared[thread], shared[thread + half]);
                }

                Group.Barrier();
            }

            if (thread == 0)
            {
                best[t] = shared[0];
            }

            Group.Barrier();
        }
    }

    /// <summary>The best of a row's parts: a thread for each row.</summary>
    public static void ExtremeOfParts<S>(
        ArrayView<KeyAt> best, ArrayView<S> x, ArrayView<S> y, ArrayView<long> positions, ScanPlaces places)
        where S : unmanaged
    {
        for (long row = GridStride.First; row < places.Rows; row += GridStride.Step)
        {
            KeyAt own = best[row * places.Parts];
            for (long part = 1; part < places.Parts; part++)
            {
                own = Better(own, best[(row * places.Parts) + part]);
            }

            y[row] = x[(row * places.Length) + own.Position];
            positions[row] = own.Position;
        }
    }

    /// <summary>How many elements of a sorted row are below each value, or not above it. Limited by the latency of the searches.</summary>
    public static void Search<TKey, S>(ArrayView<S> sorted, ArrayView<S> values, ArrayView<long> y, SearchPlaces places)
        where TKey : struct, IKey<S>
        where S : unmanaged
    {
        for (long i = GridStride.First; i < places.Count; i += GridStride.Step)
        {
            long start = places.IsShared != 0 ? 0 : i / places.Width * places.Length;
            ulong wanted = TKey.Of(values[i]);
            long low = 0, high = places.Length;
            while (low < high)
            {
                long middle = (low + high) / 2;
                ulong key = TKey.Of(sorted[start + middle]);
                if (key < wanted || (places.Right != 0 && key == wanted))
                {
                    low = middle + 1;
                }
                else
                {
                    high = middle;
                }
            }

            y[i] = low;
        }
    }

    /// <summary>
    /// Counts the elements of each bin; additions of integers give the same in any order. Limited by bins that many share.
    /// </summary>
    public static void Count(ArrayView<long> bins, ArrayView<long> y)
    {
        for (long i = GridStride.First; i < bins.Length; i += GridStride.Step)
        {
            long bin = bins[i];
            if (bin >= 0)
            {
                Atomic.Add(ref y[bin], 1L);
            }
        }
    }

    /// <summary>Matrices with one triangle kept and the other set to 0. Limited by memory.</summary>
    public static void Triangle<T>(ArrayView<T> x, ArrayView<T> y, TrianglePlaces places)
        where T : unmanaged
    {
        for (long i = GridStride.First; i < y.Length; i += GridStride.Step)
        {
            long line = i / places.Columns;
            long distance = i - (line * places.Columns) - (line % places.Rows);
            bool isKept = places.Lower != 0 ? distance <= places.Diagonal : distance >= places.Diagonal;
            T value = default;
            if (isKept)
            {
                value = x[i];
            }

            y[i] = value;
        }
    }

    /// <summary>Where a mask is true, along one axis: the element's rank among the true ones is known. Limited by memory.</summary>
    public static void TruePlaces(ArrayView<byte> mask, ArrayView<long> ranks, ArrayView<long> y, long step, long length)
    {
        for (long i = GridStride.First; i < mask.Length; i += GridStride.Step)
        {
            if (mask[i] != 0)
            {
                y[ranks[i] - 1] = i / step % length;
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static KeyAt Better(KeyAt a, KeyAt b) => b.Key > a.Key || (b.Key == a.Key && b.Position < a.Position) ? b : a;
}
