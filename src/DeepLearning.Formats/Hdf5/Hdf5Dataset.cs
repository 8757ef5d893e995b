using DeepLearning.Backends;
using DeepLearning.Serialization;

namespace DeepLearning.Formats;

/// <summary>Reads data sets of an HDF5 file as tensors (format specification, IV.A.2.b and IV.A.2.i).</summary>
internal static class Hdf5Dataset
{
    private const int Compact = 0, Contiguous = 1, Chunked = 2;

    public static bool Is(Hdf5Object header) => header.Has(Hdf5Message.Layout);

    /// <param name="header">The header of the data set.</param>
    /// <param name="key">Its path.</param>
    /// <param name="attributes">For the mark of Keras at numbers of the type bfloat16, which HDF5 has no name for.</param>
    public static Tensor Read(Hdf5Object header, string key, Hdf5Attributes attributes)
    {
        Hdf5Block layout = header.Find(Hdf5Message.Layout)!;
        FileContext file = layout.Input.File;
        Hdf5Type type = Hdf5Type.Read(header.Find(Hdf5Message.Datatype) ?? throw file.Bad(key, header.Address, "it has no type."));
        int[] lengths = ReadSpace(header.Find(Hdf5Message.Dataspace) ?? throw file.Bad(key, header.Address, "it has no shape."))
            ?? throw file.Bad(key, header.Address, "it is empty, without a shape; a tensor has one.");
        StoredType stored = type.Stored ?? (type is { Kind: Hdf5Kind.Opaque, Size: 2 }
            && attributes.Texts(header, "dtype") is ["bfloat16"]
                ? StoredType.Find("BF16")!
                : throw file.Bad(key, header.Address, $"{Describe(type)} are no element type of the library."));
        if (Elements.Count(lengths, Math.Max(stored.Size, stored.DType.Size())) is not { } count)
        {
            throw file.Bad(key, header.Address, $"the shape {Shape.Format(lengths)} has more elements than can be counted.");
        }

        long bytes = count * stored.Size;
        Stream stream = header.Has(Hdf5Message.Filters)
            ? throw file.Bad(key, header.Address, "the values are compressed or filtered, which Keras does not do; write them plainly, as "
                + "with h5repack -f NONE -l CONTI.")
            : Open(header, layout, bytes, key);
        Tensor tensor = Tensor.Empty(lengths, stored.DType, Device.Cpu);
        Elements.Read(stream, (HostStorage)tensor.Storage, count, stored, type.IsBigEndian, file, key);
        return tensor;
    }

    /// <summary>The lengths of axes; null for no value at all.</summary>
    public static int[]? ReadSpace(Hdf5Block block)
    {
        int version = block.Byte(), rank = block.Byte();
        block.Skip(1);
        int kind = version == 2 ? block.Byte() : 1;
        block.Skip(version == 1 ? 5 : 0);
        if (version is < 1 or > 2 || rank > Elements.MostAxes)
        {
            throw block.Bad($"version {version} with {rank} axes; 1 and 2 are known, with {Elements.MostAxes} axes at most.");
        }

        int[] lengths = new int[rank];
        for (int axis = 0; axis < rank; axis++)
        {
            lengths[axis] = block.Length() is >= 0 and <= int.MaxValue and var length
                ? (int)length
                : throw block.Bad($"the length of axis {axis} is not from 0 to {int.MaxValue}.");
        }

        return kind == 2 ? null : lengths;
    }

    /// <summary>Stands at the elements, after checking that as many bytes are there.</summary>
    private static Stream Open(Hdf5Object header, Hdf5Block layout, long bytes, string key)
    {
        FileContext file = layout.Input.File;
        int version = layout.Byte(), kind;
        if (version is 1 or 2)
        {
            int rank = layout.Byte();
            kind = layout.Byte();
            layout.Skip(5);
            long address = kind == Compact ? 0 : layout.Address();
            layout.Skip(4 * rank);
            return kind switch
            {
                Compact => OpenCompact(layout, layout.UInt32(), bytes, key),
                Contiguous => OpenContiguous(header, layout.Input, address, bytes, bytes, key),
                _ => throw NotPlain(),
            };
        }

        kind = version is 3 or 4 ? layout.Byte() : throw layout.Bad($"the version {version} is not known.");
        return kind switch
        {
            Compact => OpenCompact(layout, layout.UInt16(), bytes, key),
            Contiguous => OpenContiguous(header, layout.Input, layout.Address(), layout.Length(), bytes, key),
            _ => throw NotPlain(),
        };

        ModelFileException NotPlain() => file.Bad(key, header.Address, kind == Chunked
            ? "the values are stored in chunks, which Keras does not do; write them in one piece, as with h5repack -f NONE -l CONTI."
            : $"the values are stored by the way {kind} (3 is virtual: in other files), which is not supported.");
    }

    private static MemoryStream OpenCompact(Hdf5Block layout, long size, long bytes, string key) => size == bytes && size <= layout.Left
        ? new MemoryStream(layout.Take((int)size).ToArray(), writable: false)
        : throw layout.Input.File.Bad(key, layout.At, $"{size} bytes are there for elements of {bytes} bytes.");

    private static Stream OpenContiguous(Hdf5Object header, Hdf5Input input, long address, long size, long bytes, string key)
    {
        if (header.Has(Hdf5Message.ExternalFiles))
        {
            throw input.File.Bad(key, header.Address, "the values are in other files, which are not opened.");
        }

        if (bytes == 0)
        {
            return Stream.Null;
        }

        return address == Hdf5Input.Undefined
            ? throw input.File.Bad(key, header.Address, "it was declared, but no values were ever written.")
            : size == bytes
                ? input.Elements(address, bytes, key)
                : throw input.File.Bad(key, header.Address, $"{size} bytes are there for elements of {bytes} bytes.");
    }

    private static string Describe(Hdf5Type type) => type.Kind switch
    {
        Hdf5Kind.Text or Hdf5Kind.LongText => "texts",
        Hdf5Kind.Opaque => $"opaque values of {type.Size} bytes",
        Hdf5Kind.Sequence => "lists of different lengths",
        Hdf5Kind.Enumeration => "named values other than truth values",
        Hdf5Kind.Whole => $"whole numbers of {type.Size} bytes",
        Hdf5Kind.Floating => $"floating-point numbers of {type.Size} bytes",
        _ => "structures, arrays, references or times",
    };
}
