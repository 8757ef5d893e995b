using System.Numerics;

namespace DeepLearning.Backends.Gpu;

/// <summary>
/// The memory of one GPU, in size classes a quarter of a power of two apart. A returned block is reused at once: one stream does the
/// device's work in order. The collector does not see the device's memory, so the pool asks for a collection after each
/// <see cref="Budget"/> bytes handed out, for a full one when what it holds has grown by half since the last, and for another before it
/// gives up. Finalizers put blocks back and never call the driver; who allocates frees.
/// </summary>
internal sealed class GpuPool
{
    private const int SmallestBits = 9;
    private const int Classes = 4 * 40;
    private const long LeastBudget = 64L << 20;
    private const long LeastGrowth = 256L << 20;

    private readonly Lock _lock = new();
    private readonly Stack<GpuBlock>[] _free = new Stack<GpuBlock>[Classes];
    private readonly int[] _used = new int[Classes];

    // Blocks are found here by the collector, so that none is freed by a finalizer of the driver's wrapper.
    private readonly HashSet<GpuBlock> _blocks = [];
    private readonly Func<long, int, GpuBlock> _allocate;
    private readonly Action _synchronize;
    private readonly string _device;
    private long _sinceCollection;
    private long _fullCollectionAt = LeastGrowth;
    private long _inUse;
    private long _reserved;
    private long _peak;
    private long _allocations;

    /// <param name="device">The device's name, for errors.</param>
    /// <param name="cap">The most bytes to hold.</param>
    /// <param name="allocate">Allocates a block of a length and size class, or throws <see cref="OutOfMemoryException"/>.</param>
    /// <param name="synchronize">Waits for the device, before blocks are freed.</param>
    public GpuPool(string device, long cap, Func<long, int, GpuBlock> allocate, Action synchronize)
    {
        (_device, Cap, _allocate, _synchronize) = (device, cap, allocate, synchronize);
        for (int i = 0; i < Classes; i++)
        {
            _free[i] = [];
        }
    }

    /// <summary>The most bytes that the pool holds, used and free together.</summary>
    public long Cap { get; set; }

    /// <summary>Bytes handed out between two collections that the pool asks for: half of what is in use, or a minimum.</summary>
    public long Budget => Math.Max(LeastBudget, Volatile.Read(ref _inUse) / 2);

    /// <summary>What the memory is used for at this moment.</summary>
    public GpuMemoryStatistics Statistics
    {
        get
        {
            lock (_lock)
            {
                return new GpuMemoryStatistics(_inUse, _reserved, _peak, _allocations);
            }
        }
    }

    /// <summary>A block of at least so many bytes; a multiple of 16 bytes from its start.</summary>
    public GpuBlock Rent(long bytes)
    {
        int sizeClass = ClassOf(bytes);
        if (sizeClass >= Classes)
        {
            throw NoRoom(bytes, null);
        }

        long size = SizeOf(sizeClass);
        if (Interlocked.Add(ref _sinceCollection, size) >= Budget)
        {
            Interlocked.Exchange(ref _sinceCollection, 0);
            GC.Collect(1, GCCollectionMode.Forced, blocking: true);
        }

        GpuBlock? block = TryTake(sizeClass, size);
        if (block is null && Volatile.Read(ref _reserved) + size > Volatile.Read(ref _fullCollectionAt))
        {
            // What has lived long, and died, is only found so.
            GC.Collect();
            GC.WaitForPendingFinalizers();
            Volatile.Write(ref _fullCollectionAt, Math.Max(LeastGrowth, (Volatile.Read(ref _inUse) + size) / 2 * 3));
            block = TryTake(sizeClass, size);
        }

        return block ?? Allocate(bytes, sizeClass, size);
    }

    /// <summary>Takes a block back. Called by finalizers too: no driver, no wait.</summary>
    public void Return(GpuBlock block)
    {
        lock (_lock)
        {
            _inUse -= block.Bytes;
            _used[block.SizeClass]--;
            _free[block.SizeClass].Push(block);
        }
    }

    /// <summary>Gives the blocks that nobody uses back to the driver.</summary>
    public void Trim()
    {
        List<GpuBlock> unused = [];
        lock (_lock)
        {
            foreach (Stack<GpuBlock> stack in _free)
            {
                unused.AddRange(stack);
                stack.Clear();
            }

            foreach (GpuBlock block in unused)
            {
                _blocks.Remove(block);
                _reserved -= block.Bytes;
            }
        }

        if (unused.Count > 0)
        {
            _synchronize();
            unused.ForEach(static block => block.Free());
        }
    }

    internal static int ClassOf(long bytes)
    {
        long size = Math.Max(bytes, 1L << SmallestBits) - 1;
        int bits = BitOperations.Log2((ulong)size);
        return (4 * (bits - SmallestBits + 1)) + (int)(size >> (bits - 2)) - 4 + 1;
    }

    internal static long SizeOf(int sizeClass) => (4L + (sizeClass & 3)) << (SmallestBits - 3 + (sizeClass >> 2));

    private GpuBlock? TryTake(int sizeClass, long size)
    {
        lock (_lock)
        {
            return _free[sizeClass].TryPop(out GpuBlock? block) ? Count(block, size) : null;
        }
    }

    private GpuBlock Allocate(long bytes, int sizeClass, long size)
    {
        for (int attempt = 0; ; attempt++)
        {
            Exception? refused = null;
            if (Volatile.Read(ref _reserved) + size <= Cap)
            {
                try
                {
                    GpuBlock made = _allocate(size, sizeClass);
                    lock (_lock)
                    {
                        _blocks.Add(made);
                        _reserved += size;
                        _allocations++;
                        return Count(made, size);
                    }
                }
                catch (Exception e) when (e is OutOfMemoryException or ILGPU.Runtime.AcceleratorException)
                {
                    refused = e;
                }
            }

            if (attempt == 1)
            {
                throw NoRoom(bytes, refused);
            }

            GC.Collect();
            GC.WaitForPendingFinalizers();
            if (TryTake(sizeClass, size) is { } found)
            {
                return found;
            }

            Trim();
        }
    }

    private GpuBlock Count(GpuBlock block, long size)
    {
        _inUse += size;
        _used[block.SizeClass]++;
        _peak = Math.Max(_peak, _inUse);
        return block;
    }

    private InsufficientMemoryException NoRoom(long bytes, Exception? inner)
    {
        string holders = string.Join(
            ", ",
            Enumerable.Range(0, Classes).Where(i => _used[i] > 0).OrderByDescending(i => _used[i] * SizeOf(i)).Take(5)
                .Select(i => Text($"{_used[i]} of {SizeOf(i):N0} bytes")));
        return new InsufficientMemoryException(
            Text($"{_device} has no room for {bytes:N0} bytes: {_inUse:N0} of at most {Cap:N0} are in use")
                + $"{(holders.Length > 0 ? ", in blocks: " : "")}{holders}. Use smaller batches, or let tensors go sooner (TensorScope).",
            inner);

        static string Text(FormattableString text) => FormattableString.Invariant(text);
    }
}
