using DeepLearning.Backends;
using DeepLearning.Serialization;

namespace DeepLearning.Formats;

/// <summary>
/// A storage that a pickle names. Its memory is made when a tensor first needs it, and filled when the whole pickle has been understood.
/// </summary>
/// <param name="key">Its name in the file.</param>
/// <param name="type">The type of its elements; null for a storage of bytes, whose tensors bring their type.</param>
/// <param name="count">The number of elements, or bytes.</param>
/// <param name="isDeferred">Whether its memory is filled only when a tensor over it is looked at.</param>
internal sealed class PyTorchStorage(string key, StoredType? type, long count, bool isDeferred)
{
    private readonly List<(StoredType Type, HostStorage Memory)> _memories = [];

    public string Key => key;

    public StoredType? Type => type;

    public long Count => count;

    public long ByteLength => count * (type?.Size ?? 1);

    /// <summary>Reads the elements of a type into memory; set when it is known where in the file they are.</summary>
    public Action<StoredType, HostStorage>? Filling { get; set; }

    /// <summary>
    /// Fills its memories; where that was deferred, only those whose elements may turn out not to be valid, so that this shows before
    /// anything was done with the others.
    /// </summary>
    /// <param name="mayFail">Whether the bytes themselves may turn out to be damaged.</param>
    public void Fill(bool mayFail)
    {
        foreach ((StoredType elements, HostStorage memory) in _memories)
        {
            if (memory is not DeferredStorage deferred)
            {
                Filling!(elements, memory);
            }
            else if (mayFail || elements.DType == DType.Bool || elements.IsWidened)
            {
                deferred.Fill();
            }
        }
    }

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

        long bytes = CountOf(elements) * elements.DType.Size();
        HostStorage made = isDeferred ? new DeferredStorage(bytes, memory => Filling!(elements, memory)) : BufferPool.Rent(bytes);
        _memories.Add((elements, made));
        return made;
    }
}

/// <summary>A part of a storage, as the legacy format has storages that are views of others.</summary>
internal sealed record PyTorchStorageView(PyTorchStorage Root, long Offset, long Count);
