using DeepLearning.Data;
using DeepLearning.Serialization;
using DeepLearning.Tests.Infrastructure;

namespace DeepLearning.Tests.DataTests.Readers;

public sealed class RecordFileTests : IDisposable
{
    private static readonly int[] _positions = [4, 0, 1, 2, 9, 9, 3];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(DType.Float32)]
    [InlineData(DType.Float64)]
    [InlineData(DType.Float16)]
    [InlineData(DType.BFloat16)]
    [InlineData(DType.Int64)]
    [InlineData(DType.Int32)]
    [InlineData(DType.UInt8)]
    [InlineData(DType.Bool)]
    public void Written_records_are_read_by_position_one_by_one_and_in_batches(DType dtype)
    {
        Tensor all = Tensor.Arange(10 * 6).Remainder(2).Reshape(10, 2, 3).To(dtype);
        Assert.Equal(10, RecordFile.Write(_folder["a.bin"], Enumerable.Range(0, 10).Select(i => all[i])));
        using RecordFile file = new(_folder["a.bin"], dtype, [2, 3]);
        Assert.Equal(10, file.Count);
        Assert.True(file[7].Equal(all[7]));
        Assert.True(file.GetBatch(_positions).Equal(all.IndexSelect(0, Tensor.From(_positions))));
        Assert.Equal([0, 2, 3], file.GetBatch([]).Shape.ToArray());
    }

    [Fact]
    public void A_part_of_a_file_can_be_opened()
    {
        File.WriteAllBytes(_folder["a.bin"], [.. Enumerable.Range(0, 100).Select(static i => (byte)i)]);
        using RecordFile file = new(_folder["a.bin"], DType.UInt8, [10], offset: 5, count: 3);
        Assert.Equal([25, 26, 27, 28, 29, 30, 31, 32, 33, 34], file[2].ToArray<int>());
        Assert.Throws<ArgumentOutOfRangeException>(() => file[3]);
        Assert.Throws<ArgumentOutOfRangeException>(() => file.GetBatch([0, -1]));
        using RecordFile numbers = new(_folder["a.bin"], DType.UInt8, []);
        Assert.Equal(99, numbers[99].Item<int>());
    }

    [Theory]
    [InlineData(DType.UInt8)]
    [InlineData(DType.Int32)]
    [InlineData(DType.Float64)]
    public void An_IDX_file_is_read_by_position(DType dtype)
    {
        Tensor all = Tensor.Arange(10 * 6).Reshape(10, 2, 3).To(dtype);
        IdxFile.Write(_folder["a.idx"], all);
        using RecordFile file = RecordFile.OpenIdx(_folder["a.idx"]);
        Assert.Equal([2, 3], file.Shape.ToArray());
        Assert.True(file.GetBatch(_positions).Equal(all.IndexSelect(0, Tensor.From(_positions))));
        IdxFile.Write(_folder["a.idx.gz"], all);
        Assert.Contains("it is compressed", Assert.Throws<InvalidDataException>(() => RecordFile.OpenIdx(_folder["a.idx.gz"])).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Small_signed_integers_of_an_IDX_file_are_widened()
    {
        File.WriteAllBytes(_folder["a.idx"], [0, 0, 9, 1, 0, 0, 0, 3, 0x80, 0xFF, 0x7F]);
        using RecordFile file = RecordFile.OpenIdx(_folder["a.idx"]);
        Assert.Equal(DType.Int32, file.DType);
        Assert.Equal([127, -128, -1], file.GetBatch([2, 0, 1]).ToArray<int>());
    }

    [Fact]
    public void A_tensor_of_a_safetensors_file_is_read_by_position()
    {
        Tensor all = Tensor.Randn([10, 2, 3], generator: new Generator(1)), none = Tensor.Zeros([4, 0], DType.Float32);
        Safetensors.Save(_folder["a.safetensors"], new Dictionary<string, Tensor>
        {
            ["x"] = all,
            ["labels"] = Tensor.Arange(10),
            ["none"] = none,
            ["number"] = Tensor.FromScalar(1.0),
        });
        using RecordFile file = RecordFile.OpenSafetensors(_folder["a.safetensors"], "x");
        Assert.True(file.GetBatch(_positions).Equal(all.IndexSelect(0, Tensor.From(_positions))));
        using RecordFile empty = RecordFile.OpenSafetensors(_folder["a.safetensors"], "none");
        Assert.Equal([2, 0], empty.GetBatch([3, 1]).Shape.ToArray());
        Assert.Contains("there is no tensor y", Assert.Throws<KeyNotFoundException>(
            () => RecordFile.OpenSafetensors(_folder["a.safetensors"], "y")).Message, StringComparison.Ordinal);
        Assert.Throws<ShapeException>(() => RecordFile.OpenSafetensors(_folder["a.safetensors"], "number"));
    }

    [Fact]
    public void Claims_are_compared_with_the_file_at_opening()
    {
        File.WriteAllBytes(_folder["a.bin"], new byte[100]);
        Assert.Contains("not whole records of 12 bytes, float32[3]", Assert.Throws<InvalidDataException>(
            () => new RecordFile(_folder["a.bin"], DType.Float32, [3])).Message, StringComparison.Ordinal);
        Assert.Contains("need 108 bytes, and the file has 100", Assert.Throws<InvalidDataException>(
            () => new RecordFile(_folder["a.bin"], DType.Float32, [3], count: 9)).Message, StringComparison.Ordinal);
        Assert.Throws<InvalidDataException>(() => new RecordFile(_folder["a.bin"], DType.UInt8, [1], offset: 200, count: 1));
        Assert.Throws<InvalidDataException>(() => new RecordFile(_folder["a.bin"], DType.Float64, [int.MaxValue], count: int.MaxValue));
        Assert.Throws<ShapeException>(() => new RecordFile(_folder["a.bin"], DType.UInt8, [0]));
        Assert.Throws<FileNotFoundException>(() => new RecordFile(_folder["b.bin"], DType.UInt8, [1]));
    }

    [Fact]
    public void A_file_that_becomes_shorter_while_it_is_open_is_an_exception()
    {
        File.WriteAllBytes(_folder["a.bin"], new byte[100_000]);
        using RecordFile file = new(_folder["a.bin"], DType.UInt8, [100]);
        try
        {
            using FileStream other = new(_folder["a.bin"], FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
            other.SetLength(50_050);
        }
        catch (IOException)
        {
            return; // This system protects an open file.
        }

        Assert.Equal(100, file[499].Count);
        Assert.Contains("it ends at byte 50050, inside record 500", Assert.Throws<InvalidDataException>(() => file[500]).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Truth_values_are_checked_and_a_closed_file_says_so()
    {
        File.WriteAllBytes(_folder["a.bin"], [0, 1, 2, 1]);
        RecordFile file = new(_folder["a.bin"], DType.Bool, [1]);
        Assert.Contains("from record 2 on", Assert.Throws<InvalidDataException>(() => file[2]).Message, StringComparison.Ordinal);
        file.Dispose();
        Assert.Throws<ObjectDisposedException>(() => file[0]);
    }

    [Fact]
    public void Records_of_different_shapes_are_refused_and_nothing_is_written()
    {
        Assert.Contains("record 1 is float32[3], the first is float32[2]", Assert.Throws<ShapeException>(
            () => RecordFile.Write(_folder["a.bin"], [Tensor.Zeros(2), Tensor.Zeros(3)])).Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(_folder.Root));
    }

    [Fact]
    public void Inputs_in_a_file_go_with_targets_in_a_file_or_in_memory_from_many_threads()
    {
        Tensor inputs = Tensor.Arange(1000 * 7).Reshape(1000, 7).To(DType.Float32), targets = Tensor.Arange(1000);
        RecordFile.Write(_folder["x"], Enumerable.Range(0, 1000).Select(i => inputs[i]));
        RecordFile.Write(_folder["y"], Enumerable.Range(0, 1000).Select(i => targets[i]));
        using RecordDataset memory = new(new RecordFile(_folder["x"], DType.Float32, [7]), targets);
        using RecordDataset files = new(
            new RecordFile(_folder["x"], DType.Float32, [7]), new RecordFile(_folder["y"], DType.Int64, []));
        foreach (RecordDataset set in new[] { memory, files })
        {
            Assert.Equal(14, set[2].Input[0].Item<int>());
            int seen = 0;
            foreach (Example batch in DataLoader.Create(set, 32, shuffle: true, workers: 4, seed: 1))
            {
                Assert.Equal(batch.Target.ToArray<float>().Select(static t => t * 7), batch.Input[.., 0].ToArray<float>());
                seen += batch.Target.Shape[0];
            }

            Assert.Equal(1000, seen);
        }

        Assert.Throws<ShapeException>(() => new RecordDataset(new RecordFile(_folder["y"], DType.Int64, []), targets[..10]));
    }
}
