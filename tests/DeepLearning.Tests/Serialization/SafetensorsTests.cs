using System.Runtime.InteropServices;
using DeepLearning.Serialization;
using DeepLearning.Tests.Infrastructure;

namespace DeepLearning.Tests.Serialization;

/// <summary>The library against the reader and the writer of <see cref="PlainSafetensors"/>.</summary>
[Trait("Rerun", "Culture")]
public sealed class SafetensorsTests
{
    private static readonly Tensor[] AllTypes =
    [
        Tensor.From([1.5f, -0f, float.NaN, float.Epsilon, float.PositiveInfinity, float.MaxValue], 2, 3),
        Tensor.From([Math.PI, double.MinValue], 2, 1),
        Tensor.From([(Half)0.1, Half.NaN, Half.MaxValue]),
        Tensor.From([(BFloat16)0.1f, BFloat16.NegativeInfinity, BFloat16.FromBits(0xFFC1)]),
        Tensor.From([long.MinValue, -1, long.MaxValue]),
        Tensor.From([int.MinValue, 7], 1, 2),
        Tensor.From<byte>([0, 127, 255]),
        Tensor.From([true, false, true], 3, 1, 1),
    ];

    [Fact]
    public void An_independent_reader_reads_what_is_written()
    {
        OrderedDictionary<string, Tensor> state = [];
        foreach (Tensor tensor in AllTypes.Reverse())
        {
            state[$"a {tensor.DType.Name()}"] = tensor;
        }

        (List<PlainTensor> read, Dictionary<string, string> metadata) = PlainSafetensors.Read(
            Safetensors.ToBytes(state, new Dictionary<string, string> { ["format"] = "pt", ["ключ \"\n"] = "\u0000 < ü 😀" }));
        Assert.Equal(2, metadata.Count);
        Assert.Equal("\u0000 < ü 😀", metadata["ключ \"\n"]);
        Assert.Equal(state.Keys, read.Select(tensor => tensor.Name));
        Assert.Equal(["BOOL", "U8", "I32", "I64", "BF16", "F16", "F64", "F32"], read.Select(tensor => tensor.Type));
        foreach (PlainTensor plain in read)
        {
            Assert.Equal(state[plain.Name].Shape.Select(length => (long)length), plain.Shape);
            Assert.Equal(Bytes(state[plain.Name]), plain.Data);
        }
    }

    [Fact]
    public void What_an_independent_writer_writes_is_read()
    {
        PlainTensor[] written =
            [.. AllTypes.Select(tensor => new PlainTensor(tensor.DType.Name(), Name(tensor.DType), Lengths(tensor), Bytes(tensor)))];
        Dictionary<string, string> metadata = new() { ["a"] = "1", ["b"] = "\u2028 \\ ü" };
        using Folder folder = new();
        string path = folder.Write("model.safetensors", PlainSafetensors.Write(written, metadata));
        using SafetensorsFile file = Safetensors.Open(path);
        Assert.Equal(metadata, file.Metadata);
        Assert.Equal(path, file.FileName);
        Assert.Equal(written.Select(tensor => tensor.Name), file.Entries.Select(entry => entry.Name));
        for (int i = 0; i < written.Length; i++)
        {
            SafetensorsEntry entry = file.Entries[i];
            Assert.Equal((AllTypes[i].DType, written[i].Type), (entry.DType, entry.StoredType));
            Assert.Equal((AllTypes[i].Shape, AllTypes[i].Count), (entry.Shape, entry.Count));
            Assert.Equal(written[i].Data.Length, entry.ByteLength);
            AssertSame(AllTypes[i], file.Read(entry.Name));
        }
    }

    [Fact]
    public void Loading_gives_the_order_and_the_bits_that_were_saved()
    {
        OrderedDictionary<string, Tensor> state = [];
        foreach (Tensor tensor in AllTypes)
        {
            state.Insert(0, tensor.DType.Name(), tensor);
        }

        state["scalar"] = Tensor.FromScalar(2.5);
        state["empty"] = Tensor.Zeros([3, 0, 2], DType.BFloat16);
        state[""] = Tensor.Ones(1);
        using Folder folder = new();
        Safetensors.Save(folder["a.safetensors"], state);
        OrderedDictionary<string, Tensor> loaded = Safetensors.Load(folder["a.safetensors"]);
        Assert.Equal(state.Keys, loaded.Keys);
        Assert.All(state, pair => AssertSame(pair.Value, loaded[pair.Key]));
        Assert.Equal(["a.safetensors"], folder.Names);
    }

    [Fact]
    public void Every_tensor_lies_at_a_multiple_of_its_element_size()
    {
        Dictionary<string, Tensor> state = AllTypes.Reverse().ToDictionary(tensor => tensor.DType.Name());
        byte[] bytes = Safetensors.ToBytes(state);
        long length = BitConverter.ToInt64(bytes);
        Assert.Equal(0, length % 8);
        Assert.All(PlainSafetensors.Read(bytes).Tensors, tensor => Assert.Equal(0, tensor.Begin % state[tensor.Name].DType.Size()));
        Assert.Equal(bytes, Safetensors.ToBytes(state));
    }

