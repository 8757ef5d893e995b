using System.Numerics;
using System.Runtime.CompilerServices;
using ILGPU;

namespace DeepLearning.Backends.Gpu;

/// <content>Rows in order: sorted, the first of them, one of them, and where values would stand.</content>
internal sealed partial class GpuBackend
{
    public override void SortRows(Tensor x, bool descending, Tensor y, Tensor positions) => TryTopRows(x, descending, y, positions);

    public override bool TryTopRows(Tensor x, bool descending, Tensor y, Tensor positions)
    {
        Ordered(x, descending, 0, y, positions);
        return true;
    }

    public override bool TrySelectRows(Tensor x, int k, Tensor y, Tensor positions)
    {
        Ordered(x, false, k, y, positions);
        return true;
    }

    public override bool TrySearchRows(Tensor sorted, Tensor values, bool right, Tensor y)
    {
        if (values.Count > 0)
        {
            Keys(sorted.DType, new SearchWork(this, sorted, values, right, y));
        }

        return true;
    }

    /// <summary>Runs work for the keys of a type.</summary>
    private static void Keys<TWork>(DType dtype, TWork work)
        where TWork : struct, IKeyWork
    {
        switch (dtype)
        {
            case DType.Float32: work.Run<Float32Key, uint, NarrowEntry, ulong>(); break;
            case DType.Float64: work.Run<Float64Key, ulong, WideEntry, KeyAt>(); break;
            case DType.Int64: work.Run<Int64Key, ulong, WideEntry, KeyAt>(); break;
            case DType.Int32: work.Run<Int32Key, uint, NarrowEntry, ulong>(); break;
            case DType.UInt8 or DType.Bool: work.Run<ByteKey, byte, NarrowEntry, ulong>(); break;
            default: throw DTypes.Unsupported(dtype);
        }
    }

    private void Ordered(Tensor x, bool descending, int first, Tensor y, Tensor positions)
    {
        if (y.Count > 0)
        {
            Keys(x.DType, new OrderWork(this, x, descending, first, y, positions));
        }
    }

    /// <summary>The first entries of the sorted rows, <paramref name="keep"/> a row, and the memory that they are in.</summary>
    private (ArrayView<E> Entries, Tensor Memory) Sorted<TKey, S, TEntry, E>(
        ArrayView<S> x, long rows, long length, bool descending, long keep)
        where TKey : struct, IKey<S>
        where S : unmanaged
        where TEntry : struct, IEntry<E>
        where E : unmanaged
    {
        int most = (HasLargeGroups ? Group256.Threads : Group16.Threads) * SortKernels.PerThread;
        int tile = (int)Math.Min(most, Math.Max(2, (long)BitOperations.RoundUpToPowerOf2((ulong)length)));
        int size = Unsafe.SizeOf<E>();
        MergePlaces merge = new(rows, length, tile, keep);
        Tensor memory = Scratch(rows * merge.Runs * merge.Room * size);
        ArrayView<E> entries = StorageOf(memory).View.Cast<E>();
        TilePlaces tiles = new(rows, length, tile, keep, descending ? 1 : 0);
        int threads = Math.Clamp(tile / 2, HasLargeGroups ? 32 : 1, HasLargeGroups ? Group256.Threads : Group16.Threads);
        Action<ArrayView<S>, ArrayView<E>, TilePlaces> sort = HasLargeGroups
            ? SortKernels.Tiles<TKey, S, TEntry, E, Group256>
            : SortKernels.Tiles<TKey, S, TEntry, E, Group16>;
        Launch(sort, Groups(rows * merge.Runs, threads), x, entries, tiles);
        while (merge.Runs > 1)
        {
            Tensor merged = Scratch(rows * merge.MergedRuns * merge.MergedRoom * size);
            ArrayView<E> to = StorageOf(merged).View.Cast<E>();
            Launch(SortKernels.Merge<TEntry, E>, _context.Config(rows * merge.Runs * merge.Room), entries, to, merge);
            memory.Return();
            (memory, entries) = (merged, to);
            merge = new MergePlaces(rows, length, 2 * merge.Span, keep);
        }

        return (entries, memory);
    }

    private interface IKeyWork
    {
        void Run<TKey, S, TEntry, E>()
            where TKey : struct, IKey<S>
            where S : unmanaged
            where TEntry : struct, IEntry<E>
            where E : unmanaged;
    }

    private readonly struct OrderWork(GpuBackend backend, Tensor x, bool descending, int first, Tensor y, Tensor positions) : IKeyWork
    {
        public void Run<TKey, S, TEntry, E>()
            where TKey : struct, IKey<S>
            where S : unmanaged
            where TEntry : struct, IEntry<E>
            where E : unmanaged
        {
            long length = x.Size(-1), wanted = y.Size(-1), rows = y.Count / wanted, keep = first + wanted;
            (ArrayView<E> entries, Tensor memory) = backend.Sorted<TKey, S, TEntry, E>(backend.View<S>(x), rows, length, descending, keep);
            backend.Launch(
                SortKernels.Take<TEntry, E, S>, backend._context.Config(y.Count), entries, backend.View<S>(x), backend.View<S>(y),
                backend.View<long>(positions), new TakePlaces(rows, length, keep, first, wanted));
            memory.Return();
            GC.KeepAlive(x);
            GC.KeepAlive(y);
            GC.KeepAlive(positions);
        }
    }

    private readonly struct SearchWork(GpuBackend backend, Tensor sorted, Tensor values, bool right, Tensor y) : IKeyWork
    {
        public void Run<TKey, S, TEntry, E>()
            where TKey : struct, IKey<S>
            where S : unmanaged
            where TEntry : struct, IEntry<E>
            where E : unmanaged
        {
            bool isShared = sorted.Rank == 1;
            SearchPlaces places = new(
                values.Count, sorted.Size(-1), isShared ? values.Count : values.Size(-1), isShared ? 1 : 0, right ? 1 : 0);
            backend.Launch(
                RowKernels.Search<TKey, S>, backend._context.Config(values.Count), backend.View<S>(sorted), backend.View<S>(values),
                backend.View<long>(y), places);
            GC.KeepAlive(sorted);
            GC.KeepAlive(values);
            GC.KeepAlive(y);
        }
    }
}
