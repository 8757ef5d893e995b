using System.Buffers.Binary;

namespace DeepLearning.Formats;

/// <summary>
/// The bytes of an HDF5 file. Every structure is read through here once, so that a file whose structures overlap, or lead back to
/// themselves, runs out of what it may have read, whatever it says.
/// </summary>
/// <param name="stream">The file.</param>
/// <param name="file">For messages.</param>
internal sealed class Hdf5Input(Stream stream, FileContext file)
{
    private const int Slack = 1 << 16;

    // What stands once in a file is read once: headers, nodes, heaps, and texts of attributes.
    private long _left = (2 * stream.Length) + Slack;

    // Elements of different data sets do not overlap.
    private long _elements = stream.Length;

    /// <summary>The undefined address: all ones.</summary>
    public const long Undefined = -1;

    public FileContext File => file;

    public long Length => stream.Length;

    /// <summary>Bytes of an address, as the superblock says.</summary>
    public int OffsetSize { get; set; } = 8;

    /// <summary>Bytes of a length, as the superblock says.</summary>
    public int LengthSize { get; set; } = 8;

    /// <summary>A structure of the file.</summary>
    /// <exception cref="ModelFileException">It does not lie in the file, or the file has none left to read.</exception>
    public Hdf5Block Read(long start, long length, string what)
    {
        CheckInside(start, length, what);
        Charge(length, start);
        byte[] bytes = new byte[length];
        stream.Position = start;
        file.ReadExactly(stream, bytes, null);
        return new Hdf5Block(this, bytes, start, what);
    }

    /// <summary>Counts what is made of a structure again, such as a text that many places name.</summary>
    public void Charge(long length, long at)
    {
        _left -= length;
        if (_left < 0)
        {
            throw Bad(at, "the structures of the file overlap or lead back to themselves; there are more of them than it has bytes.");
        }
    }

    /// <summary>Stands the stream at elements that no other data set has.</summary>
    public Stream Elements(long start, long length, string key)
    {
        CheckInside(start, length, "the elements", key);
        _elements -= length;
        if (_elements < 0)
        {
            throw file.Bad(key, start, "the elements of the data sets overlap; together they are more than the file has bytes.");
        }

        stream.Position = start;
        return stream;
    }

    public ModelFileException Bad(long at, string problem) => file.Bad(null, at, problem);

    private void CheckInside(long start, long length, string what, string? key = null)
    {
        if (start < 0 || length < 0 || start > stream.Length || length > stream.Length - start)
        {
            throw file.Bad(key, null, $"{what} should be {length} bytes at {start}, which are not in the file of {stream.Length} bytes.");
        }
    }
}

/// <summary>Some bytes of an HDF5 file, read from front to back; never past their end.</summary>
internal sealed class Hdf5Block(Hdf5Input input, byte[] bytes, long start, string what)
{
    public int Position { get; private set; }

    public int Left => bytes.Length - Position;

    /// <summary>Where in the file it stands.</summary>
    public long At => start + Position;

    public Hdf5Input Input => input;

    public byte Byte() => Take(1)[0];

    public int UInt16() => BinaryPrimitives.ReadUInt16LittleEndian(Take(2));

    public uint UInt32() => BinaryPrimitives.ReadUInt32LittleEndian(Take(4));

    /// <summary>A number of 1 to 8 bytes; one of 8 above the range of whole numbers is -1, as the undefined address is.</summary>
    public long Number(int size)
    {
        ReadOnlySpan<byte> digits = Take(size);
        ulong number = 0;
        for (int i = size - 1; i >= 0; i--)
        {
            number = (number << 8) | digits[i];
        }

        return number > long.MaxValue || (size == 4 && number == uint.MaxValue) ? Hdf5Input.Undefined : (long)number;
    }

    public long Address() => Number(input.OffsetSize);

    public long Length() => Number(input.LengthSize);

    public void Skip(int count) => Take(count);

    public ReadOnlySpan<byte> Take(int count)
    {
        if (count < 0 || count > Left)
        {
            throw input.Bad(At, $"{what} ends too early.");
        }

        Position += count;
        return bytes.AsSpan(Position - count, count);
    }

    /// <summary>The next bytes as a block of their own.</summary>
    public Hdf5Block Part(int count, string name)
    {
        long at = At;
        return new Hdf5Block(input, Take(count).ToArray(), at, name);
    }

    /// <summary>The same bytes, from the front.</summary>
    public Hdf5Block Again() => new(input, bytes, start, what);

    public void Expect(ReadOnlySpan<byte> signature)
    {
        long at = At;
        if (!Take(signature.Length).SequenceEqual(signature))
        {
            throw input.Bad(at, $"{what} does not begin with {System.Text.Encoding.ASCII.GetString(signature)}.");
        }
    }

    public ModelFileException Bad(string problem) => input.Bad(At, $"{what}: {problem}");
}
