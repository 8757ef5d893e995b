using System.Buffers.Binary;
using System.Numerics;
using System.Text;
using DeepLearning.Backends;
using DeepLearning.Serialization;

namespace DeepLearning.Formats;

/// <summary>The bytes of a pickle, whose every claimed length is compared with what is left.</summary>
internal sealed class PickleInput
{
    private static readonly UTF8Encoding _utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly Stream _stream;
    private readonly FileContext _file;
    private readonly string? _record;
    private readonly long _end;
    private readonly byte[] _small = new byte[8];

    /// <summary>Reads from the stream's position on.</summary>
    /// <param name="stream">A buffered stream that can seek.</param>
    /// <param name="file">For messages.</param>
    /// <param name="record">The record that the stream is; null for the file itself.</param>
    public PickleInput(Stream stream, FileContext file, string? record)
    {
        _stream = stream;
        _file = file;
        _record = record;
        Position = stream.Position;
        _end = stream.Length;
        Length = _end - Position;
    }

    public long Position { get; private set; }

    /// <summary>The number of bytes from the start on, for what must not grow beyond it.</summary>
    public long Length { get; }

    public ModelFileException Bad(long position, string problem, Exception? inner = null) => _file.Bad(_record, position, problem, inner);

    /// <summary>Reads elements out of bytes of the pickle.</summary>
    public void ReadElements(Stream stream, HostStorage memory, long count, StoredType type, bool isBigEndian) =>
        Elements.Read(stream, memory, count, type, isBigEndian, _file, _record ?? "pickle");

    public byte ReadByte()
    {
        int next = _stream.ReadByte();
        if (next < 0)
        {
            throw Bad(Position, "the pickle ends before its STOP; the file was cut off, or is damaged.");
        }

        Position++;
        return (byte)next;
    }

    public int ReadUInt16() => BinaryPrimitives.ReadUInt16LittleEndian(Small(2));

    public int ReadInt32() => BinaryPrimitives.ReadInt32LittleEndian(Small(4));

    public uint ReadUInt32() => BinaryPrimitives.ReadUInt32LittleEndian(Small(4));

    public ulong ReadUInt64() => BinaryPrimitives.ReadUInt64LittleEndian(Small(8));

    public double ReadDouble() => BinaryPrimitives.ReadDoubleBigEndian(Small(8));

    public byte[] ReadBytes(ulong length)
    {
        if (length > (ulong)(_end - Position) || length > (ulong)Array.MaxLength)
        {
            throw Bad(Position, $"{length} bytes are announced, but {_end - Position} are left.");
        }

        byte[] bytes = new byte[length];
        _file.ReadExactly(_stream, bytes, _record);
        Position += bytes.Length;
        return bytes;
    }

    public string ReadText(ulong length)
    {
        long start = Position;
        try
        {
            return _utf8.GetString(ReadBytes(length));
        }
        catch (DecoderFallbackException e)
        {
            throw Bad(start, "a text is not valid UTF-8.", e);
        }
    }

    /// <summary>A text of Python 2, one byte a letter.</summary>
    public string ReadLatin1(ulong length) => Encoding.Latin1.GetString(ReadBytes(length));

    /// <summary>A text up to a line feed, as in the names of globals.</summary>
    public string ReadLine(int longest)
    {
        long start = Position;
        StringBuilder line = new();
        while (ReadByte() is not (byte)'\n' and byte letter)
        {
            if (line.Length == longest)
            {
                throw Bad(start, $"a name is longer than {longest} letters.");
            }

            line.Append((char)letter);
        }

        return line.ToString();
    }

    /// <summary>A whole number in two's complement: int64 where it fits.</summary>
    public object ReadInteger(ulong length)
    {
        BigInteger number = new(ReadBytes(length));
        return number >= long.MinValue && number <= long.MaxValue ? (object)(long)number : number;
    }

    private ReadOnlySpan<byte> Small(int count)
    {
        Span<byte> bytes = _small.AsSpan(0, count);
        if (_end - Position < count)
        {
            throw Bad(Position, "the pickle ends inside an opcode; the file was cut off, or is damaged.");
        }

        _file.ReadExactly(_stream, bytes, _record);
        Position += count;
        return bytes;
    }
}
