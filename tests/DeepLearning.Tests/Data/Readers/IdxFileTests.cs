using System.IO.Compression;
using DeepLearning.Data;
using DeepLearning.Tests.Infrastructure;

namespace DeepLearning.Tests.DataTests.Readers;

[Trait("Rerun", "Culture")]
public sealed class IdxFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(DType.UInt8, "a.idx")]
    [InlineData(DType.UInt8, "a.idx.gz")]
    [InlineData(DType.Int32, "a.idx")]
    [InlineData(DType.Float32, "a.idx.gz")]
    [InlineData(DType.Float64, "a.idx")]
    public void What_is_written_is_read_back(DType dtype, string name)
    {
        Tensor tensor = (Tensor.Arange(3 * 5 * 7) * 3 - 100).Abs().Reshape(3, 5, 7).To(dtype);
        IdxFile.Write(_folder[name], tensor);
        Tensor read = IdxFile.Read(_folder[name]);
        Assert.Equal(dtype, read.DType);
        Assert.True(read.Equal(tensor));
        Assert.Single(Directory.GetFiles(_folder.Root));
    }

    [Fact]
    public void Large_elements_of_every_type_pass_through_the_buffers_whole()
    {
        foreach (DType dtype in new[] { DType.UInt8, DType.Int32, DType.Float32, DType.Float64 })
        {
            Tensor tensor = Tensor.Arange(300_007).Remainder(251).To(dtype);
            IdxFile.Write(_folder["large.idx.gz"], tensor);
            Assert.True(IdxFile.Read(_folder["large.idx.gz"]).Equal(tensor));
            using MemoryStream plain = new();
            IdxFile.Write(plain, tensor.View(-1, 1));
            plain.Position = 0;
            Assert.True(IdxFile.Read(new OneWayStream(plain, 1000)).Equal(tensor.View(-1, 1)));
        }
    }

    [Theory]
    [InlineData(0x08, "00 7F 80 FF", "0,127,128,255", DType.UInt8)]
    [InlineData(0x09, "00 7F 80 FF", "0,127,-128,-1", DType.Int32)]
    [InlineData(0x0B, "0102 FFFE 8000 7FFF", "258,-2,-32768,32767", DType.Int32)]
    [InlineData(0x0C, "00000102 FFFFFFFE 80000000 7FFFFFFF", "258,-2,-2147483648,2147483647", DType.Int32)]
    [InlineData(0x0D, "3F800000 C0200000 00000000 7F800000", "1,-2.5,0,∞", DType.Float32)]
    [InlineData(0x0E, "3FF0000000000000 C004000000000000 0000000000000000 3FB999999999999A", "1,-2.5,0,0.1", DType.Float64)]
    public void Every_element_type_is_read_as_the_format_defines_it(byte type, string elements, string expected, DType dtype)
    {
        byte[] values = Convert.FromHexString(elements.Replace(" ", "", StringComparison.Ordinal));
        byte[] file = [0, 0, type, 2, 0, 0, 0, 2, 0, 0, 0, 2, .. values];
        Tensor read = IdxFile.Read(new MemoryStream(file));
        Assert.Equal(dtype, read.DType);
        Assert.Equal([2, 2], read.Shape.ToArray());
        Assert.Equal(expected, string.Join(',', read.ToArray<double>().Select(
            static v => v.ToString(new System.Globalization.CultureInfo("") { NumberFormat = { PositiveInfinitySymbol = "∞" } }))));
    }

    [Fact]
    public void A_set_without_samples_is_read()
    {
        IdxFile.Write(_folder["empty.gz"], Tensor.Zeros([0, 28, 28], DType.UInt8));
        Assert.Equal([0, 28, 28], IdxFile.Read(_folder["empty.gz"]).Shape.ToArray());
    }

    [Theory]
    [InlineData("", "ends inside its IDX header")]
    [InlineData("0000 08", "ends inside its IDX header")]
    [InlineData("0000 0801 0000", "ends inside its IDX header")]
    [InlineData("504B 0304", "not an IDX file: it starts with the bytes 0x50 0x4B")]
    [InlineData("0000 0A01 00000001 00", "unknown IDX element type 0x0A")]
    [InlineData("0000 0800", "of 0 axes")]
    [InlineData("0000 08FF", "of 255 axes")]
    [InlineData("0000 0801 FFFFFFFF", "axis 0 is said to have 4294967295 elements")]
    [InlineData("0000 0803 7FFFFFFF 7FFFFFFF 7FFFFFFF", "more elements than any file")]
    [InlineData("0000 0802 7FFFFFFF 00000010", "needs 34359738364 bytes with its header, and the file has 12")]
    [InlineData("0000 0801 00000003 0102", "needs 11 bytes with its header, and the file has 10")]
    [InlineData("0000 0801 00000001 0102", "needs 9 bytes with its header, and the file has 10")]
    public void A_file_that_is_not_what_it_says_is_refused_by_name(string content, string expected)
    {
        byte[] bytes = Convert.FromHexString(content.Replace(" ", "", StringComparison.Ordinal));
        string path = _folder["bad.idx"];
        File.WriteAllBytes(path, bytes);
        InvalidDataException error = Assert.Throws<InvalidDataException>(() => IdxFile.Read(path));
        Assert.StartsWith(path + ": ", error.Message, StringComparison.Ordinal);
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0000 0801 00000003 0102", "ends early")]
    [InlineData("0000 0801 00000001 0102", "there are bytes after the 1")]
    [InlineData("0000 0C01 00000002 00000001 0000", "ends early")]
    [InlineData("0000 0802 00010000 00007FFF", "more than")]
    public void A_compressed_file_that_is_not_what_it_says_is_refused_by_name(string content, string expected)
    {
        string path = _folder["bad.idx.gz"];
        File.WriteAllBytes(path, Compress(Convert.FromHexString(content.Replace(" ", "", StringComparison.Ordinal))));
        InvalidDataException error = Assert.Throws<InvalidDataException>(() => IdxFile.Read(path));
        Assert.StartsWith(path + ": ", error.Message, StringComparison.Ordinal);
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_compressed_file_that_was_cut_or_changed_is_refused()
    {
        Tensor tensor = Tensor.RandInt(0, 256, [5000], DType.UInt8, generator: new Generator(1));
        using MemoryStream plain = new();
        IdxFile.Write(plain, tensor);
        byte[] compressed = Compress(plain.ToArray());
        Assert.Throws<InvalidDataException>(() => IdxFile.Read(new MemoryStream(compressed[..^100])));
        compressed[^6] ^= 1; // in the checksum at the end
        Assert.Throws<InvalidDataException>(() => IdxFile.Read(new MemoryStream(compressed)));
    }

    [Fact]
    public void A_claim_of_gigabytes_in_a_stream_of_unknown_length_allocates_little()
    {
        byte[] claim = [0, 0, 8, 1, 0x7F, 0xFF, 0xFF, 0xFF, 1, 2, 3];
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Throws<InvalidDataException>(() => IdxFile.Read(new OneWayStream(new MemoryStream(claim), 1000)));
        Assert.Throws<InvalidDataException>(() => IdxFile.Read(new OneWayStream(new MemoryStream(Compress(claim)), 1000)));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
    }

    [Fact]
    public void A_compressed_bomb_is_refused_at_the_first_byte_too_many()
    {
        // 256 MB of zeros that claim to be 1,000 bytes.
        using MemoryStream bomb = new();
        using (GZipStream gzip = new(bomb, CompressionLevel.Fastest, leaveOpen: true))
        {
            gzip.Write([0, 0, 8, 1, 0, 0, 3, 0xE8]);
            byte[] zeros = new byte[1 << 20];
            for (int i = 0; i < 256; i++)
            {
                gzip.Write(zeros);
            }
        }

        bomb.Position = 0;
        Assert.Contains("there are bytes after the 1000", Assert.Throws<InvalidDataException>(() => IdxFile.Read(bomb)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Damaged_files_are_refused_or_read_and_never_fail_otherwise()
    {
        Random random = new(7);
        foreach (byte type in new byte[] { 8, 9, 0x0B, 0x0C, 0x0D, 0x0E })
        {
            int size = type switch { 8 or 9 => 1, 0x0B => 2, 0x0E => 8, _ => 4 };
            byte[] whole = [0, 0, type, 2, 0, 0, 0, 5, 0, 0, 0, 6, .. new byte[5 * 6 * size]];
            foreach (byte[] original in new[] { whole, Compress(whole) })
            {
                for (int trial = 0; trial < 1500; trial++)
                {
                    byte[] damaged = Damage(original, random);
                    long before = GC.GetAllocatedBytesForCurrentThread();
                    try
                    {
                        MemoryStream memory = new(damaged);
                        Tensor read = IdxFile.Read(trial % 2 == 0 ? memory : new OneWayStream(memory, 1000));
                        Assert.InRange(read.Count, 0, damaged.Length * 1032L);
                    }
                    catch (InvalidDataException)
                    {
                        // What is expected of most.
                    }

                    Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 2 << 20);
                }
            }
        }
    }

    [Fact]
    public void Types_and_shapes_that_the_format_lacks_are_refused_and_nothing_is_left_behind()
    {
        Assert.Contains("int64", Assert.Throws<DTypeException>(() => IdxFile.Write(_folder["x"], Tensor.Arange(3))).Message,
            StringComparison.Ordinal);
        Assert.Throws<ShapeException>(() => IdxFile.Write(_folder["x"], Tensor.FromScalar(1.0)));
        Assert.Throws<FileNotFoundException>(() => IdxFile.Read(_folder["x"]));
        Assert.Empty(Directory.GetFiles(_folder.Root));
    }

    internal static byte[] Compress(byte[] bytes)
    {
        using MemoryStream result = new();
        using (GZipStream gzip = new(result, CompressionLevel.Fastest))
        {
            gzip.Write(bytes);
        }

        return result.ToArray();
    }

    private static byte[] Damage(byte[] original, Random random)
    {
        byte[] damaged = [.. original];
        for (int i = random.Next(1, 4); i > 0; i--)
        {
            // Half of the changes hit the header.
            int at = random.Next(2) == 0 ? random.Next(Math.Min(12, damaged.Length)) : random.Next(damaged.Length);
            damaged[at] = (byte)(random.Next(3) == 0 ? 0xFF : random.Next(256));
        }

        return random.Next(4) switch
        {
            0 => damaged[..random.Next(damaged.Length)],
            1 => [.. damaged, .. new byte[random.Next(1, 9)]],
            _ => damaged,
        };
    }
}
