using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace DeepLearning.Backends.Cpu;

/// <summary>
/// A kernel's hold on an operand: the elements, and the promise that their storage is not finalized before the lease ends.
/// Without it the collector may return the memory while the kernel runs, since a raw reference keeps nothing alive.
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

        CpuStorage storage = (CpuStorage)tensor.Storage;
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
        CpuStorage storage = (CpuStorage)tensor.Storage;
        return new Lease<byte>(storage, ref Unsafe.Add(ref storage.First, (nint)(tensor.Layout.Offset * tensor.DType.Size())));
    }

    /// <summary>Makes <c>fixed (T* p = lease)</c> work.</summary>
    public ref T GetPinnableReference() => ref First;

    public void Dispose() => GC.KeepAlive(_storage);

    // A kernel of another element type would run past the end of the memory.
    private static InvalidOperationException WrongSize(Tensor tensor) =>
        new($"A kernel of {typeof(T).Name} elements cannot run on a {tensor.DType.Name()} tensor {tensor.Shape}.");
}
