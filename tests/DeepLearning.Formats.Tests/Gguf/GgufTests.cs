using System.Runtime.InteropServices;
using System.Text.Json;
using DeepLearning.Formats;

namespace DeepLearning.Tests.Formats.GgufFiles;

public sealed class GgufTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("deeplearning-formats-").FullName;

    public static TheoryData<string> Types => new(Recorded("quants.json").EnumerateObject().Select(static entry => entry.Name));

    public void Dispose() => Directory.Delete(_folder, true);

    [Theory]
    [MemberData(nameof(Types))]
    public void Every_type_is_decoded_bit_by_bit_as_the_reference_does(string name)
    {
        JsonElement recorded = Recorded("quants.json").GetProperty(name);
        using GgufFile file = GgufFile.Open(Fixtures.PathOf("quants.gguf"));
        Assert.True(file.TryGetEntry(name, out GgufEntry? entry));
        Assert.Equal(recorded.GetProperty("type").GetString(), entry.Type.ToString());
        Assert.Equal(recorded.GetProperty("shape").EnumerateArray().Select(static x => x.GetInt32()), entry.Shape);
        byte[] bytes = recorded.GetProperty("bytes").GetBytesFromBase64();
        Assert.Equal(bytes.Length, entry.ByteLength);
        Assert.Equal(bytes, file.ReadBlocks(name).ToArray<byte>());
        Assert.Equal(bytes, file.MapBlocks(name).ToArray<byte>());
        if (!entry.IsQuantized)
        {
            CheckPlain(entry, bytes, file.Read(name));
        }
        else if (recorded.TryGetProperty("numbers", out JsonElement numbers))
        {
            byte[] expected = numbers.GetBytesFromBase64();
            Assert.Equal(expected, MemoryMarshal.AsBytes(file.Read(name).ToArray<float>()).ToArray());
            Assert.Equal(expected, MemoryMarshal.AsBytes(Gguf.Dequantize(file.MapBlocks(name), entry.Type).ToArray<float>()).ToArray());
        }
        else
        {
            Assert.Contains($"{entry.Type} is not decoded", Assert.Throws<ModelFileException>(() => file.Read(name)).Message,
                StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("quants.gguf", 3)]
    [InlineData("version2.gguf", 2)]
    public void Metadata_of_every_type_are_read(string name, int version)
    {
        using GgufFile file = GgufFile.Open(Fixtures.PathOf(name));
        Assert.Equal(version, file.Version);
        Assert.Equal<object>(
            [(byte)200, (sbyte)-100, (ushort)60000, (short)-30000, 4_000_000_000u, -2_000_000_000, 0.5f, true, 10_000_000_000_000_000_000ul,
                -1_000_000_000_000_000_000L, 0.1],
            ((string[])["u8", "i8", "u16", "i16", "u32", "i32", "f32", "bool", "u64", "i64", "f64"])
                .Select(type => file.Metadata["value." + type]));
        Assert.Equal("grüße", file.Metadata["general.architecture"]);
        Assert.Equal<string>(["▁a", "", "xyz"], Assert.IsType<string[]>(file.Metadata["array.text"]));
        Assert.Equal<byte>([1, 255], Assert.IsType<byte[]>(file.Metadata["array.u8"]));
        Assert.Equal<sbyte>([-1, 5], Assert.IsType<sbyte[]>(file.Metadata["array.i8"]));
        Assert.Equal<ushort>([1, 65535], Assert.IsType<ushort[]>(file.Metadata["array.u16"]));
        Assert.Equal<short>([-2, 3], Assert.IsType<short[]>(file.Metadata["array.i16"]));
        Assert.Equal<uint>([7], Assert.IsType<uint[]>(file.Metadata["array.u32"]));
        Assert.Equal<int>([-1, 2, 3], Assert.IsType<int[]>(file.Metadata["array.i32"]));
        Assert.Equal<float>([0.5f, -1], Assert.IsType<float[]>(file.Metadata["array.f32"]));
        Assert.Equal<bool>([true, false], Assert.IsType<bool[]>(file.Metadata["array.bool"]));
        Assert.Equal<ulong>([1ul << 63], Assert.IsType<ulong[]>(file.Metadata["array.u64"]));
        Assert.Equal<long>([long.MinValue], Assert.IsType<long[]>(file.Metadata["array.i64"]));
        Assert.Equal<double>([0.1], Assert.IsType<double[]>(file.Metadata["array.f64"]));
        Assert.Empty(Assert.IsType<uint[]>(file.Metadata["array.none"]));
        Assert.Equal(Recorded("quants.json").EnumerateObject().Select(static recorded => recorded.Name),
            file.Entries.Select(static entry => entry.Name));
    }

    [Theory]
    [InlineData(GgufType.Q8_0)]
    [InlineData(GgufType.Q4_0)]
    public void Blocks_are_encoded_bit_by_bit_as_the_reference_does(GgufType type)
    {
        JsonElement recorded = Recorded("encoded.json");
        int[] shape = [.. recorded.GetProperty("shape").EnumerateArray().Select(static x => x.GetInt32())];
        Tensor numbers = Tensor.From(MemoryMarshal.Cast<byte, float>(recorded.GetProperty("numbers").GetBytesFromBase64()), shape);
        byte[] expected = recorded.GetProperty(type.ToString()).GetBytesFromBase64();
        Assert.Equal(expected, Gguf.Quantize(numbers, type).ToArray<byte>());
        string path = Path.Combine(_folder, "x.gguf");
        Gguf.Save(path, new Dictionary<string, Tensor> { ["w"] = numbers }, type: (_, _) => type);
        using GgufFile file = GgufFile.Open(path);
        Assert.Equal(expected, file.ReadBlocks("w").ToArray<byte>());
        Assert.True((file.Read("w") - numbers).Abs().Max().Item<float>() < (type == GgufType.Q8_0 ? 0.04 : 1.1));
    }

    [Fact]
    public void What_was_written_comes_back()
    {
        string path = Path.Combine(_folder, "x.gguf"), second = Path.Combine(_folder, "y.gguf");
        using (GgufFile recorded = GgufFile.Open(Fixtures.PathOf("quants.gguf")))
        {
            Dictionary<string, object> metadata = new(recorded.Metadata)
            {
                ["nested"] = new object[] { new[] { 1, 2 }, new[] { "a" } },
                ["empty"] = Array.Empty<sbyte>(),
            };
            Dictionary<string, Tensor> tensors = new()
            {
                ["f32"] = Tensor.Arange(6).To(DType.Float32).Reshape(2, 3).Transpose(0, 1),
                ["f64"] = Tensor.From([0.1]),
                ["f16"] = Tensor.From([(Half)2]),
                ["bf16"] = Tensor.From([(BFloat16)3f]),
                ["i64"] = Tensor.From([1L << 40]),
                ["i32"] = Tensor.From([-3]),
                ["scalar"] = Tensor.FromScalar(2.5),
                ["half"] = Tensor.From([0.1f, 2f]),
            };
            Gguf.Save(path, tensors, metadata, (name, _) => name == "half" ? GgufType.F16 : null);
            using GgufFile file = GgufFile.Open(path);
            Assert.Equal(metadata.Keys, file.Metadata.Keys);
            Assert.Equal(metadata["array.text"], file.Metadata["array.text"]);
            Assert.Equal<sbyte>([], Assert.IsType<sbyte[]>(file.Metadata["empty"]));
            OrderedDictionary<string, Tensor> back = file.ReadAll();
            Assert.Equal(tensors.Keys, back.Keys);
            Assert.Equal([1], back["scalar"].Shape);
            Assert.Equal(DType.Float16, back["half"].DType);
            Assert.All(tensors.Where(static entry => entry.Key is not ("half" or "scalar")),
                entry => Assert.True(entry.Value.Equal(back[entry.Key])));
            Gguf.Save(second, back, file.Metadata);
        }

        Assert.Equal(File.ReadAllBytes(path), File.ReadAllBytes(second));
    }

    [Fact]
    public void A_mapped_tensor_stays_when_the_file_is_closed_and_writes_do_not_reach_it()
    {
        string path = Path.Combine(_folder, "x.gguf");
        Gguf.Save(path, new Dictionary<string, Tensor> { ["a"] = Tensor.Arange(10_000).To(DType.Int32) });
        byte[] before = File.ReadAllBytes(path);
        Tensor mapped;
        using (GgufFile file = GgufFile.Open(path))
        {
            mapped = file.MapBlocks("a");
        }

        mapped.FillInPlace(3);
        Assert.Equal(3, mapped.ToArray<byte>()[39_999]);
        Assert.Equal(before, File.ReadAllBytes(path));
    }

    [Fact]
    public void A_tensor_behind_the_first_four_gigabytes_is_read()
    {
        // A file with a hole: little of it is on the disk.
        string path = Path.Combine(_folder, "large.gguf");
        using (FileStream stream = new(path, FileMode.Create))
        {
            using BinaryWriter writer = new(stream);
            writer.Write("GGUF"u8);
            writer.Write(3);
            writer.Write(2L);
            writer.Write(0L);
            WriteEntry(writer, "large", [1 << 30, 5], 24, 0);
            WriteEntry(writer, "last", [2, 3], 0, 5L << 30);
            long data = (stream.Position + 31) / 32 * 32;
            stream.SetLength(data + (5L << 30) + 24);
            stream.Position = data + (5L << 30);
            writer.Write(MemoryMarshal.AsBytes<float>([1, 2, 3, 4, 5, 6]));
        }

        using GgufFile file = GgufFile.Open(path);
        Assert.Equal([5, 1 << 30], file.Entries[0].Shape);
        Assert.Equal(new float[,] { { 1, 2 }, { 3, 4 }, { 5, 6 } }, file.Read("last").ToArray2D<float>());
        Assert.Equal(24, file.MapBlocks("last").Count);
        Assert.Throws<NotSupportedException>(() => file.MapBlocks("large"));
    }

    [Fact]
    public void What_GGUF_has_no_place_for_is_refused_before_a_file_is_made()
    {
        string path = Path.Combine(_folder, "no.gguf");
        Refuses("no type for bool", Tensor.From([true]));
        Refuses("no multiple of 32", Tensor.Zeros(2, 33), GgufType.Q8_0);
        Refuses("is not written as Q4_K", Tensor.Zeros(2, 256), GgufType.Q4_K);
        Refuses("is not written as F32", Tensor.From([1L]), GgufType.F32);
        Refuses("more than 4 axes", Tensor.Zeros(1, 1, 1, 1, 1));
        Refuses("not finite", Tensor.Full([32], float.NaN), GgufType.Q4_0);
        Refuses("not finite", Tensor.Full([32], float.PositiveInfinity), GgufType.Q8_0);
        Refuses("too large", Tensor.Full([32], 1e38f), GgufType.Q8_0);
        Dictionary<string, Tensor> none = [];
        Assert.Throws<ArgumentException>(() => Gguf.Save(path, none, new Dictionary<string, object> { ["x"] = 1m }));
        Assert.Throws<ArgumentException>(() => Gguf.Save(path, none, new Dictionary<string, object> { ["x"] = new object[] { 1, "a" } }));
        Assert.Throws<ArgumentException>(() => Gguf.Save(path, none, new Dictionary<string, object> { ["general.alignment"] = 3u }));
        Assert.False(File.Exists(path));

        void Refuses(string expected, Tensor tensor, GgufType? type = null)
        {
            ArgumentException error = Assert.Throws<ArgumentException>(() =>
                Gguf.Save(path, new Dictionary<string, Tensor> { ["bad"] = tensor }, type: (_, _) => type));
            Assert.Contains(expected, error.Message, StringComparison.Ordinal);
            Assert.Contains("bad", error.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("version 7", "version 7", 4, new byte[] { 7, 0, 0, 0 })]
    [InlineData("big endian", "big-endian", 4, new byte[] { 0, 0, 0, 3 })]
    [InlineData("tensors", "tensors are announced", 8, new byte[] { 255, 255, 255, 255, 255, 255, 255, 127 })]
    [InlineData("keys", "keys are announced", 16, new byte[] { 255, 255, 255, 255, 255, 255, 255, 255 })]
    [InlineData("key length", "bytes of a text are announced", 24, new byte[] { 255, 255, 255, 255, 255, 255, 255, 127 })]
    public void Claims_beyond_the_file_are_refused(string what, string expected, int at, byte[] bytes)
    {
        byte[] file = Fixtures.Bytes("quants.gguf");
        bytes.CopyTo(file, at);
        string message = Assert.Throws<ModelFileException>(() => GgufFile.Open(new MemoryStream(file))).Message;
        Assert.True(message.Contains(expected, StringComparison.Ordinal), $"{what}: {message}");
    }

    [Theory]
    [InlineData(new long[] { 8 }, 0, 32, "no multiple of")]
    [InlineData(new long[] { 8 }, 64, 0, "reach beyond")]
    [InlineData(new long[] { 1L << 40 }, 0, 0, "2^31 - 1 are the most")]
    [InlineData(new long[] { 1 << 30, 1 << 30, 1 << 30 }, 0, 0, "more elements than can be counted")]
    [InlineData(new long[] { 8 }, 0, 0, "inside those of another")]
    [InlineData(new long[] { 1, 1, 1, 1, 1, 1, 1, 1, 1 }, 0, 0, "9 axes")]
    public void A_tensor_stays_inside_the_file_and_apart_from_others(long[] lengths, long offset, int odd, string expected)
    {
        using MemoryStream stream = new();
        using BinaryWriter writer = new(stream);
        writer.Write("GGUF"u8);
        writer.Write(3);
        writer.Write(2L);
        writer.Write(0L);
        WriteEntry(writer, "first", [8], 0, 0);
        WriteEntry(writer, "second", lengths, 0, offset + (odd / 2));
        stream.SetLength(((stream.Position + 31) / 32 * 32) + 64);
        stream.Position = 0;
        ModelFileException error = Assert.Throws<ModelFileException>(() => GgufFile.Open(stream));
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        Assert.Equal("second", error.Key);
    }

    private static void WriteEntry(BinaryWriter writer, string name, long[] lengths, int type, long offset)
    {
        writer.Write((long)name.Length);
        writer.Write(System.Text.Encoding.ASCII.GetBytes(name));
        writer.Write(lengths.Length);
        foreach (long length in lengths)
        {
            writer.Write(length);
        }

        writer.Write(type);
        writer.Write(offset);
    }

    private static void CheckPlain(GgufEntry entry, byte[] bytes, Tensor tensor)
    {
        Array expected = entry.Type switch
        {
            GgufType.F32 => MemoryMarshal.Cast<byte, float>(bytes).ToArray(),
            GgufType.F64 => MemoryMarshal.Cast<byte, double>(bytes).ToArray(),
            GgufType.F16 => MemoryMarshal.Cast<byte, Half>(bytes).ToArray(),
            GgufType.BF16 => MemoryMarshal.Cast<byte, BFloat16>(bytes).ToArray(),
            GgufType.I8 => Array.ConvertAll(bytes, static x => (int)(sbyte)x),
            GgufType.I16 => Array.ConvertAll(MemoryMarshal.Cast<byte, short>(bytes).ToArray(), static x => (int)x),
            GgufType.I32 => MemoryMarshal.Cast<byte, int>(bytes).ToArray(),
            _ => MemoryMarshal.Cast<byte, long>(bytes).ToArray(),
        };
        Array actual = tensor.DType switch
        {
            DType.Float32 => tensor.ToArray<float>(),
            DType.Float64 => tensor.ToArray<double>(),
            DType.Float16 => tensor.ToArray<Half>(),
            DType.BFloat16 => tensor.ToArray<BFloat16>(),
            DType.Int32 => tensor.ToArray<int>(),
            _ => tensor.ToArray<long>(),
        };
        Assert.Equal(expected.Cast<object>(), actual.Cast<object>());
    }

    private static JsonElement Recorded(string name) => JsonDocument.Parse(File.ReadAllText(Fixtures.PathOf(name))).RootElement;
}
