using System.IO.Compression;

namespace DeepLearning.Formats;

/// <summary>The records of a ZIP archive, by name. Believes nothing that the archive says about their lengths.</summary>
internal sealed class ZipRecords : IDisposable
{
    // What deflate reaches at best is 1032 to 1.
    private const int MostRatio = 1032;
    private const int PlausibleRatio = 8;

    private readonly FileContext _file;
    private readonly ZipArchive _archive;
    private readonly OrderedDictionary<string, ZipArchiveEntry> _entries = [];

    /// <summary>Reads the directory of an archive; the stream stays open.</summary>
    /// <exception cref="ModelFileException">It is not an archive, or its directory claims what cannot be.</exception>
    public ZipRecords(Stream stream, FileContext file)
    {
        _file = file;
        try
        {
            _archive = new ZipArchive(stream, ZipArchiveMode.Read, leaveOpen: true);
            long compressed = 0;
            foreach (ZipArchiveEntry entry in _archive.Entries)
            {
                Add(entry);
                compressed += entry.CompressedLength;
                if (entry.CompressedLength < 0 || compressed > stream.Length)
                {
                    throw file.Bad(entry.FullName, null, "the records claim more bytes than the archive has; some of them overlap.");
                }
            }
        }
        catch (Exception e) when (IsDamage(e))
        {
            throw file.Bad(null, null, $"the ZIP archive is damaged: {e.Message}", e);
        }
    }

    /// <summary>The names of the records, in the archive's order.</summary>
    public IReadOnlyList<string> Names => _entries.Keys;

    /// <summary>Whether a name, as a path, stays below where it begins.</summary>
    public static bool IsInside(string name) => !name.StartsWith('/') && !name.Contains('\0', StringComparison.Ordinal)
        && !Array.Exists(name.Split('/', '\\'), static part => part is "..");

    public bool Contains(string name) => _entries.ContainsKey(name);

    /// <summary>How many bytes a record holds, by its own word, which <see cref="Open"/> checks.</summary>
    public long LengthOf(string name) => _entries[name].Length;

    public bool IsCompressed(string name) => _entries[name].Length != _entries[name].CompressedLength;

    /// <summary>Opens a record, whose bytes are as many as it claims.</summary>
    public Stream Open(string name)
    {
        ZipArchiveEntry entry = _entries[name];
        try
        {
            // A claim that only a far-fetched content fulfills is counted before anybody makes room for it.
            if (entry.Length > PlausibleRatio * entry.CompressedLength)
            {
                CheckLength(entry);
            }

            return entry.Open();
        }
        catch (Exception e) when (IsDamage(e))
        {
            throw _file.Bad(name, null, $"the record is damaged: {e.Message}", e);
        }
    }

    /// <summary>The whole of a short record.</summary>
    public byte[] ReadAll(string name, long most)
    {
        long length = LengthOf(name);
        if (length > most)
        {
            throw _file.Bad(name, null, $"the record claims {length} bytes; {most} are the most for it.");
        }

        using Stream stream = Open(name);
        byte[] bytes = new byte[length];
        _file.ReadExactly(stream, bytes, name);
        CheckEnd(stream, name);
        return bytes;
    }

    /// <summary>Throws when a record goes on behind the length that it claims.</summary>
    public void CheckEnd(Stream stream, string name)
    {
        try
        {
            if (stream.ReadByte() >= 0)
            {
                throw _file.Bad(name, null, $"the record holds more than the {LengthOf(name)} bytes that it claims.");
            }
        }
        catch (Exception e) when (IsDamage(e))
        {
            throw _file.Bad(name, null, $"the record is damaged: {e.Message}", e);
        }
    }

    /// <summary>
    /// Compares the checksum of a record that was read to its end. Archives of torch.save may be written without checksums; those of NumPy
    /// are not.
    /// </summary>
    public void CheckChecksum(string name, uint checksum)
    {
        if (_entries[name].Crc32 != checksum)
        {
            throw _file.Bad(name, null, "the record is damaged: its checksum is another.");
        }
    }

    public void Dispose() => _archive.Dispose();

    private static bool IsDamage(Exception e) => e is InvalidDataException or NotSupportedException or ArgumentException
        or OverflowException or IndexOutOfRangeException or (IOException and not ModelFileException);

    private void Add(ZipArchiveEntry entry)
    {
        string name = entry.FullName;
        if (!IsInside(name))
        {
            throw _file.Bad(name, null, "the name of the record leads out of the archive.");
        }

        if (entry.IsEncrypted)
        {
            throw _file.Bad(name, null, "the record is encrypted.");
        }

        if (entry.Length < 0 || entry.Length > (MostRatio * entry.CompressedLength) + MostRatio)
        {
            throw _file.Bad(name, null, $"the record claims {entry.Length} bytes in {entry.CompressedLength} compressed ones, "
                + "which is more than deflate can hold.");
        }

        if (!_entries.TryAdd(name, entry))
        {
            throw _file.Bad(name, null, "two records have this name.");
        }
    }

    private void CheckLength(ZipArchiveEntry entry)
    {
        using Stream stream = entry.Open();
        byte[] buffer = new byte[1 << 16];
        long length = 0;
        while (length <= entry.Length && stream.Read(buffer) is > 0 and int read)
        {
            length += read;
        }

        if (length != entry.Length)
        {
            throw _file.Bad(entry.FullName, null, $"the record claims {entry.Length} bytes and does not hold as many.");
        }
    }
}
