using System.Buffers.Binary;

namespace DeepLearning.Tokenizers.Files;

/// <summary>Walks the fields of a protocol buffer; nothing is allocated by a length in the file.</summary>
internal ref struct ProtoReader(ReadOnlySpan<byte> bytes, int origin)
{
    private readonly ReadOnlySpan<byte> _bytes = bytes;
    private int _position;

    /// <summary>The number of the field.</summary>
    public int Field { get; private set; }

    /// <summary>The field's number, where it is one.</summary>
    public ulong Number { get; private set; }

    /// <summary>The field's bytes, where it has such.</summary>
    public ReadOnlySpan<byte> Bytes { get; private set; }

    /// <summary>Where those bytes begin in the file.</summary>
    public int Origin { get; private set; }

    public readonly float Single => BitConverter.UInt32BitsToSingle((uint)Number);

    public bool Next()
    {
        if (_position == _bytes.Length)
        {
            return false;
        }

        var tag = Varint();
        Field = (int)Math.Min(tag >> 3, int.MaxValue);
        Number = 0;
        Bytes = default;
        switch (tag & 7)
        {
            case 0:
                Number = Varint();
                break;
            case 1:
                Number = BinaryPrimitives.ReadUInt64LittleEndian(Take(8));
                break;
            case 2:
                var length = Varint();
                Origin = origin + _position;
                Bytes = Take(length);
                break;
            case 5:
                Number = BinaryPrimitives.ReadUInt32LittleEndian(Take(4));
                break;
            default:
                throw Error($"a field of wire type {tag & 7}");
        }

        return true;
    }

    private readonly TokenizerException Error(string what) => new($"SentencePiece file: {what} at byte {origin + _position}.");

    private ReadOnlySpan<byte> Take(ulong count)
    {
        if (count > (ulong)(_bytes.Length - _position))
        {
            throw Error($"{count} bytes were expected where {_bytes.Length - _position} are left,");
        }

        _position += (int)count;
        return _bytes.Slice(_position - (int)count, (int)count);
    }

    private ulong Varint()
    {
        var value = 0UL;
        for (var shift = 0; shift < 64; shift += 7)
        {
            var b = Take(1)[0];
            value |= (ulong)(b & 127) << shift;
            if (b < 128)
            {
                return value;
            }
        }

        throw Error("a number of more than 64 bits");
    }
}
