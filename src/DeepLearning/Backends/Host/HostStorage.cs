using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace DeepLearning.Backends;

/// <summary>Memory of this process: a managed array, or aligned native memory from the pool.</summary>
internal abstract unsafe class HostStorage() : Storage(Device.Cpu)
{
    /// <summary>The first byte. Valid only while this object is alive: hold it through a <see cref="Lease{T}"/>.</summary>
    public abstract ref byte First { get; }
}

/// <summary>A small block or one shared with the caller: a managed array, found by the collector alone.</summary>
internal sealed class ArrayStorage : HostStorage
{
    private readonly byte[] _array;
    private readonly bool _pooled;

    /// <summary>Shares an array of any primitive element type.</summary>
    public ArrayStorage(Array array, long byteLength)
    {
        // Only the reference to element 0 is ever taken through this type, never the length.
        _array = Unsafe.As<byte[]>(array);
        ByteLength = byteLength;
    }

    public ArrayStorage(byte[] array)
    {
        _array = array;
        _pooled = true;
        ByteLength = array.Length;
    }

    public override long ByteLength { get; }

    public Array Array => _array;

    /// <summary>True when the array is the caller's, not the pool's.</summary>
    public bool IsShared => !_pooled;

    public override bool IsForeign => IsShared;

    public override ref byte First => ref MemoryMarshal.GetArrayDataReference(_array);

    protected override void Return()
    {
        if (_pooled)
        {
            BufferPool.ReturnSmall(this);
        }
    }
}

/// <summary>Native memory of one size class. When this object becomes garbage the memory goes back to the pool.</summary>
internal sealed unsafe class NativeStorage : HostStorage
{
    private readonly byte* _memory;

    public NativeStorage(byte* memory, int sizeClass, long byteLength)
    {
        _memory = memory;
        SizeClass = sizeClass;
        ByteLength = byteLength;
    }

    ~NativeStorage()
    {
        if (!Environment.HasShutdownStarted)
        {
            BufferPool.ReturnDead(this);
        }
    }

    public int SizeClass { get; }

    public override long ByteLength { get; }

    public byte* Memory => _memory;

    public override ref byte First => ref *_memory;

    /// <summary>Has no memory any more: the pool gives it back to the system.</summary>
    public void Forget()
    {
#pragma warning disable CA1816 // Not a Dispose: blocks live in the pool, which alone decides to free one.
        GC.SuppressFinalize(this);
#pragma warning restore CA1816
    }

    protected override void Return() => BufferPool.Return(this);
}

/// <summary>Memory of somebody else, pinned for as long as a tensor refers to it.</summary>
internal sealed unsafe class MemoryStorage : HostStorage
{
    private MemoryHandle _handle;

    public MemoryStorage(MemoryHandle handle, long byteLength)
    {
        _handle = handle;
        ByteLength = byteLength;
    }

    ~MemoryStorage() => _handle.Dispose();

    public override long ByteLength { get; }

    public override bool IsForeign => true;

    public override ref byte First => ref *(byte*)_handle.Pointer;

    // The owner's memory is unpinned when the last tensor is garbage: the caller may still share it after a scope ends.
    protected override void Return()
    {
    }
}
