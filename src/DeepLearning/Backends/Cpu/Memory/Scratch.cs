using System.Runtime.InteropServices;

namespace DeepLearning.Backends.Cpu;

/// <summary>Native memory for one kernel call, aligned to a cache line, with undefined contents; freed at the end of the call.</summary>
internal readonly unsafe ref struct Scratch<T> : IDisposable where T : unmanaged
{
    private const int Alignment = 64;

    public Scratch(long count) => Pointer = (T*)NativeMemory.AlignedAlloc(checked((nuint)count * (nuint)sizeof(T)), Alignment);

    public T* Pointer { get; }

    public void Dispose() => NativeMemory.AlignedFree(Pointer);
}
