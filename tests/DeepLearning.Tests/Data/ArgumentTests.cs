using DeepLearning.Data;
using DeepLearning.Tests.Infrastructure;

namespace DeepLearning.Tests.DataTests;

/// <summary>Arguments that cannot be are refused by name, before anything is read.</summary>
public sealed class ArgumentTests : IDisposable
{
    private static readonly TensorDataset s_two = new(Tensor.Ones(2, 3), Tensor.From([0L, 1]));

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Samplers_refuse_counts_that_leave_nothing()
    {
        Refused("batchSize", static () => new LengthBucketedSampler([1, 2], 0));
        Refused("maxTokens", static () => new LengthBucketedSampler([1, 2], 1, maxTokens: 0));
        Refused("bucketBatches", static () => new LengthBucketedSampler([1, 2], 1, bucketBatches: 0));
        Refused("datasetCount", static () => new LengthBucketedSampler([], 1));
        Refused("datasetCount", static () => new SequentialSampler(0));
        Refused("count", static () => new WeightedSampler([1, 1], 0));
        Refused("count", static () => new RandomSampler(5, replacement: true, count: 0));
        Assert.Single(new LengthBucketedSampler([1, 1], 1, maxTokens: 1, bucketBatches: 1).Batches(new Generator(1))[0]);
        Assert.Single(new WeightedSampler([1, 1], 1).Order(new Generator(1)));
        Assert.Equal([0], new SequentialSampler(1).Order(new Generator(1)));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(2)]
    [InlineData(int.MaxValue)]
    [InlineData(int.MinValue)]
    public void A_position_outside_a_set_is_refused(int index)
    {
        Refused("index", () => s_two[index]);
        Assert.ThrowsAny<ArgumentException>(() => s_two.GetBatch([0, index]));
        TensorDataset images = new(Tensor.Ones([2, 1, 2, 2], DType.UInt8), Tensor.From([0L, 1]));
        Refused("indices", () => new PixelDataset(images, [0], [1]).GetBatch([index]));
        Refused("index", () => s_two.Take(1).Concat(s_two.Skip(1))[index]);
        Refused("indices", () => new NextTokenDataset(new int[4], 2).GetBatch([index]));
        string path = _folder["class.txt"];
        File.WriteAllText(path, "a\nb\n");
        using LabeledTexts texts = LabeledTexts.FromLines([("only", path)]);
        Refused("index", () => texts[index]);
        using RecordFile file = Records();
        Refused("indices", () => file.GetBatch([index]));
    }

    [Fact]
    public void The_last_position_of_a_set_is_there()
    {
        Assert.Equal(1, s_two[1].Target.Item<long>());
        Assert.Equal([1L, 0], s_two.GetBatch([1, 0]).Target.ToArray<long>());
        using RecordFile file = Records();
        Assert.Equal([3f, 4, 5], file[1].ToArray<float>());
    }

    [Fact]
    public void Splits_and_windows_refuse_negative_and_empty_ones()
    {
        Refused("counts", static () => s_two.RandomSplit([3, -1]));
        Refused("counts", static () => s_two.StratifiedSplit<Example, Example, long>([0L, 1], [-1, 3]));
        Refused("length", static () => new NextTokenDataset(new int[4], 0));
        Refused("length", static () => new NextTokenDataset(new int[4], -1));
        Refused("stride", static () => new NextTokenDataset(new int[4], 1, 0));
        Refused("stride", static () => new NextTokenDataset(new int[4], 1, -1));
        Refused("value", static () => DataLoader.Create(s_two, 1).Epoch = -1);
        Refused("prefetch", static () => new DataLoader<Example, Example>(s_two, 1, prefetch: 0));
    }

    [Fact]
    public async Task Files_and_folders_have_names()
    {
        Assert.Equal("path", Assert.Throws<ArgumentException>(static () => RecordFile.OpenIdx("")).ParamName);
        Assert.Equal("path", Assert.Throws<ArgumentException>(static () => RecordFile.OpenSafetensors("", "x")).ParamName);
        Assert.Equal("name", Assert.Throws<ArgumentException>(static () => RecordFile.OpenSafetensors("x", "")).ParamName);
        Assert.Equal("path", Assert.Throws<ArgumentException>(static () => new RecordFile("", DType.Float32, [3])).ParamName);
        Assert.Equal("path", Assert.Throws<ArgumentException>(static () => IdxFile.Read("")).ParamName);
        Assert.Equal("path", Assert.Throws<ArgumentException>(static () => IdxFile.Write("", Tensor.Ones([1], DType.UInt8))).ParamName);
        Assert.Equal("path", Assert.Throws<ArgumentException>(static () => new TextLines("")).ParamName);
        Assert.Equal("folder", Assert.Throws<ArgumentException>(static () => LabeledTexts.FromFolders("")).ParamName);
        Assert.Equal("pattern", Assert.Throws<ArgumentException>(() => LabeledTexts.FromFolders(_folder.Root, "")).ParamName);
        Assert.Throws<InvalidDataException>(() => LabeledTexts.FromFolders(_folder.Root));
        DatasetFile file = new("x", new Uri("https://localhost:9/x"));
        Downloader downloader = new();
        Assert.Equal("folder", (await Assert.ThrowsAsync<ArgumentException>(() => downloader.DownloadAsync(file, ""))).ParamName);
        DatasetSource source = new("x", "x", file);
        Assert.Equal("folder", (await Assert.ThrowsAsync<ArgumentException>(() => downloader.DownloadAsync(source, ""))).ParamName);
    }

    [Fact]
    public void Records_begin_in_the_file_and_are_not_fewer_than_none()
    {
        string path = _folder["records"];
        RecordFile.Write(path, [Tensor.Arange(3).To(DType.Float32), Tensor.Arange(3, 6).To(DType.Float32)]);
        Refused("offset", () => new RecordFile(path, DType.Float32, [3], offset: -1));
        Refused("count", () => new RecordFile(path, DType.Float32, [3], count: -1));
        using RecordFile second = new(path, DType.Float32, [3], offset: 12, count: 1);
        Assert.Equal([3f, 4, 5], second[0].ToArray<float>());
    }

    private static void Refused(string name, Func<object> make) => Assert.Equal(name, Assert.ThrowsAny<ArgumentException>(make).ParamName);

    private RecordFile Records()
    {
        string path = _folder["two"];
        RecordFile.Write(path, [Tensor.Arange(3).To(DType.Float32), Tensor.Arange(3, 6).To(DType.Float32)]);
        return new RecordFile(path, DType.Float32, [3]);
    }
}
