using DeepLearning.Backends;
using DeepLearning.Serialization;

namespace DeepLearning.Formats;

/// <summary>
/// Files of one array of NumPy (<c>.npy</c>): versions 1 to 3, in either order of axes and bytes. Element types that the library lacks are
/// read as for <see cref="Safetensors"/>; structures, objects, texts and complex numbers are refused by name.
/// </summary>
public static class NpyFile
{
    private const string StreamName = ".npy stream";

    /// <summary>Reads a file, as <c>numpy.load</c> does.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="ModelFileException">The file is not in the format, is damaged, or has no tensor.</exception>
    /// <exception cref="IOException">The file does not exist or cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
    public static Tensor Load(string path)
    {
        using FileStream stream = FileContext.OpenFile(path);
        return Read(stream, stream.Length, new FileContext(path), null);
    }

    /// <summary>Reads a stream, from its position to its end; it stays open.</summary>
    /// <param name="stream">The stream; one that cannot seek is read into memory first.</param>
    /// <exception cref="ModelFileException">The bytes are not in the format, or have no tensor.</exception>
    public static Tensor Load(Stream stream)
    {
        Stream seekable = FileContext.Seekable(stream);
        return Read(seekable, seekable.Length, new FileContext(StreamName), null);
    }

    /// <summary>Writes a file, as <c>numpy.save</c> does, replacing the one of that name only when all is on the disk.</summary>
    /// <param name="path">The file, by custom with the ending <c>.npy</c>.</param>
    /// <param name="tensor">The tensor, of any layout. NumPy has no bfloat16.</param>
    /// <exception cref="ArgumentException">NumPy has no such element type.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be written to.</exception>
    public static void Save(string path, Tensor tensor)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        byte[] header = NpyHeader.Write(tensor);
        AtomicFile.Write(path, stream => Write(stream, header, tensor));
    }

    /// <summary>Writes to a stream.</summary>
    /// <param name="stream">The stream; it stays open.</param>
    /// <param name="tensor">The tensor, of any layout.</param>
    /// <exception cref="ArgumentException">NumPy has no such element type.</exception>
    public static void Save(Stream stream, Tensor tensor)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(tensor);
        Write(stream, NpyHeader.Write(tensor), tensor);
    }

    internal static Tensor Read(Stream stream, long length, FileContext file, string? key)
    {
        NpyHeader header = NpyHeader.Read(stream, length, file, key);

        // Where the first axis runs fastest, the elements are those of the reversed shape in our order.
        int[] lengths = header.IsFortran ? [.. header.Lengths.Reverse()] : header.Lengths;
        Tensor tensor = Tensor.Empty(lengths, header.Type.DType, Device.Cpu);
        Elements.Read(stream, (HostStorage)tensor.Storage, header.Count, header.Type, header.IsBigEndian, file, key ?? ".npy");
        if (stream.ReadByte() >= 0)
        {
            throw file.Bad(key, null, $"there is something behind the {header.Count} elements.");
        }

        return header.IsFortran && lengths.Length > 1
            ? tensor.Permute([.. Enumerable.Range(0, lengths.Length).Reverse()])
            : tensor;
    }

    internal static void Write(Stream stream, byte[] header, Tensor tensor)
    {
        stream.Write(header);
        HostBytes.Read(tensor, stream.Write);
    }
}
