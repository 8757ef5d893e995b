using DeepLearning.Backends;
using DeepLearning.Serialization;

namespace DeepLearning.Formats;

/// <summary>
/// A storage that a pickle names. Its memory is made when a tensor first needs it, and filled when the whole pickle has been understood.
/// </summary>
/// <param name="key">Its name in the file.</param>
/// <param name="type">The type of its elements; null for a storage of bytes, whose tensors bring their type.</param>
/// <param name="count">The number of elements, or bytes.</param>
internal sealed class PyTorchStorage(string key, StoredType? type, long count)
{
    private readonly List<(StoredType Type, HostStorage Memory)> _memories = [];

    public string Key => key;

    public StoredType? Type => type;

    public long Count => count;

    public long ByteLength => count * (type?.Size ?? 1);

    /// <summary>The memories that its tensors view: one, but for bytes that are seen as several types.</summary>
    public IReadOnlyList<(StoredType Type, HostStorage Memory)> Memories => _memories;

    public long CountOf(StoredType elements) => ByteLength / elements.Size;

    public HostStorage MemoryOf(StoredType elements)
    {
        foreach ((StoredType known, HostStorage memory) in _memories)
        {
            if (known == elements)
            {
                return memory;
            }
        }

        HostStorage made = BufferPool.Rent(CountOf(elements) * elements.DType.Size());
        _memories.Add((elements, made));
        return made;
    }
}

/// <summary>A part of a storage, as the legacy format has storages that are views of others.</summary>
internal sealed record PyTorchStorageView(PyTorchStorage Root, long Offset, long Count);
