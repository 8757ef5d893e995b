using System.Numerics;
using System.Runtime.CompilerServices;
using DeepLearning.Numerics;
using ILGPU;

namespace DeepLearning.Backends.Gpu;

/// <content>What runs along rows, and what is found in them.</content>
internal sealed partial class GpuBackend
{
    /// <summary>Rows up to this length are one thread's work.</summary>
    private const int ShortRow = 64;

    /// <summary>Rows that keep a GPU busy without being cut into parts.</summary>
    private const long ManyRows = 512;

    /// <summary>Elements of a part of a row that is cut, a multiple of every tile.</summary>
    private const long RowPart = 4096;

    public override void ScanRows(Scan scan, Tensor x, Tensor y, Tensor? positions)
    {
        if (x.Count == 0)
        {
            return;
        }

        switch (scan, x.DType)
        {
            case (Scan.Sum, DType.Float32): Scanned<FloatSumScan, float, double>(x, y, positions); break;
            case (Scan.Sum, DType.Float64): Scanned<DoubleSumScan, double, double>(x, y, positions); break;
            case (Scan.Sum, DType.Int64): Scanned<IntegerSumScan<Int64Element, long>, long, long>(x, y, positions); break;
            case (Scan.Sum, DType.Int32): Scanned<IntegerSumScan<LongInt32, int>, int, long>(x, y, positions); break;
            case (Scan.Sum, DType.UInt8 or DType.Bool): Scanned<IntegerSumScan<LongUInt8, byte>, byte, long>(x, y, positions); break;
            case (Scan.LogSumExp, DType.Float32): Scanned<LogSumExpScan<WideFloat32, float>, float, double>(x, y, positions); break;
            case (Scan.LogSumExp, DType.Float64): Scanned<LogSumExpScan<Float64Element, double>, double, double>(x, y, positions); break;
            case (Scan.Max, _): Keys(x.DType, new ExtremeScanWork<Greatest>(this, x, y, positions)); break;
            case (Scan.Min, _): Keys(x.DType, new ExtremeScanWork<Least>(this, x, y, positions)); break;
            default: throw new NotSupportedException($"Rows of {x.DType.Name()} are not scanned by {scan}.");
        }
    }

    public override bool TryLinearScanRows(Tensor a, Tensor? b, double initial, bool reverse, Tensor y)
    {
        if (a.Count == 0)
        {
            return true;
        }

        switch (a.DType)
        {
            case DType.Float32: LinearScan<WideFloat32, float, GpuDouble>(a, b, (float)initial, reverse, y); break;
            case DType.Float64: LinearScan<Float64Element, double, GpuDouble>(a, b, initial, reverse, y); break;
            case DType.Int64: LinearScan<Int64Element, long, GpuInteger<long, Int64Kind>>(a, b, initial, reverse, y); break;
            case DType.Int32: LinearScan<Int32Element, int, GpuInteger<int, Int32Kind>>(a, b, initial, reverse, y); break;
            case DType.UInt8: LinearScan<UInt8Element, byte, GpuInteger<int, ByteKind>>(a, b, initial, reverse, y); break;
            case DType.Bool or DType.Float16 or DType.BFloat16: return false;
            default: throw DTypes.Unsupported(a.DType);
        }

        return true;
    }

    public override bool TryExtremeRows(bool greatest, Tensor x, Tensor y, Tensor positions)
    {
        if (y.Count == 0)
        {
            return true;
        }

        if (greatest)
        {
            Keys(x.DType, new ExtremeRowsWork<Greatest>(this, x, y, positions));
        }
        else
        {
            Keys(x.DType, new ExtremeRowsWork<Least>(this, x, y, positions));
        }

        return true;
    }

    public override bool TryCount(Tensor bins, Tensor? weights, Tensor y)
    {
        // Sums of weights depend on their order: the scatter that keeps it does them.
        if (weights is not null || y.DType != DType.Int64)
        {
            return false;
        }

        Launch(RowKernels.Count, _context.Config(bins.Count), View<long>(bins), View<long>(y));
        GC.KeepAlive(bins);
        GC.KeepAlive(y);
        return true;
    }

