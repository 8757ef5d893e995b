using System.Buffers.Binary;
using System.Text;

namespace DeepLearning.Formats;

/// <summary>Reads attributes that are texts or lists of texts (format specification, III.E and IV.A.2.m).</summary>
internal sealed class Hdf5Attributes
{
    private const int CollectionHead = 8;

    private readonly Dictionary<long, Dictionary<int, byte[]>> _collections = [];
    private readonly Dictionary<Hdf5Object, Dictionary<string, Hdf5Attribute>> _attributes = [];

    /// <summary>The texts of an attribute, in order; null where the object has none of that name, or it holds something else.</summary>
    public string[]? Texts(Hdf5Object header, string name)
    {
        if (!_attributes.TryGetValue(header, out Dictionary<string, Hdf5Attribute>? named))
        {
            named = [];
            foreach (Hdf5Block block in header.All(Hdf5Message.Attribute))
            {
                Hdf5Attribute attribute = Hdf5Attribute.Read(block);
                if (!named.TryAdd(attribute.Name, attribute))
                {
                    throw block.Bad($"the name {FileContext.Quote(attribute.Name)} occurs twice.");
                }
            }

            _attributes.Add(header, named);
        }

        if (named.TryGetValue(name, out Hdf5Attribute? found))
        {
            return Read(found);
        }

        return header.Find(Hdf5Message.AttributeInfo) is { } info && IsDense(info)
            ? throw info.Bad("the attributes of an object are in a fractal heap, which is not supported; Keras and h5py write such files "
                + "with libver='latest' alone.")
            : null;
    }

    private static bool IsDense(Hdf5Block info)
    {
        info.Skip(1);
        info.Skip((info.Byte() & 1) != 0 ? 2 : 0);
        return info.Address() != Hdf5Input.Undefined;
    }

    private string[]? Read(Hdf5Attribute attribute)
    {
        Hdf5Type type = Hdf5Type.Read(attribute.Type.Again());
        Hdf5Block space = attribute.Space.Again(), value = attribute.Value.Again();
        if (Hdf5Dataset.ReadSpace(space) is not { } lengths || type.Kind is not (Hdf5Kind.Text or Hdf5Kind.LongText))
        {
            return null;
        }

        if (Elements.Count(lengths, type.Size) is not { } count || count * type.Size > value.Left
            || (type.Kind == Hdf5Kind.LongText && type.Size != 8 + value.Input.OffsetSize))
        {
            throw value.Bad($"{Shape.Format(lengths)} values of {type.Size} bytes do not fit into {value.Left} bytes.");
        }

        string[] texts = new string[count];
        for (int i = 0; i < texts.Length; i++)
        {
            texts[i] = type.Kind == Hdf5Kind.Text
                ? Encoding.UTF8.GetString(value.Take(type.Size)).TrimEnd('\0')
                : LongText(value);
        }

        return texts;
    }

    /// <summary>A text in a collection of the global heap.</summary>
    private string LongText(Hdf5Block block)
    {
        long length = block.UInt32(), address = block.Address();
        int index = (int)block.UInt32();
        if (length == 0)
        {
            return "";
        }

        if (!_collections.TryGetValue(address, out Dictionary<int, byte[]>? collection))
        {
            collection = ReadCollection(block.Input, address);
            _collections.Add(address, collection);
        }

        if (!collection.TryGetValue(index, out byte[]? bytes) || bytes.Length < length)
        {
            throw block.Bad($"the collection at {address} has no text {index} of {length} bytes.");
        }

        // Many attributes may name the same text.
        block.Input.Charge(length, block.At);
        return Encoding.UTF8.GetString(bytes.AsSpan(0, (int)length)).TrimEnd('\0');
    }

    private static Dictionary<int, byte[]> ReadCollection(Hdf5Input input, long address)
    {
        Hdf5Block head = input.Read(address, CollectionHead + input.LengthSize, "a collection of texts");
        head.Expect("GCOL"u8);
        head.Skip(4);
        long size = head.Length() - CollectionHead - input.LengthSize;
        Hdf5Block block = input.Read(address + CollectionHead + input.LengthSize, size, "a collection of texts");
        Dictionary<int, byte[]> texts = [];
        while (block.Left >= CollectionHead + input.LengthSize)
        {
            int index = BinaryPrimitives.ReadUInt16LittleEndian(block.Take(2));
            block.Skip(6);
            long length = block.Length();

            // The last one is what is free.
            if (index == 0)
            {
                break;
            }

            if (length < 0 || length > block.Left || !texts.TryAdd(index, block.Take((int)length).ToArray()))
            {
                throw block.Bad($"the text {index} of {length} bytes does not fit, or is there twice.");
            }

            block.Skip((int)Math.Min(block.Left, (8 - (length % 8)) % 8));
        }

        return texts;
    }
}
