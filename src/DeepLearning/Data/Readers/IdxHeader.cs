using System.Buffers.Binary;

namespace DeepLearning.Data;

/// <summary>
/// The start of an IDX file: two zero bytes, the element type, the number of axes, and the length of each axis as a big-endian
/// 32-bit number.
/// </summary>
/// <param name="Type">The element type's code in the file.</param>
/// <param name="Lengths">The length of each axis.</param>
internal sealed record IdxHeader(IdxType Type, int[] Lengths)
{
    /// <summary>More axes than any file has; a larger number is a file of another kind.</summary>
    public const int MaximumRank = 16;

    private const int FixedBytes = 4;

    /// <summary>Bytes before the first element.</summary>
    public int ByteLength => FixedBytes + (Lengths.Length * sizeof(int));

    /// <summary>The number of elements; the reader has checked that it can be counted.</summary>
    public long Count => Shape.CountOf(Lengths);

    /// <summary>Bytes of an element in the file.</summary>
    public int ElementBytes => Type switch
    {
        IdxType.UInt8 or IdxType.Int8 => 1,
        IdxType.Int16 => 2,
        IdxType.Float64 => 8,
        IdxType.Int32 or IdxType.Float32 => 4,
        _ => throw Unknown(Type),
    };

    /// <summary>The type of a tensor of the elements; 8- and 16-bit signed integers are widened to int32.</summary>
    public DType DType => Type switch
    {
        IdxType.UInt8 => DType.UInt8,
        IdxType.Float32 => DType.Float32,
        IdxType.Float64 => DType.Float64,
        IdxType.Int8 or IdxType.Int16 or IdxType.Int32 => DType.Int32,
        _ => throw Unknown(Type),
    };

    /// <summary>Bytes of the elements in the file.</summary>
    public long DataBytes => Count * ElementBytes;

    /// <summary>What a switch over the format's element types throws for one that it does not name.</summary>
    public static InvalidDataException Unknown(IdxType type) => new($"0x{(byte)type:X2} is not an element type of IDX files.");

    /// <summary>Reads the header at a stream's position.</summary>
    /// <exception cref="InvalidDataException">It is not the start of an IDX file.</exception>
    public static IdxHeader Read(Stream stream, string name)
    {
        Span<byte> bytes = stackalloc byte[MaximumRank * sizeof(int)];
        Fill(stream, bytes[..FixedBytes], name);
        if (bytes[0] != 0 || bytes[1] != 0)
        {
            throw new InvalidDataException(
                $"{name}: not an IDX file: it starts with the bytes 0x{bytes[0]:X2} 0x{bytes[1]:X2}, not with two zeros.");
        }

        IdxType type = (IdxType)bytes[2];
        if (!Enum.IsDefined(type))
        {
            throw new InvalidDataException($"{name}: unknown IDX element type 0x{bytes[2]:X2}; known are 0x08 (uint8), 0x09 (int8), "
                + "0x0B (int16), 0x0C (int32), 0x0D (float32) and 0x0E (float64).");
        }

        int rank = bytes[3];
        if (rank is 0 or > MaximumRank)
        {
            throw new InvalidDataException($"{name}: an IDX file of {rank} axes; 1 to {MaximumRank} can be read.");
        }

        Span<byte> axes = bytes[..(rank * sizeof(int))];
        Fill(stream, axes, name);
        int[] lengths = new int[rank];
        Int128 total = 1;
        for (int axis = 0; axis < rank; axis++)
        {
            uint length = BinaryPrimitives.ReadUInt32BigEndian(axes[(axis * sizeof(int))..]);
            if (length > int.MaxValue)
            {
                throw new InvalidDataException($"{name}: axis {axis} is said to have {length} elements; {int.MaxValue} is the most.");
            }

            lengths[axis] = (int)length;
            total *= length;
            if (total > long.MaxValue / sizeof(double))
            {
                throw new InvalidDataException($"{name}: {Shape.Format(lengths)} has more elements than any file.");
            }
        }

        return new IdxHeader(type, lengths);
    }

    /// <summary>Writes the header.</summary>
    public void Write(Stream stream)
    {
        byte[] bytes = new byte[ByteLength];
        bytes[2] = (byte)Type;
        bytes[3] = (byte)Lengths.Length;
        for (int axis = 0; axis < Lengths.Length; axis++)
        {
            BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(FixedBytes + (axis * sizeof(int))), Lengths[axis]);
        }

        stream.Write(bytes);
    }

    private static void Fill(Stream stream, Span<byte> bytes, string name)
    {
        int read = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        if (read < bytes.Length)
        {
            throw new InvalidDataException($"{name}: the file ends inside its IDX header.");
        }
    }
}

/// <summary>The element types of IDX files, with their codes.</summary>
internal enum IdxType : byte
{
    UInt8 = 0x08,
    Int8 = 0x09,
    Int16 = 0x0B,
    Int32 = 0x0C,
    Float32 = 0x0D,
    Float64 = 0x0E,
}
