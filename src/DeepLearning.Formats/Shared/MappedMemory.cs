using System.Buffers;
using System.IO.MemoryMappedFiles;

namespace DeepLearning.Formats;

/// <summary>A part of a file, mapped into memory until the last tensor over it is garbage.</summary>
internal sealed unsafe class MappedMemory : MemoryManager<byte>
{
    private readonly MemoryMappedViewAccessor _view;
    private readonly byte* _first;
    private readonly int _length;

    private MappedMemory(MemoryMappedViewAccessor view, int length)
    {
        _view = view;
        _length = length;
        byte* page = null;
        view.SafeMemoryMappedViewHandle.AcquirePointer(ref page);

        // A view begins at a page; the part, somewhere in it.
        _first = page + view.PointerOffset;
    }

    /// <summary>Maps a part of a file; writes into it stay in memory.</summary>
    public static Memory<byte> Of(FileStream file, long start, int length)
    {
        using MemoryMappedFile mapped = MemoryMappedFile.CreateFromFile(
            file, null, 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: true);
        return new MappedMemory(mapped.CreateViewAccessor(start, length, MemoryMappedFileAccess.CopyOnWrite), length).Memory;
    }

    public override Span<byte> GetSpan() => new(_first, _length);

    public override MemoryHandle Pin(int elementIndex = 0) => new(_first + elementIndex, default, this);

    // The tensor that pinned it is garbage.
    public override void Unpin() => Dispose(disposing: true);

    protected override void Dispose(bool disposing)
    {
        if (disposing && !_view.SafeMemoryMappedViewHandle.IsClosed)
        {
            _view.SafeMemoryMappedViewHandle.ReleasePointer();
            _view.Dispose();
        }
    }
}
