using System.Runtime.InteropServices;
using ILGPU;
using ILGPU.Runtime;
using ILGPU.Runtime.Cuda;

namespace DeepLearning.Backends.Gpu;

/// <summary>Runs operations on an accelerator of ILGPU. Everything is asked for in order, on one stream; who reads waits.</summary>
internal sealed partial class GpuBackend : Backend
{
    /// <summary>The pinned memory for what is on its way to the device: some batches of images.</summary>
    private const int UploadBytes = 1 << 26;

    private readonly GpuContext _context;
    private readonly Device _device;
    private long _waits;

    public GpuBackend(Device device, GpuContext context)
    {
        (_device, _context) = (device, context);
        _hasTensorCores = context.Accelerator is CudaAccelerator cuda && cuda.Architecture >= CudaArchitecture.SM_80;
        Pool = new GpuPool(
            device.Name, context.Accelerator.MemorySize / 100 * 95,
            (bytes, sizeClass) => GpuBlock.Of(context.Accelerator.Allocate1D<byte>(bytes), sizeClass), Wait);
        Uploads = new GpuUploads(UploadBytes, Wait);
    }

    public GpuContext Context => _context;

    public GpuPool Pool { get; }

    public GpuUploads Uploads { get; }

    public HostFallback Fallback { get; } = new();

    /// <summary>How often the host has waited for the device.</summary>
    public long Waits => Volatile.Read(ref _waits);

    public override Storage Allocate(long bytes)
    {
        _context.Bind();
        return new GpuStorage(_device, Pool, Pool.Rent(bytes));
    }

    public override void Write(ReadOnlySpan<byte> source, Tensor destination, long start)
    {
        if (source.IsEmpty)
        {
            return;
        }

        _context.Bind();
        ArrayView<byte> bytes = Bytes(destination, start, source.Length);
        if (source.Length <= Uploads.Most)
        {
            Uploads.Write(
                source, _context.Pinned,
                part => bytes.CopyFromCPU(_context.Stream, ref MemoryMarshal.GetReference(part), part.Length));
        }
        else
        {
            bytes.CopyFromCPU(_context.Stream, ref MemoryMarshal.GetReference(source), source.Length);
            Wait();
        }

        GC.KeepAlive(destination);
    }

    public override unsafe void Read(Tensor source, long start, Span<byte> destination)
    {
        _context.Bind();
        lock (_checks)
        {
            // What was found wrong comes along, so that there is one wait.
            long[] found = _checks.Pending == 0 ? [] : GC.AllocateUninitializedArray<long>(_checks.Pending, pinned: true);
            fixed (byte* to = destination)
            {
                if (!destination.IsEmpty)
                {
                    Bytes(source, start, destination.Length).CopyToCPUUnsafeAsync(_context.Stream, ref *to, destination.Length);
                }

                if (found.Length > 0)
                {
                    View<long>(_checks.Memory!).SubView(0, found.Length).CopyToCPUUnsafeAsync(_context.Stream, ref found[0], found.Length);
                }

                Wait();
            }

            GC.KeepAlive(source);
            _checks.Settle(this, found);
        }
    }

    public override void Synchronize()
    {
        if (_checks.Memory is { } slots)
        {
            Read(slots, 0, []);
        }
        else
        {
            Wait();
        }
    }

    private void Wait()
    {
        Interlocked.Increment(ref _waits);
        _context.Bind();
        long written = Uploads.Written;
        _context.Stream.Synchronize();
        Uploads.Arrived(written);
    }

    /// <summary>Gives unused memory back to the driver.</summary>
    public void Trim()
    {
        _context.Bind();
        Pool.Trim();
    }

    /// <summary>The whole block that a tensor is in.</summary>
    private ArrayView<S> All<S>(Tensor x)
        where S : unmanaged => StorageOf(x).View.Cast<S>();

    /// <summary>The elements of a contiguous tensor.</summary>
    private ArrayView<S> View<S>(Tensor x)
        where S : unmanaged => StorageOf(x).View.Cast<S>().SubView(x.Layout.Offset, x.Count);

    private ArrayView<byte> Bytes(Tensor x, long start, int count) =>
        StorageOf(x).View.SubView((x.Layout.Offset * x.DType.Size()) + start, count);

    private GpuStorage StorageOf(Tensor x) => x.Storage is GpuStorage storage && ReferenceEquals(x.Device, _device)
        ? storage
        : throw new DeviceException(
            $"A kernel of {_device} was given a tensor {x.DType.Name()}{x.Shape} on {x.Device}; move it with To(…) first.");

    /// <summary>The tensor itself where it is contiguous, of the lengths and of the type; otherwise a copy that is.</summary>
    private Tensor Plain(Tensor x, ReadOnlySpan<int> lengths, DType dtype)
    {
        if (x.IsContiguous && x.DType == dtype && x.Layout.Lengths.AsSpan().SequenceEqual(lengths))
        {
            return x;
        }

        Tensor copy = Tensor.Allocate(lengths, dtype, _device);
        Copy(x, copy);
        return copy;
    }

    /// <summary>Gives back what <see cref="Plain"/> copied: the next to use the memory comes after on the stream.</summary>
    private static void Done(Tensor plain, Tensor original)
    {
        if (!ReferenceEquals(plain, original))
        {
            plain.Return();
        }
    }
}
