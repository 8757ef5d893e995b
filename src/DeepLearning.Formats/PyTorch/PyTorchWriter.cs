using System.IO.Compression;

namespace DeepLearning.Formats;

/// <summary>A file of PyTorch about to be written: its pickle is made, its storages are laid out.</summary>
internal sealed class PyTorchWriter
{
    private const string Folder = "archive";

    // The first moment that a ZIP archive can name, so that equal values make equal files.
    private static readonly DateTimeOffset _epoch = new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly byte[] _pickle;
    private readonly StoragePlan _plan;

    /// <exception cref="ArgumentException">A value has no counterpart in Python, or is nested too deep.</exception>
    public PyTorchWriter(object? value)
    {
        _plan = new StoragePlan(Pickler.TensorsOf(value));
        using MemoryStream pickle = new();
        new Pickler(pickle, _plan).Write(value);
        _pickle = pickle.ToArray();
    }

    public void WriteTo(Stream stream)
    {
        using ZipArchive archive = new(stream, ZipArchiveMode.Create, leaveOpen: true);
        Write(archive, "data.pkl", record => record.Write(_pickle));
        Write(archive, "byteorder", static record => record.Write("little"u8));
        for (int i = 0; i < _plan.Storages.Count; i++)
        {
            Write(archive, $"data/{i}", _plan.Storages[i].WriteTo);
        }

        Write(archive, "version", static record => record.Write("3\n"u8));
    }

    private static void Write(ZipArchive archive, string name, Action<Stream> write)
    {
        ZipArchiveEntry entry = archive.CreateEntry($"{Folder}/{name}", CompressionLevel.NoCompression);
        entry.LastWriteTime = _epoch;
        using Stream record = entry.Open();
        write(record);
    }
}
