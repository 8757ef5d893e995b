using System.Globalization;
using DeepLearning.Serialization;

namespace DeepLearning.Formats;

/// <summary>What the persistent id of a storage says.</summary>
/// <param name="Key">Its name in the file.</param>
/// <param name="Type">The type of its elements; null for a storage of bytes.</param>
/// <param name="Count">The number of elements, or bytes.</param>
/// <param name="View">The part that it is of the storage of that key: the part's key, its offset and its length.</param>
internal sealed record StorageId(string Key, StoredType? Type, long Count, (string Key, long Offset, long Count)? View)
{
    /// <summary>Reads ('storage', type, key, location, count), and what the legacy format adds: (key, offset, count) of a view.</summary>
    public static StorageId Parse(object?[] id, PickleInput input, long at)
    {
        if (id.Length is not (5 or 6) || id[1] is not PickleGlobal { Kind: GlobalKind.Storage or GlobalKind.UntypedStorage } type)
        {
            throw input.Bad(at, "the persistent id of a storage is not ('storage', type, key, location, number of elements).");
        }

        if (type is { Kind: GlobalKind.Storage, Type: null })
        {
            throw input.Bad(at, $"the library has no element type for {type.Name}.");
        }

        (string, long, long)? view = id.Length == 6 ? ViewOf(id[5], input, at) : null;
        return new StorageId(KeyOf(id[2], input, at), type.Type, CountOf(id[4], input, at), view);
    }

    /// <summary>Compares this id of a storage with an earlier one.</summary>
    public PyTorchStorage CheckSame(PyTorchStorage known, PickleInput input, long at) => known.Type == Type && known.Count == Count
        ? known
        : throw input.Bad(at, $"the storage {FileContext.Quote(Key)} occurs with two types or lengths: {known.Count} "
            + $"{known.Type?.Name ?? "bytes"} and {Count} {Type?.Name ?? "bytes"}.");

    private static string KeyOf(object? key, PickleInput input, long at) => key switch
    {
        string text => text,
        long number => number.ToString(CultureInfo.InvariantCulture),
        _ => throw input.Bad(at, "the key of a storage is neither a text nor a number."),
    };

    private static long CountOf(object? count, PickleInput input, long at) =>
        count is long number and >= 0 ? number : throw input.Bad(at, "the length of a storage is no whole number from 0.");

    private static (string Key, long Offset, long Count)? ViewOf(object? view, PickleInput input, long at) => view switch
    {
        null => null,
        object?[] { Length: 3 } parts => (KeyOf(parts[0], input, at), CountOf(parts[1], input, at), CountOf(parts[2], input, at)),
        _ => throw input.Bad(at, "the view of a storage is not (key, offset, number of elements)."),
    };
}