    public override bool TryTriangle(Tensor x, Tensor y, int diagonal, bool lower)
    {
        if (y.Count == 0)
        {
            return true;
        }

        switch (y.DType.Size())
        {
            case 1: Triangle<byte>(x, y, diagonal, lower); break;
            case 2: Triangle<ushort>(x, y, diagonal, lower); break;
            case 4: Triangle<int>(x, y, diagonal, lower); break;
            case 8: Triangle<long>(x, y, diagonal, lower); break;
            default: throw DTypes.Unsupported(y.DType);
        }

        return true;
    }

    /// <summary>The number of the true elements is waited for: it is the length of the result.</summary>
    public override Tensor? TryNonZero(Tensor mask)
    {
        if (mask.Count is 0 or > int.MaxValue)
        {
            return mask.Count == 0 ? Tensor.Allocate([mask.Rank, 0], DType.Int64, _device) : null;
        }

        Tensor ranks = Tensor.Allocate([(int)mask.Count], DType.Int64, _device);
        Launch(MaskKernels.Numbers, _context.Config(mask.Count), View<byte>(mask), View<long>(ranks));
        Tensor sums = Tensor.Allocate([(int)mask.Count], DType.Int64, _device);
        ScanRows(Scan.Sum, ranks, sums, null);
        byte[] last = new byte[sizeof(long)];
        Read(sums, (mask.Count - 1) * sizeof(long), last);
        int count = checked((int)BitConverter.ToInt64(last));
        Tensor result = Tensor.Allocate([mask.Rank, count], DType.Int64, _device);
        long step = 1;
        for (int axis = mask.Rank - 1; axis >= 0 && count > 0; axis--)
        {
            Launch(
                RowKernels.TruePlaces, _context.Config(mask.Count), View<byte>(mask), View<long>(sums),
                View<long>(result).SubView((long)axis * count, count), step, (long)mask.Size(axis));
            step *= mask.Size(axis);
        }

        ranks.Return();
        sums.Return();
        GC.KeepAlive(mask);
        return result;
    }

    private static ScanPlaces RowParts(long rows, long length)
    {
        bool isCut = rows < ManyRows && length > 2 * RowPart;
        long parts = isCut ? Math.Min((length + RowPart - 1) / RowPart, 1024) : 1;
        long size = ((length + parts - 1) / parts + RowPart - 1) / RowPart * RowPart;
        return isCut ? new ScanPlaces(rows, length, (length + size - 1) / size, size) : new ScanPlaces(rows, length, 1, length);
    }

    private void Scanned<TScan, S, TState>(Tensor x, Tensor y, Tensor? positions)
        where TScan : struct, IScan<S, TState>
        where S : unmanaged
        where TState : unmanaged
    {
        long length = x.Size(-1);
        ScanPlaces places = RowParts(x.Count / length, length);
        ArrayView<long> at = positions is null ? All<long>(y) : View<long>(positions);
        if (length <= ShortRow)
        {
            Launch(ScanKernels.Rows<TScan, S, TState>, _context.Config(places.Rows), View<S>(x), View<S>(y), at, places);
        }
        else
        {
            bool isLarge = HasLargeGroups;
            int threads = isLarge ? Group256.Threads : Group16.Threads;
            Action<ArrayView<S>, ArrayView<S>, ArrayView<long>, ArrayView<TState>, ScanPlaces, int> parts = isLarge
                ? ScanKernels.Parts<TScan, S, TState, Group256>
                : ScanKernels.Parts<TScan, S, TState, Group16>;
            Tensor memory = Scratch(places.Rows * places.Parts * Unsafe.SizeOf<TState>());
            ArrayView<TState> states = StorageOf(memory).View.Cast<TState>();
            if (places.Parts > 1)
            {
                Launch(parts, Groups(places.Rows * places.Parts, threads), View<S>(x), View<S>(y), at, states, places, 1);
                Action<ArrayView<TState>, ScanPlaces> before = isLarge
                    ? ScanKernels.Before<TScan, S, TState, Group256>
                    : ScanKernels.Before<TScan, S, TState, Group16>;
                Launch(before, Groups(places.Rows, threads), states, places);
            }

            Launch(parts, Groups(places.Rows * places.Parts, threads), View<S>(x), View<S>(y), at, states, places, 0);
            memory.Return();
        }

        GC.KeepAlive(x);
        GC.KeepAlive(y);
        GC.KeepAlive(positions);
    }

