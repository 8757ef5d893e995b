using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using DeepLearning.Backends;

namespace DeepLearning.Data;

/// <summary>
/// The elements of an IDX file on their way into a tensor. The tensor grows with the bytes that have come, so that a file's claim alone
/// allocates nothing.
/// </summary>
internal sealed class IdxElements
{
    private const int BufferBytes = 64 * 1024;
    private const int FewElements = 64 * 1024;

    private readonly IdxHeader _header;
    private readonly string _name;
    private readonly long _total;
    private Tensor _tensor;
    private long _filled;

    /// <summary>Prepares to read.</summary>
    /// <param name="header">What the file says it holds.</param>
    /// <param name="name">The file's name, for errors.</param>
    /// <param name="believed">Bytes that may be allocated before any has come.</param>
    public IdxElements(IdxHeader header, string name, long believed)
    {
        _header = header;
        _name = name;
        _total = header.Count;
        if (_total > int.MaxValue)
        {
            throw new InvalidDataException(
                $"{name}: {Shape.Format(header.Lengths)} has {_total} elements; up to {int.MaxValue} are read into memory.");
        }

        _tensor = Flat(Math.Min(_total, Math.Max(FewElements, believed / header.ElementBytes)));
    }

    /// <summary>Brings elements of a file, other than uint8, into the machine's byte order and the tensor's type.</summary>
    public static void Convert(ReadOnlySpan<byte> from, Span<byte> to, IdxType type)
    {
        switch (type)
        {
            case IdxType.Int8:
                Span<int> widened = MemoryMarshal.Cast<byte, int>(to);
                for (int i = 0; i < from.Length; i++)
                {
                    widened[i] = (sbyte)from[i];
                }

                break;
            case IdxType.Int16:
                widened = MemoryMarshal.Cast<byte, int>(to);
                for (int i = 0; i < widened.Length; i++)
                {
                    widened[i] = BinaryPrimitives.ReadInt16BigEndian(from[(2 * i)..]);
                }

                break;
            case IdxType.Float64:
                ToNative(MemoryMarshal.Cast<byte, ulong>(from), MemoryMarshal.Cast<byte, ulong>(to));
                break;
            case IdxType.Int32 or IdxType.Float32:
                ToNative(MemoryMarshal.Cast<byte, uint>(from), MemoryMarshal.Cast<byte, uint>(to));
                break;
            default:
                throw IdxHeader.Unknown(type);
        }
    }

    /// <summary>Reads all elements and checks that nothing follows them.</summary>
    /// <exception cref="InvalidDataException">The stream holds fewer bytes, or more.</exception>
    public Tensor Read(Stream stream)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            while (_filled < _total)
            {
                Grow();
                long room = Math.Min(_tensor.Count, _total) - _filled;
                if (_header.Type == IdxType.UInt8)
                {
                    FillDirectly(stream, room);
                }
                else
                {
                    Fill(stream, buffer.AsSpan(0, (int)Math.Min(BufferBytes, room * _header.ElementBytes)));
                }
            }

            if (stream.Read(buffer, 0, 1) != 0)
            {
                throw new InvalidDataException(
                    $"{_name}: there are bytes after the {_header.DataBytes} of a {Shape.Format(_header.Lengths)} IDX file.");
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        return _tensor.Reshape(_header.Lengths);
    }

    private static void ToNative(ReadOnlySpan<uint> from, Span<uint> to)
    {
        if (BitConverter.IsLittleEndian)
        {
            BinaryPrimitives.ReverseEndianness(from, to);
        }
        else
        {
            from.CopyTo(to);
        }
    }

    private static void ToNative(ReadOnlySpan<ulong> from, Span<ulong> to)
    {
        if (BitConverter.IsLittleEndian)
        {
            BinaryPrimitives.ReverseEndianness(from, to);
        }
        else
        {
            from.CopyTo(to);
        }
    }

    /// <summary>The tensor's memory from an element on.</summary>
    private static Span<byte> Room(in Lease<byte> lease, long element, long count, DType dtype) => MemoryMarshal.CreateSpan(
        ref Unsafe.Add(ref lease.First, (nint)(element * dtype.Size())), (int)(count * dtype.Size()));

    private Tensor Flat(long count) => Tensor.Empty([(int)count], _header.DType, Device.Cpu);

    private void Grow()
    {
        if (_filled == _tensor.Count)
        {
            Tensor larger = Flat(Math.Min(_total, 2 * _filled));
            using Lease<byte> from = Lease<byte>.Bytes(_tensor), to = Lease<byte>.Bytes(larger);
            const long Step = 1 << 24;
            for (long done = 0; done < _filled; done += Step)
            {
                long count = Math.Min(Step, _filled - done);
                Room(from, done, count, _header.DType).CopyTo(Room(to, done, count, _header.DType));
            }

            _tensor = larger;
        }
    }

    private void FillDirectly(Stream stream, long room)
    {
        using Lease<byte> lease = Lease<byte>.Bytes(_tensor);
        int read = stream.Read(Room(lease, _filled, room, DType.UInt8));
        _filled += read > 0 ? read : throw Truncated();
    }

    private void Fill(Stream stream, Span<byte> buffer)
    {
        buffer = buffer[..(buffer.Length / _header.ElementBytes * _header.ElementBytes)];
        int read = stream.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
        if (read < buffer.Length)
        {
            throw Truncated();
        }

        int count = read / _header.ElementBytes;
        using Lease<byte> lease = Lease<byte>.Bytes(_tensor);
        Convert(buffer, Room(lease, _filled, count, _header.DType), _header.Type);
        _filled += count;
    }

    private InvalidDataException Truncated() => new(
        $"{_name}: the file ends early: {Shape.Format(_header.Lengths)} needs {_header.DataBytes} bytes after the header, "
        + "and they do not come.");
}
