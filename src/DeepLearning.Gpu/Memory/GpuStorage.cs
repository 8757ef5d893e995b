using ILGPU;
using ILGPU.Runtime;

namespace DeepLearning.Backends.Gpu;

/// <summary>
/// The memory of tensors on a GPU. When this object becomes garbage, its block goes back to the pool; what the device still does with it
/// was asked before whatever uses it next.
/// </summary>
internal sealed class GpuStorage : Storage
{
    private readonly GpuPool _pool;
    private GpuBlock? _block;

    public GpuStorage(Device device, GpuPool pool, GpuBlock block)
        : base(device)
    {
        _pool = pool;
        _block = block;
    }

    ~GpuStorage()
    {
        if (!Environment.HasShutdownStarted)
        {
            Return();
        }
    }

    public override long ByteLength => _block?.Bytes ?? 0;

    public ArrayView<byte> View => (_block ?? throw new ObjectDisposedException(nameof(Tensor), "The memory was returned.")).View;

    protected override void Return()
    {
        if (Interlocked.Exchange(ref _block, null) is { } block)
        {
#pragma warning disable CA1816 // Not a Dispose: the block goes on living in the pool.
            GC.SuppressFinalize(this);
#pragma warning restore CA1816
            _pool.Return(block);
        }
    }
}

/// <summary>A block of a GPU's memory, which the pool owns for as long as it lives.</summary>
internal sealed class GpuBlock(ArrayView<byte> view, long bytes, int sizeClass, Action free)
{
    public ArrayView<byte> View => view;

    public int SizeClass => sizeClass;

    public long Bytes => bytes;

    public static GpuBlock Of(MemoryBuffer1D<byte, Stride1D.Dense> buffer, int sizeClass) =>
        new(buffer.View.BaseView, buffer.Length, sizeClass, buffer.Dispose);

    /// <summary>Gives the memory back to the driver.</summary>
    public void Free() => free();
}