    private void LinearScan<TElement, S, R>(Tensor a, Tensor? b, double initial, bool reverse, Tensor y)
        where TElement : struct, ILoad<S, R>, IStore<S, R>
        where S : unmanaged
        where R : struct, IReal<R>
    {
        long length = a.Size(-1), rows = a.Count / length;
        Launch(
            ScanKernels.Linear<TElement, S, R>, _context.Config(rows), View<S>(a), View<S>(b ?? a), View<S>(y),
            new ScanPlaces(rows, length, 1, length), b is null ? 0 : 1, reverse ? 1 : 0, initial);
        GC.KeepAlive(a);
        GC.KeepAlive(b);
        GC.KeepAlive(y);
    }

    private void Triangle<T>(Tensor x, Tensor y, int diagonal, bool lower)
        where T : unmanaged
    {
        Launch(
            RowKernels.Triangle<T>, _context.Config(y.Count), View<T>(x), View<T>(y),
            new TrianglePlaces(y.Size(-2), y.Size(-1), diagonal, lower ? 1 : 0));
        GC.KeepAlive(x);
        GC.KeepAlive(y);
    }

    private readonly struct ExtremeScanWork<TOrder>(GpuBackend backend, Tensor x, Tensor y, Tensor? positions) : IKeyWork
        where TOrder : struct, IOrder
    {
        public void Run<TKey, S, TEntry, E>()
            where TKey : struct, IKey<S>
            where S : unmanaged
            where TEntry : struct, IEntry<E>
            where E : unmanaged => backend.Scanned<ExtremeScan<TKey, S, TOrder>, S, KeyAt>(x, y, positions);
    }

    private readonly struct ExtremeRowsWork<TOrder>(GpuBackend backend, Tensor x, Tensor y, Tensor positions) : IKeyWork
        where TOrder : struct, IOrder
    {
        public void Run<TKey, S, TEntry, E>()
            where TKey : struct, IKey<S>
            where S : unmanaged
            where TEntry : struct, IEntry<E>
            where E : unmanaged
        {
            ScanPlaces places = RowParts(y.Count, x.Size(-1));
            bool isLarge = backend.HasLargeGroups;
            int most = isLarge ? Group256.Threads : Group16.Threads;
            int threads = (int)Math.Clamp(
                (long)BitOperations.RoundUpToPowerOf2((ulong)places.PartLength), isLarge ? 32 : 1, most);
            Tensor memory = backend.Scratch(places.Rows * places.Parts * Unsafe.SizeOf<KeyAt>());
            ArrayView<KeyAt> best = backend.StorageOf(memory).View.Cast<KeyAt>();
            Action<ArrayView<S>, ArrayView<KeyAt>, ScanPlaces> extremes = isLarge
                ? RowKernels.Extremes<TKey, S, TOrder, Group256>
                : RowKernels.Extremes<TKey, S, TOrder, Group16>;
            backend.Launch(extremes, Groups(places.Rows * places.Parts, threads), backend.View<S>(x), best, places);
            backend.Launch(
                RowKernels.ExtremeOfParts<S>, backend._context.Config(places.Rows), best, backend.View<S>(x), backend.View<S>(y),
                backend.View<long>(positions), places);
            memory.Return();
            GC.KeepAlive(x);
            GC.KeepAlive(y);
            GC.KeepAlive(positions);
        }
    }
}
