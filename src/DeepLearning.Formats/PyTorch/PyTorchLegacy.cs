using System.Buffers.Binary;
using System.Globalization;
using System.Numerics;

namespace DeepLearning.Formats;

/// <summary>
/// Reads the format of torch.save before PyTorch 1.6: pickles of a magic number, a version, facts about the machine, the value and the keys
/// of the storages; then each storage, its length before it.
/// </summary>
internal static class PyTorchLegacy
{
    private const long Version = 1001;

    private static readonly BigInteger _magic = BigInteger.Parse("119547037146038801333356", CultureInfo.InvariantCulture);

    /// <param name="stream">The file.</param>
    /// <param name="file">For messages.</param>
    /// <param name="isDeferred">Whether tensors are read only when they are looked at; the stream must stay open as long.</param>
    public static object? Load(Stream stream, FileContext file, bool isDeferred)
    {
        PickleInput input = new(stream, file, null);
        if (Plain(input) is not BigInteger magic || magic != _magic)
        {
            throw file.Bad(null, 0, "this is a pickle, but none of torch.save: it does not begin with its magic number.");
        }

        if (Plain(input) is not Version)
        {
            throw file.Bad(null, null, $"the version of the legacy format is not {Version}.");
        }

        bool isBigEndian = Plain(input) is PyTorchDictionary machine && machine.TryGetValue("little_endian", out object? little)
            && little is false;
        Dictionary<string, PyTorchStorage> storages = [];
        long claimed = 0;
        object? value = new Unpickler(input, StorageOf).Load();
        object? keys = Plain(input);
        HashSet<string> unread = [.. storages.Keys];
        foreach (object? key in keys as List<object?> ?? throw input.Bad(input.Position, "the keys of the storages are no list."))
        {
            if (key is not string name || !storages.TryGetValue(name, out PyTorchStorage? storage) || !unread.Remove(name))
            {
                throw input.Bad(input.Position, "the list of storages names one that no tensor has, or one twice.");
            }

            Fill(storage, stream, isBigEndian, file);
        }

        return unread.Count == 0
            ? value
            : throw input.Bad(input.Position, $"the storage {FileContext.Quote(unread.First())} is not among those in the file.");

        object StorageOf(object?[] id, long at)
        {
            StorageId parsed = StorageId.Parse(id, input, at);
            if (storages.TryGetValue(parsed.Key, out PyTorchStorage? storage))
            {
                parsed.CheckSame(storage, input, at);
            }
            else
            {
                int size = parsed.Type?.Size ?? 1;
                if (parsed.Count > (stream.Length - claimed) / size)
                {
                    throw input.Bad(at, $"the storage {FileContext.Quote(parsed.Key)} claims {parsed.Count} elements, more than the file "
                        + "has.");
                }

                claimed += parsed.Count * size;
                storage = new PyTorchStorage(parsed.Key, parsed.Type, parsed.Count, isDeferred);
                storages.Add(parsed.Key, storage);
            }

            if (parsed.View is not { } view)
            {
                return storage;
            }

            return view.Offset <= storage.Count && view.Count <= storage.Count - view.Offset
                ? new PyTorchStorageView(storage, view.Offset, view.Count)
                : throw input.Bad(at, $"a view reaches past the end of the storage {FileContext.Quote(parsed.Key)}.");
        }
    }

    /// <summary>A pickle that may have no tensors.</summary>
    private static object? Plain(PickleInput input) => new Unpickler(
        input, (_, at) => throw input.Bad(at, "a storage stands where only numbers and texts may.")).Load();

    private static void Fill(PyTorchStorage storage, Stream stream, bool isBigEndian, FileContext file)
    {
        Span<byte> prefix = stackalloc byte[sizeof(long)];
        file.ReadExactly(stream, prefix, storage.Key);
        long count = isBigEndian ? BinaryPrimitives.ReadInt64BigEndian(prefix) : BinaryPrimitives.ReadInt64LittleEndian(prefix);
        if (count != storage.Count)
        {
            throw file.Bad(storage.Key, stream.Position - sizeof(long),
                $"the storage has {count} elements, but {storage.Count} were announced.");
        }

        long start = stream.Position;
        if (storage.ByteLength > stream.Length - start)
        {
            throw file.Bad(storage.Key, start, $"the storage of {storage.ByteLength} bytes is cut off.");
        }

        storage.Filling = (type, memory) =>
        {
            stream.Position = start;
            Elements.Read(stream, memory, storage.CountOf(type), type, isBigEndian, file, storage.Key);
        };
        storage.Fill(mayFail: false);

        stream.Position = start + storage.ByteLength;
    }
}