    [Fact]
    public void Views_are_written_in_row_major_order()
    {
        Tensor x = Tensor.Arange(24).Reshape(2, 3, 4);
        Dictionary<string, Tensor> state = new()
        {
            ["transposed"] = x.Transpose(0, 2),
            ["part"] = x[.., 1..],
            ["repeated"] = Tensor.Ones(1, 3).Expand(2, 3),
            ["parameter"] = Tensor.Ones(2, 2).Transpose(0, 1),
        };
        state["parameter"].RequiresGrad = true;
        OrderedDictionary<string, Tensor> loaded = Safetensors.Load(Safetensors.ToBytes(state));
        Assert.All(loaded.Values, tensor => Assert.True(tensor.IsContiguous && !tensor.RequiresGrad));
        Assert.All(state, pair => AssertSame(pair.Value.Detach().Clone(), loaded[pair.Key]));
    }

    [Fact]
    public void Types_that_the_library_lacks_are_widened_without_loss()
    {
        PlainTensor[] written =
        [
            new("i8", "I8", [3], [0x80, 0xFF, 0x7F]),
            new("i16", "I16", [2, 1], [0x00, 0x80, 0xFF, 0x7F]),
            new("u16", "U16", [2], [0x00, 0x80, 0xFF, 0xFF]),
            new("u32", "U32", [1], [0xFF, 0xFF, 0xFF, 0xFF]),
            new("u64", "U64", [1], [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F]),
            new("e4m3", "F8_E4M3", [8], [0x00, 0x01, 0x08, 0x38, 0x7E, 0x7F, 0xB8, 0x80]),
            new("e5m2", "F8_E5M2", [7], [0x00, 0x01, 0x04, 0x3C, 0x7B, 0x7C, 0xFE]),
        ];
        using SafetensorsFile file = Safetensors.Open(new MemoryStream(PlainSafetensors.Write(written)));
        Assert.Equal(written.Select(tensor => tensor.Type), file.Entries.Select(entry => entry.StoredType));
        AssertSame(Tensor.From([-128, -1, 127]), file.Read("i8"));
        AssertSame(Tensor.From([-32768, 32767], 2, 1), file.Read("i16"));
        AssertSame(Tensor.From([32768, 65535]), file.Read("u16"));
        AssertSame(Tensor.From([4294967295L]), file.Read("u32"));
        AssertSame(Tensor.From([long.MaxValue]), file.Read("u64"));
        Assert.Equal([0f, 1 / 512f, 1 / 64f, 1f, 448f, float.NaN, -1f, -0f], file.Read("e4m3").ToArray<float>());
        Assert.Equal([0f, 1 / 65536f, 1 / 16384f, 1f, 57344f, float.PositiveInfinity, float.NaN], file.Read("e5m2").ToArray<float>());
    }

    [Fact]
    public void Widening_works_across_the_pieces_it_is_read_in()
    {
        byte[] data = new byte[200_001];
        new Random(1).NextBytes(data);
        Tensor loaded = Safetensors.Load(PlainSafetensors.Write([new PlainTensor("x", "I8", [data.Length], data)]))["x"];
        Assert.Equal(data.Select(x => (int)(sbyte)x), loaded.ToArray<int>());
    }

    [Fact]
    public void Parts_of_a_tensor_can_be_read_alone()
    {
        Tensor x = Tensor.Arange(60).Reshape(5, 4, 3);
        byte[] bytes = Safetensors.ToBytes(new Dictionary<string, Tensor> { ["x"] = x, ["one"] = Tensor.FromScalar(1) });
        using SafetensorsFile file = Safetensors.Open(new MemoryStream(bytes));
        AssertSame(x[1..3].Clone(), file.Read("x", 1..3));
        AssertSame(x[^1..].Clone(), file.Read("x", ^1..));
        AssertSame(x[2..2].Clone(), file.Read("x", 2..2));
        AssertSame(x.Flatten()[7..20].Clone(), file.ReadElements("x", 7, 13));
        Assert.True(file.TryGetEntry("x", out SafetensorsEntry? entry));
        Assert.Equal("x: I64 [5, 4, 3]", entry.ToString());
        Assert.False(file.TryGetEntry("y", out _));
        Assert.Contains("rows 4..6 are not among the 5", Assert.Throws<ShapeException>(() => file.Read("x", 4..6)).Message,
            StringComparison.Ordinal);
        Assert.Throws<ShapeException>(() => file.Read("one", 0..1));
        Assert.Throws<ArgumentOutOfRangeException>(() => file.ReadElements("x", 50, 11));
        Assert.Throws<ArgumentOutOfRangeException>(() => file.ReadElements("x", -1, 1));
        Assert.Equal("safetensors stream: there is no tensor 'y'; the file has 2: 'x', 'one'",
            Assert.Throws<KeyNotFoundException>(() => file.Read("y")).Message);
    }

