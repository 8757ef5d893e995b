using DeepLearning.Serialization;

namespace DeepLearning.Data;

/// <summary>Turns a file's bytes into a tensor's elements.</summary>
internal delegate void ElementConversion(ReadOnlySpan<byte> from, Span<byte> to);

/// <summary>Where the records of a file lie, and what they are.</summary>
/// <param name="Start">The position of the first record's first byte.</param>
/// <param name="Count">The number of records.</param>
/// <param name="Shape">The shape of one.</param>
/// <param name="DType">The type of its elements in a tensor.</param>
/// <param name="StoredBytes">Bytes of an element in the file.</param>
/// <param name="Conversion">What the bytes go through on their way; null when they are the tensor's.</param>
internal sealed record RecordLayout(long Start, long Count, Shape Shape, DType DType, int StoredBytes, ElementConversion? Conversion = null)
{
    /// <summary>The records of an uncompressed IDX file: the places of its first axis.</summary>
    public static RecordLayout OfIdx(string path)
    {
        using FileStream stream = File.OpenRead(path);
        using GZipMagic content = new(stream);
        if (content.IsCompressed)
        {
            throw new InvalidDataException($"{path}: it is compressed, so its records cannot be read by position; unpack it first, or "
                + "read it whole with IdxFile.Read.");
        }

        IdxHeader header = IdxHeader.Read(content, path);
        if (stream.Length != header.ByteLength + header.DataBytes)
        {
            throw new InvalidDataException($"{path}: {Shape.Format(header.Lengths)} needs {header.ByteLength + header.DataBytes} bytes "
                + $"with its header, and the file has {stream.Length}.");
        }

        return new RecordLayout(
            header.ByteLength, header.Lengths[0], new Shape(header.Lengths.AsSpan(1)), header.DType, header.ElementBytes,
            header.Type == IdxType.UInt8 ? null : (from, to) => IdxElements.Convert(from, to, header.Type));
    }

    /// <summary>The records of a tensor in a safetensors file: the places of its first axis.</summary>
    public static RecordLayout OfSafetensors(string path, string name)
    {
        using SafetensorsFile file = Safetensors.Open(path);
        if (!file.TryGetEntry(name, out SafetensorsEntry? entry))
        {
            throw new KeyNotFoundException($"{path}: there is no tensor {name}; there are "
                + $"{string.Join(", ", file.Entries.Take(10).Select(static e => e.Name))}{(file.Entries.Count > 10 ? " …" : "")}.");
        }

        if (entry.Shape.Rank == 0)
        {
            throw new ShapeException($"{path}: {name} has no axes, so it has no records.");
        }

        return new RecordLayout(
            file.PositionOf(entry), entry.Shape[0], entry.Shape[1..], entry.DType, entry.Type.Size,
            entry.Type.IsWidened ? entry.Type.Widen : null);
    }
}
