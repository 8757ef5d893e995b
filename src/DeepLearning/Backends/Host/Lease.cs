using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace DeepLearning.Backends;

/// <summary>
/// A hold on the memory of a tensor on the host: the elements, and the promise that their storage is not finalized before the lease ends.
/// Without it the collector may return the memory while a kernel runs, since a raw reference keeps nothing alive. Other devices let nobody
/// in: their elements come to the host by <see cref="Tensor.To(Device)"/>.
/// </summary>
internal readonly ref struct Lease<T> : IDisposable where T : unmanaged
{
    private readonly Storage _storage;
    private readonly long _count;

    public Lease(Tensor tensor)
    {
        if (tensor.DType.Size() != Unsafe.SizeOf<T>())
        {
            throw WrongSize(tensor);
        }

        HostStorage storage = tensor.Storage as HostStorage ?? throw NotOnHost(tensor);
        _storage = storage;
        _count = tensor.Count;
        First = ref Unsafe.Add(ref Unsafe.As<byte, T>(ref storage.First), (nint)tensor.Layout.Offset);
    }

    private Lease(Storage storage, ref T first)
    {
        _storage = storage;
        First = ref first;
    }

    /// <summary>The element at the tensor's offset.</summary>
    public readonly ref T First;

    /// <summary>The elements of a contiguous tensor.</summary>
    public Span<T> Span => MemoryMarshal.CreateSpan(ref First, checked((int)_count));

    /// <summary>A hold on a tensor of any element type.</summary>
    public static Lease<byte> Bytes(Tensor tensor)
    {
        HostStorage storage = tensor.Storage as HostStorage ?? throw NotOnHost(tensor);
        return new Lease<byte>(storage, ref Unsafe.Add(ref storage.First, (nint)(tensor.Layout.Offset * tensor.DType.Size())));
    }

    /// <summary>Some bytes of a contiguous tensor, counted from its first.</summary>
    public Span<byte> Bytes(long start, int count) =>
        MemoryMarshal.CreateSpan(ref Unsafe.AddByteOffset(ref Unsafe.As<T, byte>(ref First), (nint)start), count);

    /// <summary>Makes <c>fixed (T* p = lease)</c> work.</summary>
    public ref T GetPinnableReference() => ref First;

    public void Dispose() => GC.KeepAlive(_storage);

    private static DeviceException NotOnHost(Tensor tensor) => new(
        $"The elements of the tensor {tensor.DType.Name()}{tensor.Shape} are on {tensor.Device}, and an operation of the processor reads "
        + "or writes them; move it with To(Device.Cpu), or all operands to one device.");

    // A kernel of another element type would run past the end of the memory.
    private static InvalidOperationException WrongSize(Tensor tensor) =>
        new($"A kernel of {typeof(T).Name} elements cannot run on a {tensor.DType.Name()} tensor {tensor.Shape}.");
}
