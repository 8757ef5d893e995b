namespace DeepLearning.Serialization;

/// <summary>
/// Files of named tensors in the safetensors format (https://huggingface.co/docs/safetensors): the length of a header, the header (JSON:
/// each tensor's element type, shape and place, and texts about the file), then the elements. Holds no code, so files from
/// strangers are safe to load.
/// </summary>
/// <remarks>
/// The eight element types of the library are written and read as they are. Others of the format are read into the narrowest type
/// that holds all their values: I8, I16 and U16 into int32; U32 and U64 into int64 (a U64 number beyond it is an error); F8_E4M3 and
/// F8_E5M2 into float32. What a file claims is checked against its length before anything is allocated.
/// </remarks>
public static class Safetensors
{
    /// <summary>The longest header, as in the reference implementation.</summary>
    internal const int LongestHeader = 100_000_000;

    private const string StreamName = "safetensors stream";

    /// <summary>Writes a file, replacing the one of that name only when all is on the disk (<see cref="AtomicFile"/>).</summary>
    /// <param name="path">The file, by custom with the ending <c>.safetensors</c>.</param>
    /// <param name="tensors">The tensors by name, of any layout; loading keeps their order.</param>
    /// <param name="metadata">Texts to keep with them.</param>
    /// <exception cref="ArgumentException">A tensor is named <c>__metadata__</c>, or a text is not valid Unicode.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be written to.</exception>
    public static void Save(
        string path, IReadOnlyDictionary<string, Tensor> tensors, IReadOnlyDictionary<string, string>? metadata = null)
    {
        SafetensorsWriter writer = Prepare(tensors, metadata);
        AtomicFile.Write(path, writer.WriteTo);
    }

    /// <summary>Writes to a stream, which need not be able to seek.</summary>
    /// <param name="stream">The stream; it stays open.</param>
    /// <param name="tensors">The tensors by name, of any layout; loading keeps their order.</param>
    /// <param name="metadata">Texts to keep with them.</param>
    /// <exception cref="ArgumentException">A tensor is named <c>__metadata__</c>, or a text is not valid Unicode.</exception>
    public static void Save(
        Stream stream, IReadOnlyDictionary<string, Tensor> tensors, IReadOnlyDictionary<string, string>? metadata = null)
    {
        ArgumentNullException.ThrowIfNull(stream);
        Prepare(tensors, metadata).WriteTo(stream);
    }

    /// <summary>The bytes of a file.</summary>
    /// <param name="tensors">The tensors by name, of any layout; loading keeps their order.</param>
    /// <param name="metadata">Texts to keep with them.</param>
    /// <exception cref="ArgumentException">A tensor is named <c>__metadata__</c>, a text is not valid Unicode, or all is longer than an
    /// array.</exception>
    public static byte[] ToBytes(IReadOnlyDictionary<string, Tensor> tensors, IReadOnlyDictionary<string, string>? metadata = null)
    {
        SafetensorsWriter writer = Prepare(tensors, metadata);
        if (writer.Length > Array.MaxLength)
        {
            throw new ArgumentException($"The tensors take {writer.Length} bytes, more than an array holds; save them to a file.");
        }

        byte[] bytes = new byte[writer.Length];
        using MemoryStream stream = new(bytes);
        writer.WriteTo(stream);
        return bytes;
    }

    /// <summary>Reads all tensors of a file.</summary>
    /// <param name="path">The file.</param>
    /// <returns>The tensors by name, in the order of the file's header.</returns>
    /// <exception cref="SafetensorsException">The file is not in the format, or damaged.</exception>
    /// <exception cref="IOException">The file does not exist or cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
    public static OrderedDictionary<string, Tensor> Load(string path)
    {
        using SafetensorsFile file = Open(path);
        return file.ReadAll();
    }

    /// <summary>Reads all tensors of a stream, from its position to its end; it stays open.</summary>
    /// <param name="stream">The stream; one that cannot seek is read into memory first.</param>
    /// <returns>The tensors by name, in the order of the header.</returns>
    /// <exception cref="SafetensorsException">The bytes are not in the format.</exception>
    public static OrderedDictionary<string, Tensor> Load(Stream stream)
    {
        using SafetensorsFile file = Open(stream, leaveOpen: true);
        return file.ReadAll();
    }

    /// <summary>Reads all tensors out of the bytes of a file.</summary>
    /// <param name="bytes">The whole file.</param>
    /// <returns>The tensors by name, in the order of the header.</returns>
    /// <exception cref="SafetensorsException">The bytes are not in the format.</exception>
    public static OrderedDictionary<string, Tensor> Load(byte[] bytes)
    {
        ArgumentNullException.ThrowIfNull(bytes);
        return Load(new MemoryStream(bytes, writable: false));
    }

    /// <summary>Opens a file to list its tensors and to read some of them.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="SafetensorsException">The file is not in the format, or damaged.</exception>
    /// <exception cref="IOException">The file does not exist or cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
    public static SafetensorsFile Open(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (Directory.Exists(path))
        {
            throw new IOException($"{path} is a folder, not a file.");
        }

        // No buffer: the elements go from the file straight into the tensors. Deleting is shared, so that a new file can take its place.
        FileStream stream = new(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, bufferSize: 0);
        return Open(stream, path, leaveOpen: false);
    }

    /// <summary>Opens a stream, from its position to its end, to list its tensors and to read some of them.</summary>
    /// <param name="stream">The stream; one that cannot seek is read into memory first.</param>
    /// <param name="leaveOpen">Do not close it with the result.</param>
    /// <exception cref="SafetensorsException">The bytes are not in the format.</exception>
    public static SafetensorsFile Open(Stream stream, bool leaveOpen = false)
    {
        ArgumentNullException.ThrowIfNull(stream);
        return Open(stream, StreamName, leaveOpen);
    }

    private static SafetensorsFile Open(Stream stream, string name, bool leaveOpen)
    {
        CheckByteOrder();
        bool keepsStream = false;
        try
        {
            SafetensorsFile file = stream.CanSeek ? new(stream, name, leaveOpen) : new(Copy(stream), name, leaveOpen: false);
            keepsStream = stream.CanSeek;
            return file;
        }
        finally
        {
            if (!keepsStream && !leaveOpen)
            {
                stream.Dispose();
            }
        }
    }

    private static MemoryStream Copy(Stream stream)
    {
        MemoryStream copy = new();
        stream.CopyTo(copy);
        copy.Position = 0;
        return copy;
    }

    private static SafetensorsWriter Prepare(IReadOnlyDictionary<string, Tensor> tensors, IReadOnlyDictionary<string, string>? metadata)
    {
        CheckByteOrder();
        return new SafetensorsWriter(tensors, metadata);
    }

    private static void CheckByteOrder()
    {
        if (!BitConverter.IsLittleEndian)
        {
            throw new PlatformNotSupportedException("safetensors files are little-endian, and this processor is not.");
        }
    }
}
