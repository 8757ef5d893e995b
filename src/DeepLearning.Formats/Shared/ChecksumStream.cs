using System.Buffers.Binary;

namespace DeepLearning.Formats;

/// <summary>Reads another stream and computes the checksum of ZIP archives (CRC-32) of what goes through.</summary>
/// <param name="inner">The stream, which is closed with this one.</param>
internal sealed class ChecksumStream(Stream inner) : Stream
{
    private const uint Polynomial = 0xEDB88320;

    private static readonly uint[][] _tables = MakeTables();

    private uint _state = uint.MaxValue;

    /// <summary>The checksum of what was read so far.</summary>
    public uint Checksum => ~_state;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        int read = inner.Read(buffer);
        Add(buffer[..read]);
        return read;
    }

    public override int ReadByte()
    {
        int read = inner.ReadByte();
        if (read >= 0)
        {
            Add([(byte)read]);
        }

        return read;
    }

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            inner.Dispose();
        }

        base.Dispose(disposing);
    }

    /// <summary>Takes eight bytes at once, each through the table of its distance from the end of the eight.</summary>
    private void Add(ReadOnlySpan<byte> bytes)
    {
        uint state = _state;
        for (; bytes.Length >= 8; bytes = bytes[8..])
        {
            uint low = BinaryPrimitives.ReadUInt32LittleEndian(bytes) ^ state, high = BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]);
            state = _tables[7][(byte)low] ^ _tables[6][(byte)(low >> 8)] ^ _tables[5][(byte)(low >> 16)] ^ _tables[4][low >> 24]
                ^ _tables[3][(byte)high] ^ _tables[2][(byte)(high >> 8)] ^ _tables[1][(byte)(high >> 16)] ^ _tables[0][high >> 24];
        }

        foreach (byte value in bytes)
        {
            state = (state >> 8) ^ _tables[0][(byte)(state ^ value)];
        }

        _state = state;
    }

    private static uint[][] MakeTables()
    {
        uint[][] tables = new uint[8][];
        for (int distance = 0; distance < tables.Length; distance++)
        {
            tables[distance] = new uint[256];
            for (uint value = 0; value < 256; value++)
            {
                uint state = distance == 0 ? value : tables[distance - 1][value];
                for (int bit = 0; bit < 8; bit++)
                {
                    state = (state & 1) != 0 ? (state >> 1) ^ Polynomial : state >> 1;
                }

                tables[distance][value] = state;
            }
        }

        return tables;
    }
}
