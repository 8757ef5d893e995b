using System.Buffers;
using System.Buffers.Binary;
using System.IO.Compression;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using DeepLearning.Backends;
using DeepLearning.Serialization;

namespace DeepLearning.Data;

/// <summary>
/// Files of the IDX format, in which MNIST and its relatives are published: a header with the element type and the lengths, then the
/// elements in row-major order, big-endian; plain or compressed with gzip.
/// </summary>
/// <remarks>
/// The format was defined on the home page of MNIST (Y. LeCun, C. Cortes, C. Burges). A file is not trusted: what its header claims is
/// compared with what it holds before memory is taken for it, and a compressed one gets memory as its content arrives.
/// </remarks>
public static class IdxFile
{
    // Deflate cannot do better than 1,032 to 1; more is a false claim that needs no reading.
    private const long LargestRatio = 1032;

    // What a compressed file is believed to hold, a byte of it, before it has shown so; images take 2 to 8.
    private const long UsualRatio = 16;

    /// <summary>Reads a file, plain or gzip (told by its first bytes, not its name).</summary>
    /// <param name="path">The file.</param>
    /// <returns>
    /// The elements in the file's shape: uint8, int32, float32 or float64 as in the file; int8 and int16 are widened to int32.
    /// </returns>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">It is not an IDX file, or holds fewer or more bytes than its header says.</exception>
    public static Tensor Read(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        using FileStream stream = new(path, FileMode.Open, FileAccess.Read, FileShare.Read, 4096, FileOptions.SequentialScan);
        return Read(stream, path);
    }

    /// <summary>Reads from a stream's position to its end, plain or gzip.</summary>
    /// <param name="stream">The stream; it stays open.</param>
    /// <param name="name">What errors call it.</param>
    /// <returns>As <see cref="Read(string)"/>.</returns>
    /// <exception cref="InvalidDataException">It is not of the IDX format, or holds fewer or more bytes than its header says.</exception>
    public static Tensor Read(Stream stream, string name = "stream")
    {
        ArgumentNullException.ThrowIfNull(stream);
        long? length = stream.CanSeek ? stream.Length - stream.Position : null;
        using GZipMagic content = new(stream);
        if (!content.IsCompressed)
        {
            return ReadPlain(content, length, name);
        }

        using GZipStream inflated = new(content, CompressionMode.Decompress);
        try
        {
            IdxHeader header = IdxHeader.Read(inflated, name);
            if (length is { } compressed && header.DataBytes / LargestRatio > compressed)
            {
                throw new InvalidDataException($"{name}: {Shape.Format(header.Lengths)} is {header.DataBytes} bytes, "
                    + $"more than {compressed} compressed bytes can hold.");
            }

            return new IdxElements(header, name, length * UsualRatio ?? 0).Read(inflated);
        }
        catch (InvalidDataException e) when (!e.Message.StartsWith(name, StringComparison.Ordinal))
        {
            throw new InvalidDataException($"{name}: the gzip data are damaged or end early: {e.Message}", e);
        }
    }

    /// <summary>Writes a tensor, compressed with gzip where the file's name ends in <c>.gz</c>.</summary>
    /// <param name="path">The file; one that exists is replaced when the new one is complete.</param>
    /// <param name="tensor">At least one axis; uint8, int32, float32 or float64.</param>
    /// <exception cref="DTypeException">The format has no such element type.</exception>
    /// <exception cref="ShapeException">The tensor has no axis, or more than 16.</exception>
    public static void Write(string path, Tensor tensor)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        IdxHeader header = HeaderOf(tensor);
        AtomicFile.Write(path, file =>
        {
            if (path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase))
            {
                using GZipStream deflated = new(file, CompressionLevel.Optimal, leaveOpen: true);
                Write(deflated, tensor, header);
            }
            else
            {
                Write(file, tensor, header);
            }
        });
    }

    /// <summary>Writes a tensor, uncompressed.</summary>
    /// <param name="stream">Receives the bytes; stays open.</param>
    /// <param name="tensor">At least one axis; uint8, int32, float32 or float64.</param>
    /// <exception cref="DTypeException">The format has no such element type.</exception>
    /// <exception cref="ShapeException">The tensor has no axis, or more than 16.</exception>
    public static void Write(Stream stream, Tensor tensor)
    {
        ArgumentNullException.ThrowIfNull(stream);
        Write(stream, tensor, HeaderOf(tensor));
    }

    private static Tensor ReadPlain(Stream content, long? length, string name)
    {
        IdxHeader header = IdxHeader.Read(content, name);
        if (length is { } bytes && bytes != header.ByteLength + header.DataBytes)
        {
            throw new InvalidDataException($"{name}: {Shape.Format(header.Lengths)} needs {header.ByteLength + header.DataBytes} bytes "
                + $"with its header, and the file has {bytes}.");
        }

        return new IdxElements(header, name, length ?? 0).Read(content);
    }

    private static IdxHeader HeaderOf(Tensor tensor)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        if (tensor.Rank is 0 or > IdxHeader.MaximumRank)
        {
            throw new ShapeException($"IdxFile.Write: a tensor {tensor.Shape}; 1 to {IdxHeader.MaximumRank} axes can be written.");
        }

        IdxType type = tensor.DType switch
        {
            DType.UInt8 => IdxType.UInt8,
            DType.Int32 => IdxType.Int32,
            DType.Float32 => IdxType.Float32,
            DType.Float64 => IdxType.Float64,
            _ => throw new DTypeException($"IdxFile.Write: the format has no {tensor.DType.Name()}; convert with To(...) to uint8, int32, "
                + "float32 or float64."),
        };
        return new IdxHeader(type, tensor.Shape.ToArray());
    }

    private static void Write(Stream stream, Tensor tensor, IdxHeader header)
    {
        header.Write(stream);
        Tensor source = tensor.OnHost();
        using Lease<byte> lease = Lease<byte>.Bytes(source);
        byte[] buffer = ArrayPool<byte>.Shared.Rent(64 * 1024);
        try
        {
            long total = header.DataBytes;
            for (long done = 0; done < total;)
            {
                int count = (int)Math.Min(64 * 1024, total - done);
                ReadOnlySpan<byte> native = MemoryMarshal.CreateReadOnlySpan(
                    ref Unsafe.Add(ref lease.First, (nint)done), count);
                Span<byte> converted = buffer.AsSpan(0, count);
                if (!BitConverter.IsLittleEndian || header.ElementBytes == 1)
                {
                    native.CopyTo(converted);
                }
                else if (header.ElementBytes == 8)
                {
                    BinaryPrimitives.ReverseEndianness(MemoryMarshal.Cast<byte, ulong>(native), MemoryMarshal.Cast<byte, ulong>(converted));
                }
                else
                {
                    BinaryPrimitives.ReverseEndianness(MemoryMarshal.Cast<byte, uint>(native), MemoryMarshal.Cast<byte, uint>(converted));
                }

                stream.Write(converted);
                done += count;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
