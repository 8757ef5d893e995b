using DeepLearning.Serialization;

namespace DeepLearning.Formats;

/// <summary>The name of what is read, for messages; and how files and streams are opened.</summary>
internal sealed record FileContext(string Name)
{
    public ModelFileException Bad(string? key, long? position, string problem, Exception? inner = null) =>
        new(Name, key, position, problem, inner);

    /// <summary>A text out of the file, safe for a message.</summary>
    public static string Quote(string text) => SafetensorsException.Quote(text);

    /// <exception cref="IOException">The file does not exist, is a folder or cannot be read.</exception>
    public static FileStream OpenFile(string path, int bufferSize = 1 << 16)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        CheckByteOrder();
        if (Directory.Exists(path))
        {
            throw new IOException($"{path} is a folder, not a file.");
        }

        // Deleting is shared, so that a new file can take its place.
        return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, bufferSize);
    }

    /// <summary>A stream that can seek and begins at 0: the given one's rest, in memory unless it is such a stream itself.</summary>
    public static Stream Seekable(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        CheckByteOrder();
        if (stream.CanSeek && stream.Position == 0)
        {
            return stream;
        }

        MemoryStream copy = new();
        stream.CopyTo(copy);
        copy.Position = 0;
        return copy;
    }

    /// <summary>Fills the span from the stream.</summary>
    /// <exception cref="ModelFileException">The stream ends before.</exception>
    public void ReadExactly(Stream stream, Span<byte> bytes, string? key)
    {
        try
        {
            stream.ReadExactly(bytes);
        }
        catch (EndOfStreamException e)
        {
            throw Bad(key, null, "the data end before their time; the file was cut off, or is damaged.", e);
        }
        catch (InvalidDataException e)
        {
            throw Bad(key, null, $"the compressed data are damaged: {e.Message}", e);
        }
    }

    private static void CheckByteOrder()
    {
        if (!BitConverter.IsLittleEndian)
        {
            throw new PlatformNotSupportedException("These files are read and written as little-endian memory, and this processor is not.");
        }
    }
}
