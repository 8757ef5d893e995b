using System.IO.Compression;
using DeepLearning.Serialization;

namespace DeepLearning.Formats;

/// <summary>Files of named arrays of NumPy (<c>.npz</c>): ZIP archives of <c>.npy</c> files, compressed or not.</summary>
public static class NpzFile
{
    private const string StreamName = ".npz stream";
    private const string Ending = ".npy";

    // The first moment that a ZIP archive can name, so that equal tensors make equal files.
    private static readonly DateTimeOffset _epoch = new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Reads all arrays of a file.</summary>
    /// <param name="path">The file.</param>
    /// <returns>The tensors by name, in the file's order.</returns>
    /// <exception cref="ModelFileException">The file is not in the format, is damaged, or has what is not a tensor.</exception>
    /// <exception cref="IOException">The file does not exist or cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
    public static OrderedDictionary<string, Tensor> Load(string path)
    {
        using FileStream stream = FileContext.OpenFile(path);
        return Load(stream, new FileContext(path));
    }

    /// <summary>Reads all arrays of a stream, from its position to its end; it stays open.</summary>
    /// <param name="stream">The stream; one that cannot seek is read into memory first.</param>
    /// <returns>The tensors by name, in the archive's order.</returns>
    /// <exception cref="ModelFileException">The bytes are not in the format, or have what is not a tensor.</exception>
    public static OrderedDictionary<string, Tensor> Load(Stream stream) => Load(FileContext.Seekable(stream), new FileContext(StreamName));

    /// <summary>Writes a file, as <c>numpy.savez</c> does, replacing the one of that name only when all is on the disk.</summary>
    /// <param name="path">The file, by custom with the ending <c>.npz</c>.</param>
    /// <param name="tensors">The tensors by name, of any layout. NumPy has no bfloat16.</param>
    /// <param name="compressed">Compress them, as <c>numpy.savez_compressed</c> does.</param>
    /// <exception cref="ArgumentException">NumPy has no such element type, or a name leads out of the archive.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be written to.</exception>
    public static void Save(string path, IReadOnlyDictionary<string, Tensor> tensors, bool compressed = false)
    {
        List<(string Name, byte[] Header, Tensor Tensor)> records = Prepare(tensors);
        AtomicFile.Write(path, stream => Write(stream, records, compressed));
    }

    /// <summary>Writes to a stream.</summary>
    /// <param name="stream">The stream; it stays open.</param>
    /// <param name="tensors">The tensors by name, of any layout.</param>
    /// <param name="compressed">Compress them.</param>
    /// <exception cref="ArgumentException">NumPy has no such element type, or a name leads out of the archive.</exception>
    public static void Save(Stream stream, IReadOnlyDictionary<string, Tensor> tensors, bool compressed = false)
    {
        ArgumentNullException.ThrowIfNull(stream);
        Write(stream, Prepare(tensors), compressed);
    }

    private static OrderedDictionary<string, Tensor> Load(Stream stream, FileContext file)
    {
        using ZipRecords records = new(stream, file);
        OrderedDictionary<string, Tensor> tensors = [];
        foreach (string record in records.Names)
        {
            string name = record.EndsWith(Ending, StringComparison.Ordinal)
                ? record[..^Ending.Length]
                : throw file.Bad(record, null, "the record is no .npy file; an archive of NumPy has no others.");
            using ChecksumStream bytes = new(records.Open(record));
            try
            {
                // To its end, so that the checksum is that of the record.
                tensors.Add(name, NpyFile.Read(bytes, records.LengthOf(record), file, record));
                records.CheckChecksum(record, bytes.Checksum);
            }
            catch (InvalidDataException e)
            {
                throw file.Bad(record, null, $"the compressed data are damaged: {e.Message}", e);
            }
        }

        return tensors;
    }

    private static List<(string Name, byte[] Header, Tensor Tensor)> Prepare(IReadOnlyDictionary<string, Tensor> tensors)
    {
        ArgumentNullException.ThrowIfNull(tensors);
        List<(string, byte[], Tensor)> records = [];
        foreach ((string name, Tensor tensor) in tensors)
        {
            ArgumentNullException.ThrowIfNull(tensor, name);
            if (!ZipRecords.IsInside(name))
            {
                throw new ArgumentException($"The name {FileContext.Quote(name)} leads out of the archive.");
            }

            records.Add((name + Ending, NpyHeader.Write(tensor), tensor));
        }

        return records;
    }

    private static void Write(Stream stream, List<(string Name, byte[] Header, Tensor Tensor)> records, bool compressed)
    {
        using ZipArchive archive = new(stream, ZipArchiveMode.Create, leaveOpen: true);
        foreach ((string name, byte[] header, Tensor tensor) in records)
        {
            ZipArchiveEntry entry = archive.CreateEntry(name, compressed ? CompressionLevel.Optimal : CompressionLevel.NoCompression);
            entry.LastWriteTime = _epoch;
            using Stream record = entry.Open();
            NpyFile.Write(record, header, tensor);
        }
    }
}
