using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace DeepLearning.Formats;

/// <summary>Reads what stands before the data of a GGUF file: metadata and the list of tensors. Believes nothing of it.</summary>
internal sealed class GgufHeader
{
    public const string AlignmentKey = "general.alignment";

    public const int DefaultAlignment = 32;

    private const int MostDepth = 4;
    private const int MostAxes = 8;
    private const int LeastKey = 8 + 4 + 1;
    private const int LeastTensor = 8 + 4 + 4 + 8;

    private static readonly UTF8Encoding _utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly Stream _stream;
    private readonly FileContext _file;
    private readonly long _end;

    private GgufHeader(Stream stream, FileContext file)
    {
        _stream = stream;
        _file = file;
        _end = stream.Length;
    }

    public int Version { get; private set; }

    public OrderedDictionary<string, object> Metadata { get; } = [];

    public OrderedDictionary<string, GgufEntry> Entries { get; } = [];

    /// <summary>Where the data begin.</summary>
    public long DataStart { get; private set; }

    private long Left => _end - _stream.Position;

    public static GgufHeader Read(Stream stream, FileContext file)
    {
        GgufHeader header = new(stream, file);
        header.ReadAll();
        return header;
    }

    private void ReadAll()
    {
        Span<byte> magic = stackalloc byte[4];
        int read = _stream.ReadAtLeast(magic, magic.Length, throwOnEndOfStream: false);
        if (!magic[..read].SequenceEqual("GGUF"u8))
        {
            throw Bad(null, OtherFormats.Name(magic[..read]) is { } other ? $"this is {other}, no GGUF file." : "this is no GGUF file.");
        }

        Version = (int)ReadUInt32();
        if (Version is not (2 or 3))
        {
            throw Bad(null, BinaryPrimitives.ReverseEndianness(Version) is 2 or 3
                ? "this is a big-endian GGUF file; only little-endian ones are read."
                : $"this is version {Version} of GGUF; 2 and 3 are read.");
        }

        ulong tensors = ReadUInt64(), keys = ReadUInt64();
        CheckRoom(keys, LeastKey, "keys");
        CheckRoom(tensors, LeastTensor, "tensors");
        for (ulong i = 0; i < keys; i++)
        {
            string key = ReadText("the name of a key");
            if (!Metadata.TryAdd(key, ReadValue(ReadUInt32(), key, 0)))
            {
                throw Bad(key, "the key occurs twice.");
            }
        }

        int alignment = Alignment();
        for (ulong i = 0; i < tensors; i++)
        {
            GgufEntry entry = ReadEntry(alignment);
            if (!Entries.TryAdd(entry.Name, entry))
            {
                throw Bad(entry.Name, "two tensors have this name.");
            }
        }

        DataStart = Entries.Count == 0 ? _stream.Position : (_stream.Position + alignment - 1) / alignment * alignment;
        CheckPlaces();
    }

    private int Alignment()
    {
        if (!Metadata.TryGetValue(AlignmentKey, out object? value))
        {
            return DefaultAlignment;
        }

        return value is uint and > 0 and <= 1 << 20 and uint alignment && (alignment & (alignment - 1)) == 0
            ? (int)alignment
            : throw Bad(AlignmentKey, "the alignment is no power of two as a UINT32, up to 2^20.");
    }

    private object ReadValue(uint type, string key, int depth)
    {
        switch (type)
        {
            case 0:
                return ReadByte();
            case 1:
                return (sbyte)ReadByte();
            case 2:
                return (ushort)ReadInt16();
            case 3:
                return ReadInt16();
            case 4:
                return ReadUInt32();
            case 5:
                return (int)ReadUInt32();
            case 6:
                return BitConverter.UInt32BitsToSingle(ReadUInt32());
            case 7:
                return ReadByte() switch { 0 => false, 1 => true, _ => throw Bad(key, "a truth value is neither 0 nor 1.") };
            case 8:
                return ReadText($"the value of {FileContext.Quote(key)}");
            case 9:
                return depth < MostDepth ? ReadArray(key, depth + 1) : throw Bad(key, $"arrays are nested more than {MostDepth} deep.");
            case 10:
                return ReadUInt64();
            case 11:
                return (long)ReadUInt64();
            case 12:
                return BitConverter.UInt64BitsToDouble(ReadUInt64());
            default:
                throw Bad(key, $"{type} is no type of metadata.");
        }
    }

