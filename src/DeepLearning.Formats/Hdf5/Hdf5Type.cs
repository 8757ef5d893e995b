using DeepLearning.Serialization;

namespace DeepLearning.Formats;

/// <summary>What the elements of a data set or attribute are (format specification, IV.A.2.d).</summary>
/// <param name="Size">Bytes of an element.</param>
/// <param name="IsBigEndian">Whether the most significant byte is the first.</param>
/// <param name="Stored">The element type; null where the library has none.</param>
/// <param name="Kind">What it is, for messages.</param>
internal sealed record Hdf5Type(int Size, bool IsBigEndian, StoredType? Stored, Hdf5Kind Kind)
{
    private const int MostNesting = 4;

    public static Hdf5Type Read(Hdf5Block block, int depth = 0)
    {
        int first = block.Byte(), bits = block.Byte() | (block.Byte() << 8);
        block.Skip(1);
        long size = block.UInt32();
        if (size is < 1 or > int.MaxValue)
        {
            throw block.Bad($"elements of {size} bytes.");
        }

        bool isBig = (bits & 1) != 0;
        switch (first & 15)
        {
            case 0:
                return new((int)size, isBig, Whole(block, (int)size, (bits & 8) != 0), Hdf5Kind.Whole);
            case 1:
                if ((bits & 0x40) != 0)
                {
                    throw block.Bad("numbers in the order of bytes of the VAX.");
                }

                return new((int)size, isBig, Floating(block, (int)size), Hdf5Kind.Floating);
            case 3:
                return new((int)size, false, null, Hdf5Kind.Text);
            case 5:
                return new((int)size, false, null, Hdf5Kind.Opaque);
            case 8:
                Hdf5Type inner = depth < MostNesting ? Read(block, depth + 1) : throw block.Bad("types are nested too deep.");
                return new((int)size, false, size == 1 && inner.Size == 1 ? StoredType.Find("BOOL") : null, Hdf5Kind.Enumeration);
            case 9:
                return new((int)size, false, null, (bits & 15) == 1 ? Hdf5Kind.LongText : Hdf5Kind.Sequence);
            default:
                return new((int)size, false, null, Hdf5Kind.Other);
        }
    }

    private static StoredType? Whole(Hdf5Block block, int size, bool isSigned)
    {
        int offset = block.UInt16(), precision = block.UInt16();
        return offset == 0 && precision == 8 * size && size is 1 or 2 or 4 or 8
            ? StoredType.Find($"{(isSigned ? "I" : "U")}{precision}")
            : null;
    }

    /// <summary>The formats of IEEE 754, and bfloat16, by where exponent and fraction stand.</summary>
    private static StoredType? Floating(Hdf5Block block, int size)
    {
        int offset = block.UInt16(), precision = block.UInt16();
        (int, int, int, int) places = (block.Byte(), block.Byte(), block.Byte(), block.Byte());
        long bias = block.UInt32();
        return offset != 0 || precision != 8 * size ? null : (size, places, bias) switch
        {
            (2, (10, 5, 0, 10), 15) => StoredType.Find("F16"),
            (2, (7, 8, 0, 7), 127) => StoredType.Find("BF16"),
            (4, (23, 8, 0, 23), 127) => StoredType.Find("F32"),
            (8, (52, 11, 0, 52), 1023) => StoredType.Find("F64"),
            _ => null,
        };
    }
}

/// <summary>The classes of types that an HDF5 file has.</summary>
internal enum Hdf5Kind
{
    Whole,
    Floating,
    Text,
    LongText,
    Sequence,
    Opaque,
    Enumeration,
    Other,
}
