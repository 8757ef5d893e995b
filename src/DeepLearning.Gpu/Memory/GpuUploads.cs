namespace DeepLearning.Backends.Gpu;

/// <summary>
/// Where numbers of the host wait for their way to the device, so that the host need not wait: a ring of pinned memory. A part is used
/// again when the device has been waited for since, for whatever reason; only a host that is a whole ring ahead waits for its own sake.
/// </summary>
internal sealed class GpuUploads
{
    private const int Alignment = 64;

    private readonly Lock _lock = new();
    private readonly Action _wait;
    private byte[]? _ring;
    private long _written;
    private long _arrived;

    /// <param name="capacity">The bytes of the ring, a multiple of 64; allocated at the first use.</param>
    /// <param name="wait">Waits for the device, and says so by <see cref="Arrived"/>.</param>
    public GpuUploads(int capacity, Action wait) => (Capacity, _wait) = (capacity, wait);

    public int Capacity { get; }

    /// <summary>The most bytes that one upload takes.</summary>
    public int Most => Capacity / 2;

    /// <summary>Bytes taken so far, those left out at the ring's end included: what <see cref="Arrived"/> is told.</summary>
    public long Written => Volatile.Read(ref _written);

    /// <summary>Copies numbers into the ring and starts their way from there.</summary>
    /// <param name="source">The numbers, <see cref="Most"/> bytes at most.</param>
    /// <param name="make">Makes memory that does not move, and that the driver reads without a copy of its own.</param>
    /// <param name="start">Asks the device to copy from the ring.</param>
    public void Write(ReadOnlySpan<byte> source, Func<int, byte[]> make, Start start)
    {
        lock (_lock)
        {
            _ring ??= make(Capacity);
            int at = (int)(_written % Capacity);
            long size = (source.Length + Alignment - 1) / Alignment * Alignment, skipped = at + size > Capacity ? Capacity - at : 0;
            if (_written + skipped + size - _arrived > Capacity)
            {
                _wait();
            }

            Span<byte> part = _ring.AsSpan(skipped > 0 ? 0 : at, source.Length);
            source.CopyTo(part);
            start(part);
            _written += skipped + size;
        }
    }

    /// <summary>Says that the device has done what it was asked before so many bytes were written.</summary>
    public void Arrived(long written)
    {
        long before;
        do
        {
            before = Volatile.Read(ref _arrived);
        }
        while (before < written && Interlocked.CompareExchange(ref _arrived, written, before) != before);
    }

    /// <summary>Starts a copy.</summary>
    public delegate void Start(Span<byte> part);
}
