using System.Runtime.InteropServices;

namespace DeepLearning.Backends.Cpu;

/// <summary>
/// Aligned native memory that one thread uses as scratch for packed operands: grown when needed, kept for the thread's life,
/// freed by its finalizer. Its contents never outlive the operation that wrote them.
/// </summary>
internal sealed unsafe class NativeBuffer
{
    private const int Alignment = 64;

    private void* _data;
    private nuint _bytes;

    ~NativeBuffer() => NativeMemory.AlignedFree(_data);

    /// <summary>Memory for <paramref name="count"/> elements, aligned to a cache line, with undefined contents.</summary>
    public T* Get<T>(long count)
        where T : unmanaged
    {
        var bytes = checked((nuint)count * (nuint)sizeof(T));
        if (bytes > _bytes)
        {
            NativeMemory.AlignedFree(_data);
            _data = null;
            _bytes = 0;
            _data = NativeMemory.AlignedAlloc(bytes, bytes > (1 << 20) ? (nuint)(1 << 21) : Alignment);
            _bytes = bytes;
        }

        return (T*)_data;
    }
}
