using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using ILGPU;

namespace DeepLearning.Backends.Gpu;

/// <summary>How many threads a group that shares memory has at most.</summary>
internal interface IGroupSize
{
    static abstract int Threads { get; }
}

internal readonly struct Group256 : IGroupSize
{
    public static int Threads
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => 256;
    }
}

/// <summary>For an accelerator of few threads.</summary>
internal readonly struct Group16 : IGroupSize
{
    public static int Threads
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => 16;
    }
}

/// <summary>Rows that are sorted in tiles of some power of two; of each tile the first entries are kept.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly struct TilePlaces(long rows, long length, int tile, long keep, int descending)
{
    public readonly long Rows = rows;
    public readonly long Length = length;
    public readonly long Keep = keep;
    public readonly int Tile = tile;
    public readonly int Descending = descending;
}

/// <summary>Rows of sorted runs, each the sorted first entries of a span of the row, and the merging of two neighbors into one.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly struct MergePlaces(long rows, long length, long span, long keep)
{
    public readonly long Rows = rows;
    public readonly long Length = length;
    public readonly long Span = span;

    /// <summary>The room of a run, and of a merged one.</summary>
    public readonly long Room = Math.Min(span, keep);
    public readonly long MergedRoom = Math.Min(2 * span, keep);
    public readonly long Runs = (length + span - 1) / span;
    public readonly long MergedRuns = (length + (2 * span) - 1) / (2 * span);
}

/// <summary>Which of a row's sorted entries are wanted.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly struct TakePlaces(long rows, long length, long room, long first, long wanted)
{
    public readonly long Rows = rows;
    public readonly long Length = length;
    public readonly long Room = room;
    public readonly long First = first;
    public readonly long Wanted = wanted;
}

/// <summary>
/// Sorting of rows. Tiles are sorted in shared memory, then neighbors are merged, each entry going to its own place plus the number of
/// entries of the neighbor before it. Limited by the searches for that number, which read the cache log₂ n times a merge.
/// </summary>
internal static class SortKernels
{
    /// <summary>Entries that a thread holds of a tile.</summary>
    public const int PerThread = 4;

    /// <summary>Sorts tiles of rows, a group a tile (Batcher's bitonic network).</summary>
    public static void Tiles<TKey, S, TEntry, E, TGroup>(ArrayView<S> x, ArrayView<E> entries, TilePlaces places)
        where TKey : struct, IKey<S>
        where S : unmanaged
        where TEntry : struct, IEntry<E>
        where E : unmanaged
        where TGroup : struct, IGroupSize
    {
        ArrayView<E> shared = ILGPU.SharedMemory.Allocate<E>(TGroup.Threads * PerThread);
        long runs = (places.Length + places.Tile - 1) / places.Tile;
        int kept = (int)IntrinsicMath.Min(places.Keep, (long)places.Tile);
        for (long t = Grid.IdxX; t < places.Rows * runs; t += Grid.DimX)
        {
            long row = t / runs;
            long start = (t - (row * runs)) * places.Tile;
            for (int e = Group.IdxX; e < places.Tile; e += Group.DimX)
            {
                long at = start + e;
                E entry = TEntry.Last;
                if (at < places.Length)
                {
                    ulong key = TKey.Of(x[(row * places.Length) + at]);
                    entry = TEntry.Of(places.Descending != 0 ? TKey.All ^ key : key, at);
                }

                shared[e] = entry;
            }

            Group.Barrier();
            for (int size = 2; size <= places.Tile; size *= 2)
            {
                for (int distance = size / 2; distance > 0; distance /= 2)
                {
                    for (int e = Group.IdxX; e < places.Tile / 2; e += Group.DimX)
                    {
                        int low = ((e & ~(distance - 1)) * 2) + (e & (distance - 1)), high = low + distance;
                        E a = shared[low], b = shared[high];
                        bool rises = (low & size) == 0;
                        if (rises ? TEntry.IsLess(b, a) : TEntry.IsLess(a, b))
                        {
                            shared[low] = b;
                            shared[high] = a;
                        }
                    }

                    Group.Barrier();
                }
            }

            for (int e = Group.IdxX; e < kept; e += Group.DimX)
            {
                entries[(t * kept) + e] = shared[e];
            }

            Group.Barrier();
        }
    }

    /// <summary>Merges neighboring runs; of each result the first entries are kept.</summary>
    public static void Merge<TEntry, E>(ArrayView<E> from, ArrayView<E> to, MergePlaces places)
        where TEntry : struct, IEntry<E>
        where E : unmanaged
    {
        for (long i = GridStride.First; i < places.Rows * places.Runs * places.Room; i += GridStride.Step)
        {
            long run = i / places.Room;
            long at = i - (run * places.Room);
            long row = run / places.Runs;
            long own = run - (row * places.Runs);
            if (at < CountOf(places, own))
            {
                long other = own ^ 1;
                long start = (run - own + other) * places.Room;
                E entry = from[i];
                long low = 0, high = CountOf(places, other);
                while (low < high)
                {
                    long middle = (low + high) / 2;
                    if (TEntry.IsLess(from[start + middle], entry))
                    {
                        low = middle + 1;
                    }
                    else
                    {
                        high = middle;
                    }
                }

                if (at + low < places.MergedRoom)
                {
                    to[(((row * places.MergedRuns) + (own / 2)) * places.MergedRoom) + at + low] = entry;
                }
            }
        }
    }

    /// <summary>The wanted elements of sorted rows, and where they came from.</summary>
    public static void Take<TEntry, E, S>(
        ArrayView<E> entries, ArrayView<S> x, ArrayView<S> y, ArrayView<long> positions, TakePlaces places)
        where TEntry : struct, IEntry<E>
        where E : unmanaged
        where S : unmanaged
    {
        for (long i = GridStride.First; i < places.Rows * places.Wanted; i += GridStride.Step)
        {
            long row = i / places.Wanted;
            long position = TEntry.Position(entries[(row * places.Room) + places.First + i - (row * places.Wanted)]);
            y[i] = x[(row * places.Length) + position];
            positions[i] = position;
        }
    }

    /// <summary>The entries of a run; none where it lies behind the row's end.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static long CountOf(MergePlaces places, long run)
    {
        long left = places.Length - (run * places.Span);
        left = left < 0 ? 0 : left;
        return left < places.Room ? left : places.Room;
    }
}