    private object ReadArray(string key, int depth)
    {
        uint type = ReadUInt32();
        ulong count = ReadUInt64();
        switch (type)
        {
            case 0:
                return ReadMany<byte>(count);
            case 1:
                return ReadMany<sbyte>(count);
            case 2:
                return ReadMany<ushort>(count);
            case 3:
                return ReadMany<short>(count);
            case 4:
                return ReadMany<uint>(count);
            case 5:
                return ReadMany<int>(count);
            case 6:
                return ReadMany<float>(count);
            case 7:
                byte[] truths = ReadMany<byte>(count);
                return truths.AsSpan().ContainsAnyExceptInRange((byte)0, (byte)1)
                    ? throw Bad(key, "a truth value is neither 0 nor 1.")
                    : Array.ConvertAll(truths, static truth => truth != 0);
            case 8:
                CheckRoom(count, sizeof(ulong), "texts");
                string[] texts = new string[count];
                for (int i = 0; i < texts.Length; i++)
                {
                    texts[i] = ReadText($"a text of {FileContext.Quote(key)}");
                }

                return texts;
            case 9:
                CheckRoom(count, sizeof(uint) + sizeof(ulong), "arrays");
                object[] arrays = new object[count];
                for (int i = 0; i < arrays.Length; i++)
                {
                    arrays[i] = ReadValue(type, key, depth);
                }

                return arrays;
            case 10:
                return ReadMany<ulong>(count);
            case 11:
                return ReadMany<long>(count);
            case 12:
                return ReadMany<double>(count);
            default:
                throw Bad(key, $"{type} is no type of metadata.");
        }
    }

    private GgufEntry ReadEntry(int alignment)
    {
        string name = ReadText("the name of a tensor");
        uint rank = ReadUInt32();
        if (rank > MostAxes)
        {
            throw Bad(name, $"the tensor has {rank} axes; {MostAxes} are the most.");
        }

        int[] lengths = new int[rank];
        for (int axis = (int)rank - 1; axis >= 0; axis--)
        {
            ulong length = ReadUInt64();
            lengths[axis] = length <= int.MaxValue ? (int)length : throw Bad(name,
                $"an axis of the tensor has {length} elements; 2^31 - 1 are the most.");
        }

        uint type = ReadUInt32();
        if (!GgufBlocks.TryFind((GgufType)type, out GgufBlocks? blocks))
        {
            throw Bad(name, $"{type} is no element type that is known.");
        }

        if (Elements.Count(lengths, Math.Max(blocks.Bytes, sizeof(double))) is not { } count)
        {
            throw Bad(name, $"{Shape.Format(lengths)} has more elements than can be counted.");
        }

        if (count > 0 && (rank == 0 ? 1 : lengths[^1]) % blocks.Elements != 0)
        {
            throw Bad(name, $"the rows of {Shape.Format(lengths)} are no whole blocks of {blocks.Elements}, as {blocks.Type} has them.");
        }

        ulong offset = ReadUInt64();
        return offset <= long.MaxValue && offset % (ulong)alignment == 0
            ? new GgufEntry(name, blocks, new Shape(lengths), (long)offset)
            : throw Bad(name, $"the data begin at {offset}, which is no multiple of {alignment}.");
    }

    /// <summary>Tensors lie inside the file and do not overlap.</summary>
    private void CheckPlaces()
    {
        GgufEntry[] sorted = [.. Entries.Values.Where(static entry => entry.ByteLength > 0)];
        Array.Sort(sorted, static (a, b) => a.Offset.CompareTo(b.Offset));
        long covered = 0, available = _end - DataStart;
        foreach (GgufEntry entry in sorted)
        {
            if (entry.Offset < covered)
            {
                throw Bad(entry.Name, "the data begin inside those of another tensor.");
            }

            if (entry.ByteLength > available - entry.Offset)
            {
                throw Bad(entry.Name, $"{entry.ByteLength} bytes from {entry.Offset} on reach beyond the {Math.Max(available, 0)} bytes "
                    + "of data in the file.");
            }

            covered = entry.Offset + entry.ByteLength;
        }
    }

    private T[] ReadMany<T>(ulong count) where T : unmanaged
    {
        CheckRoom(count, Unsafe.SizeOf<T>(), "elements");
        T[] values = new T[count];
        _file.ReadExactly(_stream, MemoryMarshal.AsBytes(values.AsSpan()), null);
        return values;
    }

    private string ReadText(string what)
    {
        ulong length = ReadUInt64();
        CheckRoom(length, 1, "bytes of a text");
        byte[] bytes = ReadMany<byte>(length);
        try
        {
            return _utf8.GetString(bytes);
        }
        catch (DecoderFallbackException e)
        {
            throw _file.Bad(null, _stream.Position - bytes.Length, $"{what} is not valid UTF-8.", e);
        }
    }

    private void CheckRoom(ulong count, int size, string what)
    {
        if (count > (ulong)(Left / size) || count > (ulong)Array.MaxLength)
        {
            throw Bad(null, $"{count} {what} are announced, but {Left} bytes are left.");
        }
    }

    private byte ReadByte()
    {
        int value = _stream.ReadByte();
        return value >= 0 ? (byte)value : throw Bad(null, "the file ends inside its header; it was cut off, or is damaged.");
    }

    private short ReadInt16() => (short)(ReadByte() | (ReadByte() << 8));

    private uint ReadUInt32()
    {
        Span<byte> bytes = stackalloc byte[sizeof(uint)];
        _file.ReadExactly(_stream, bytes, null);
        return BinaryPrimitives.ReadUInt32LittleEndian(bytes);
    }

    private ulong ReadUInt64()
    {
        Span<byte> bytes = stackalloc byte[sizeof(ulong)];
        _file.ReadExactly(_stream, bytes, null);
        return BinaryPrimitives.ReadUInt64LittleEndian(bytes);
    }

    private ModelFileException Bad(string? key, string problem) => _file.Bad(key, _stream.Position, problem);
}