    [Fact]
    public void Streams_are_read_from_where_they_stand_and_stay_open_on_wish()
    {
        byte[] bytes = [9, 9, .. Safetensors.ToBytes(new Dictionary<string, Tensor> { ["x"] = Tensor.Ones(3) })];
        using MemoryStream stream = new(bytes);
        stream.Position = 2;
        AssertSame(Tensor.Ones(3), Safetensors.Load(stream)["x"]);
        stream.Position = 2;
        using (SafetensorsFile file = Safetensors.Open(new BufferedStream(new OneWayStream(stream, 5))))
        {
            AssertSame(Tensor.Ones(3), file.Read("x"));
        }

        Assert.False(stream.CanRead);
    }

    [Fact]
    public void A_stream_that_cannot_seek_can_stay_open()
    {
        using MemoryStream stream = new(Safetensors.ToBytes(new Dictionary<string, Tensor> { ["x"] = Tensor.Ones(3) }));
        AssertSame(Tensor.Ones(3), Safetensors.Load(new OneWayStream(stream, 5))["x"]);
        Assert.True(stream.CanRead);
        using MemoryStream bad = new([1, 2, 3]);
        Assert.Throws<SafetensorsException>(() => Safetensors.Load(bad));
        Assert.True(bad.CanRead);
        Assert.Throws<SafetensorsException>(() => Safetensors.Open(new OneWayStream(bad, 5)));
        Assert.False(bad.CanRead);
    }

    [Fact]
    public void Threads_can_share_an_open_file()
    {
        Dictionary<string, Tensor> state = Enumerable.Range(0, 20).ToDictionary(i => $"{i}", i => Tensor.Full([500], i, DType.Float32));
        using Folder folder = new();
        Safetensors.Save(folder["x"], state);
        using SafetensorsFile file = Safetensors.Open(folder["x"]);
        Parallel.For(0, 200, i => Assert.Equal(i % 20, file.Read($"{i % 20}").Mean().Item<float>()));
    }

    [Fact]
    public void A_new_file_can_take_the_place_of_one_that_is_open()
    {
        using Folder folder = new();
        Safetensors.Save(folder["x"], new Dictionary<string, Tensor> { ["x"] = Tensor.Ones(3) });
        using SafetensorsFile old = Safetensors.Open(folder["x"]);
        Safetensors.Save(folder["x"], new Dictionary<string, Tensor> { ["x"] = Tensor.Zeros(3) });
        AssertSame(Tensor.Ones(3), old.Read("x"));
        AssertSame(Tensor.Zeros(3), Safetensors.Load(folder["x"])["x"]);
    }

    [Fact]
    public void What_cannot_be_written_is_refused_before_the_file_is_touched()
    {
        using Folder folder = new();
        string path = folder.Write("x", [1, 2, 3]);
        Tensor one = Tensor.Ones(1);
        Refuses("cannot be named __metadata__", new() { ["__metadata__"] = one }, []);
        Refuses("half a surrogate pair", new() { ["a\ud800"] = one }, []);
        Refuses("half a surrogate pair", new() { ["a"] = one }, new() { ["a"] = "\udc00" });
        Refuses("'x' is null", new() { ["x"] = null! }, []);
        Refuses("'k' is null", [], new() { ["k"] = null! });
        Assert.Equal([1, 2, 3], File.ReadAllBytes(path));
        Assert.Equal(["x"], folder.Names);

        void Refuses(string message, Dictionary<string, Tensor> state, Dictionary<string, string> metadata) =>
            Assert.Contains(message, Assert.Throws<ArgumentException>(() => Safetensors.Save(path, state, metadata)).Message,
                StringComparison.Ordinal);
    }

    private static void AssertSame(Tensor expected, Tensor actual)
    {
        Assert.Equal((expected.DType, expected.Shape), (actual.DType, actual.Shape));
        Assert.Equal(Bytes(expected), Bytes(actual));
    }

    /// <summary>The elements' bytes, by the span of their own type.</summary>
    private static byte[] Bytes(Tensor x) => x.DType switch
    {
        DType.Float32 => Bytes<float>(x),
        DType.Float64 => Bytes<double>(x),
        DType.Float16 => Bytes<Half>(x),
        DType.BFloat16 => Bytes<BFloat16>(x),
        DType.Int64 => Bytes<long>(x),
        DType.Int32 => Bytes<int>(x),
        DType.UInt8 => Bytes<byte>(x),
        _ => Bytes<bool>(x),
    };

    private static byte[] Bytes<T>(Tensor x)
        where T : unmanaged => MemoryMarshal.AsBytes<T>(x.ToArray<T>()).ToArray();

    private static string Name(DType dtype) => dtype switch
    {
        DType.Float32 => "F32",
        DType.Float64 => "F64",
        DType.Float16 => "F16",
        DType.BFloat16 => "BF16",
        DType.Int64 => "I64",
        DType.Int32 => "I32",
        DType.UInt8 => "U8",
        _ => "BOOL",
    };

    private static long[] Lengths(Tensor x) => [.. x.Shape.Select(length => (long)length)];
}
