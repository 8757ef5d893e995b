using System.Buffers.Binary;
using System.IO.Compression;

namespace DeepLearning.Tests.Reporting;

/// <summary>Reads PNG files from the definition of the format: bit-by-bit checks, and filters undone. For 8 bits a channel only.</summary>
internal sealed class PngDecoder
{
    private PngDecoder(int width, int height, int colourType) => (Width, Height, ColourType) = (width, height, colourType);

    public int Width { get; }

    public int Height { get; }

    public int ColourType { get; }

    public int Channels => ColourType switch { 0 => 1, 4 => 2, 2 => 3, 6 => 4, _ => throw new InvalidDataException() };

    public byte[] Pixels { get; private set; } = [];

    public static PngDecoder Decode(byte[] file)
    {
        Assert.Equal([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A], file[..8]);
        PngDecoder? image = null;
        using MemoryStream compressed = new();
        string last = "";
        int at = 8;
        while (at < file.Length)
        {
            int length = BinaryPrimitives.ReadInt32BigEndian(file.AsSpan(at));
            ReadOnlySpan<byte> checkedPart = file.AsSpan(at + 4, length + 4);
            last = System.Text.Encoding.ASCII.GetString(checkedPart[..4]);
            Assert.Equal(Check(checkedPart), BinaryPrimitives.ReadUInt32BigEndian(file.AsSpan(at + 8 + length)));
            ReadOnlySpan<byte> data = checkedPart[4..];
            if (last == "IHDR")
            {
                Assert.Equal(13, length);
                Assert.Equal([8, data[9], 0, 0, 0], data[8..].ToArray());
                image = new PngDecoder(
                    BinaryPrimitives.ReadInt32BigEndian(data), BinaryPrimitives.ReadInt32BigEndian(data[4..]), data[9]);
            }
            else if (last == "IDAT")
            {
                compressed.Write(data);
            }

            at += 12 + length;
        }

        Assert.Equal("IEND", last);
        compressed.Position = 0;
        using ZLibStream zlib = new(compressed, CompressionMode.Decompress);
        using MemoryStream rows = new();
        zlib.CopyTo(rows);
        image!.Pixels = image.Unfilter(rows.ToArray());
        return image;
    }

    private static uint Check(ReadOnlySpan<byte> data)
    {
        uint register = 0xFFFFFFFF;
        foreach (byte value in data)
        {
            for (int bit = 0; bit < 8; bit++)
            {
                bool isSet = ((register ^ (uint)(value >> bit)) & 1) != 0;
                register = (register >> 1) ^ (isSet ? 0xEDB88320 : 0);
            }
        }

        return ~register;
    }

    private byte[] Unfilter(byte[] rows)
    {
        int stride = Width * Channels;
        Assert.Equal((stride + 1) * Height, rows.Length);
        byte[] pixels = new byte[stride * Height];
        for (int y = 0; y < Height; y++)
        {
            int filter = rows[y * (stride + 1)];
            for (int x = 0; x < stride; x++)
            {
                int a = x >= Channels ? pixels[y * stride + x - Channels] : 0;
                int b = y > 0 ? pixels[(y - 1) * stride + x] : 0;
                int c = x >= Channels && y > 0 ? pixels[(y - 1) * stride + x - Channels] : 0;
                int p = a + b - c;
                int paeth = Math.Abs(p - a) <= Math.Abs(p - b) && Math.Abs(p - a) <= Math.Abs(p - c) ? a
                    : Math.Abs(p - b) <= Math.Abs(p - c) ? b : c;
                int[] expected = [0, a, b, (a + b) / 2, paeth];
                pixels[y * stride + x] = (byte)(rows[y * (stride + 1) + 1 + x] + expected[filter]);
            }
        }

        return pixels;
    }
}
