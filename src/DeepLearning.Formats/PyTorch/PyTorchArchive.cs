using DeepLearning.Backends;
using DeepLearning.Serialization;

namespace DeepLearning.Formats;

/// <summary>Reads the ZIP format of torch.save: a pickle, and one record a storage.</summary>
internal static class PyTorchArchive
{
    private const string PickleName = "/data.pkl";
    private const long PickleRoom = 1 << 20;
    private const int PickleGrowth = 8;
    private const int LongestByteOrder = 16;

    /// <param name="stream">The file.</param>
    /// <param name="file">For messages.</param>
    /// <param name="isDeferred">Whether tensors are read only when they are looked at; the stream must stay open as long.</param>
    public static object? Load(Stream stream, FileContext file, bool isDeferred)
    {
        // Holds nothing but the directory of the archive: the stream is not its own.
        ZipRecords records = new(stream, file);
        string pickle = FindPickle(records, file);
        string folder = pickle[..^PickleName.Length];
        bool isBigEndian = IsBigEndian(records, folder, file);

        // Values take more memory than their bytes; a compressed pickle must not multiply that.
        long most = records.IsCompressed(pickle) ? PickleRoom + (PickleGrowth * stream.Length) : Array.MaxLength;
        Dictionary<string, PyTorchStorage> storages = [];
        using MemoryStream bytes = new(records.ReadAll(pickle, most), writable: false);
        PickleInput input = new(bytes, file, pickle);
        object? value = new Unpickler(input, StorageOf).Load();
        if (input.Position != bytes.Length)
        {
            throw input.Bad(input.Position, "the pickle ends before its record does; there is something behind.");
        }

        foreach (PyTorchStorage storage in storages.Values)
        {
            string record = Record(storage.Key);
            storage.Filling = (type, memory) => Fill(storage, type, memory, records, record, isBigEndian, file);
            storage.Fill(mayFail: records.IsCompressed(record));
        }

        return value;

        string Record(string key) => $"{folder}/data/{key}";

        object StorageOf(object?[] id, long at)
        {
            StorageId parsed = StorageId.Parse(id, input, at);
            if (parsed.View is not null)
            {
                throw input.Bad(at, "a storage is a view of another, which is known in the legacy format only.");
            }

            if (storages.TryGetValue(parsed.Key, out PyTorchStorage? known))
            {
                return parsed.CheckSame(known, input, at);
            }

            string record = Record(parsed.Key);
            if (!records.Contains(record))
            {
                throw input.Bad(at, $"the storage {FileContext.Quote(parsed.Key)} has no record {FileContext.Quote(record)}.");
            }

            PyTorchStorage made = new(parsed.Key, parsed.Type, parsed.Count, isDeferred);
            if (parsed.Count > records.LengthOf(record) / (parsed.Type?.Size ?? 1))
            {
                throw input.Bad(at, $"the storage {FileContext.Quote(parsed.Key)} claims {parsed.Count} elements, but its record has "
                    + $"{records.LengthOf(record)} bytes.");
            }

            storages.Add(parsed.Key, made);
            return made;
        }
    }

    private static void Fill(
        PyTorchStorage storage, StoredType type, HostStorage memory, ZipRecords records, string record, bool isBigEndian, FileContext file)
    {
        using Stream bytes = records.Open(record);
        Elements.Read(bytes, memory, storage.CountOf(type), type, isBigEndian, file, record);
        if (storage.ByteLength == records.LengthOf(record))
        {
            records.CheckEnd(bytes, record);
        }
    }

    private static string FindPickle(ZipRecords records, FileContext file)
    {
        // A folder of any name, at the top.
        string[] pickles = [.. records.Names.Where(static name => name.EndsWith(PickleName, StringComparison.Ordinal)
            && name.IndexOf('/', StringComparison.Ordinal) == name.Length - PickleName.Length)];
        if (pickles.Length != 1)
        {
            throw file.Bad(null, null, records.Names.Any(static name => name.EndsWith(".npy", StringComparison.Ordinal))
                ? "this is a ZIP archive of NumPy, no file of torch.save; read it with NpzFile."
                : $"the ZIP archive has {pickles.Length} records FOLDER/data.pkl; torch.save writes one.");
        }

        string folder = pickles[0][..^PickleName.Length];
        return records.Contains($"{folder}/constants.pkl")
            ? throw file.Bad(null, null, "this is a program of torch.jit.save, not what torch.save writes; save the state_dict() of the "
                + "module.")
            : pickles[0];
    }

    private static bool IsBigEndian(ZipRecords records, string folder, FileContext file)
    {
        string record = $"{folder}/byteorder";
        if (!records.Contains(record))
        {
            return false;
        }

        byte[] order = records.ReadAll(record, LongestByteOrder);
        return order.AsSpan().SequenceEqual("big"u8) || (order.AsSpan().SequenceEqual("little"u8)
            ? false
            : throw file.Bad(record, null, "the byte order is neither little nor big."));
    }
}
