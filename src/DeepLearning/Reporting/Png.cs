using System.Buffers.Binary;
using System.IO.Compression;
using DeepLearning.Serialization;

namespace DeepLearning.Reporting;

/// <summary>
/// Encodes images as PNG files (ISO/IEC 15948, "Portable Network Graphics"): gray or color, with or without transparency, 8 bits a
/// channel.
/// <code>
/// Png.Save("digit.png", images[0]);
/// Png.Save("batch.png", ImageGrid.Make(images));
/// </code>
/// </summary>
public static class Png
{
    private const int MaximalSide = 1 << 20;

    private static ReadOnlySpan<byte> Signature => [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A];

    /// <summary>Encodes an image.</summary>
    /// <param name="image">
    /// [height, width] or [channels, height, width] with 1 (gray), 2 (gray and opacity), 3 (red, green, blue) or 4 (and opacity) channels.
    /// Bytes are taken as they are; floating-point values go from 0 (dark) to 1 (bright), those outside are cut to that range and NaN is 0;
    /// truth values are black and white.
    /// </param>
    /// <returns>The bytes of the file.</returns>
    /// <exception cref="ShapeException">The tensor is not an image.</exception>
    /// <exception cref="DTypeException">The elements are other integers than bytes.</exception>
    public static byte[] Encode(Tensor image)
    {
        Pixels pixels = Pixels.Of(image, "Png.Encode");
        return Encode(pixels.Bytes, pixels.Width, pixels.Height, pixels.Channels);
    }

    /// <summary>Encodes an image given as bytes, row by row from the top, the channels of a pixel side by side.</summary>
    /// <param name="pixels">height · width · channels bytes.</param>
    /// <param name="width">Pixels a row.</param>
    /// <param name="height">Rows.</param>
    /// <param name="channels">1 (gray), 2 (gray and opacity), 3 (red, green, blue) or 4 (and opacity).</param>
    /// <returns>The bytes of the file.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A size is not positive or greater than 2²⁰, or there are other channels.</exception>
    /// <exception cref="ArgumentException">There are not as many bytes as the sizes ask for.</exception>
    public static byte[] Encode(ReadOnlySpan<byte> pixels, int width, int height, int channels)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(width, MaximalSide);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(height, MaximalSide);
        ArgumentOutOfRangeException.ThrowIfLessThan(channels, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(channels, 4);
        if (pixels.Length != (long)width * height * channels)
        {
            throw new ArgumentException(
                $"Png.Encode: {pixels.Length} bytes for {width} × {height} pixels of {channels} channels, which are "
                    + $"{(long)width * height * channels}.",
                nameof(pixels));
        }

        using MemoryStream file = new();
        file.Write(Signature);
        Span<byte> header = stackalloc byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header[4..], height);
        header[8] = 8;
        header[9] = channels switch { 1 => 0, 2 => 4, 3 => 2, _ => 6 };
        header[10..].Clear();
        WriteChunk(file, "IHDR"u8, header);
        WriteChunk(file, "IDAT"u8, Compress(pixels, width * channels, channels));
        WriteChunk(file, "IEND"u8, []);
        return file.ToArray();
    }

    /// <summary>Encodes an image and writes it to a file.</summary>
    /// <param name="path">The file; one that exists is replaced.</param>
    /// <param name="image">The image, as for <see cref="Encode(Tensor)"/>.</param>
    /// <exception cref="ShapeException">The tensor is not an image.</exception>
    /// <exception cref="DTypeException">The elements are other integers than bytes.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Save(string path, Tensor image)
    {
        byte[] file = Encode(image);
        AtomicFile.Write(path, stream => stream.Write(file));
    }

    /// <summary>The rows, each behind the number of its filter, in the zlib format.</summary>
    private static byte[] Compress(ReadOnlySpan<byte> pixels, int stride, int channels)
    {
        using MemoryStream compressed = new();
        using (ZLibStream zlib = new(compressed, CompressionLevel.Optimal, leaveOpen: true))
        {
            byte[] above = new byte[stride], filtered = new byte[stride], best = new byte[stride];
            for (int start = 0; start < pixels.Length; start += stride)
            {
                ReadOnlySpan<byte> row = pixels.Slice(start, stride);
                int filter = PngFilters.Best(row, above, channels, filtered, best);
                zlib.WriteByte((byte)filter);
                zlib.Write(best);
                row.CopyTo(above);
            }
        }

        return compressed.ToArray();
    }

    private static void WriteChunk(MemoryStream file, ReadOnlySpan<byte> type, ReadOnlySpan<byte> data)
    {
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, data.Length);
        file.Write(number);
        file.Write(type);
        file.Write(data);
        BinaryPrimitives.WriteUInt32BigEndian(number, ~Crc32.Update(Crc32.Update(uint.MaxValue, type), data));
        file.Write(number);
    }
}
