using System.Text.Json;
using DeepLearning.Formats;
using DeepLearning.Layers;
using DeepLearning.Serialization;

namespace DeepLearning.Tests.Formats;

public sealed class ShardedSafetensorsTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("deeplearning-formats-").FullName;

    public void Dispose() => Directory.Delete(_folder, true);

    [Fact]
    public void A_model_goes_to_several_files_by_size_and_comes_back()
    {
        Sequential model = new(new Linear(10, 20), new Linear(20, 30), new Linear(30, 2)),
            copy = new(new Linear(10, 20), new Linear(20, 30), new Linear(30, 2));
        OrderedDictionary<string, Tensor> state = model.StateDict();
        IReadOnlyList<string> files = ShardedSafetensors.Save(_folder, state, shardBytes: 1000);

        // 800 + 80, 2400, 120 + 240 + 8 bytes: a tensor that is too large stands alone.
        Assert.Equal(["model-00001-of-00003.safetensors", "model-00002-of-00003.safetensors", "model-00003-of-00003.safetensors"],
            files.Select(static path => Path.GetFileName(path)));
        Assert.Equal(["1.weight"], Safetensors.Load(files[1]).Keys);
        string index = Path.Combine(_folder, "model.safetensors.index.json");
        using (JsonDocument json = JsonDocument.Parse(File.ReadAllText(index)))
        {
            long total = json.RootElement.GetProperty("metadata").GetProperty("total_size").GetInt64();
            Assert.Equal(state.Values.Sum(static x => x.Count * 4), total);
            Assert.Equal(state.Keys, json.RootElement.GetProperty("weight_map").EnumerateObject().Select(static entry => entry.Name));
        }

        foreach (string path in (string[])[_folder, index])
        {
            OrderedDictionary<string, Tensor> back = ShardedSafetensors.Load(path);
            Assert.Equal(state.Keys, back.Keys);
            Assert.All(state, entry => Assert.True(entry.Value.Equal(back[entry.Key])));
        }

        Assert.Empty(copy.LoadSharded(_folder).Missing);
        Assert.All(copy.StateDict(), entry => Assert.True(entry.Value.Equal(state[entry.Key])));
        Assert.Throws<StateDictException>(() => new Linear(10, 20).LoadSharded(_folder));
        Assert.Equal(4, new Linear(10, 20).LoadSharded(_folder, strict: false, prefix: "").Unexpected.Count - 2);
        Assert.Empty(new Linear(10, 20).LoadSharded(_folder, prefix: "0.").Unexpected);
    }

    [Fact]
    public void What_fits_into_one_file_needs_no_index_and_an_old_one_does_not_hide_it()
    {
        Dictionary<string, Tensor> small = new() { ["a"] = Tensor.Zeros(3) };
        ShardedSafetensors.Save(_folder, new Dictionary<string, Tensor> { ["a"] = Tensor.Ones(3), ["b"] = Tensor.Ones(3) }, shardBytes: 12);
        Assert.Equal(2, ShardedSafetensors.Load(_folder).Count);
        Assert.Equal([Path.Combine(_folder, "model.safetensors")], ShardedSafetensors.Save(_folder, small));
        Assert.True(Assert.Single(ShardedSafetensors.Load(_folder)).Value.Equal(small["a"]));
    }

    [Theory]
    [InlineData("""{"weight_map": {"a": "../x.safetensors"}}""", "none in its folder")]
    [InlineData("""{"weight_map": {"a": "/etc/passwd"}}""", "none in its folder")]
    [InlineData("""{"weight_map": {"a": "sub/x.safetensors"}}""", "none in its folder")]
    [InlineData("""{"weight_map": {"a": "C:x"}}""", "none in its folder")]
    [InlineData("""{"weight_map": {"a": ".."}}""", "none in its folder")]
    [InlineData("""{"weight_map": {"a": ""}}""", "none in its folder")]
    [InlineData("""{"weight_map": {"a": 3}}""", "names no file")]
    [InlineData("""{"weight_map": {"a": "x", "a": "y"}}""", "twice")]
    [InlineData("""{"weight_map": {"a": "\ud800"}}""", "not valid JSON")]
    [InlineData("""{"weight_map": []}""", "no object weight_map")]
    [InlineData("""[[[[[[[[[[[[[[[[[[[[""", "not valid JSON")]
    [InlineData("""{"weight_map": {"a": "one.safetensors", "c": "one.safetensors"}}""", "has no such tensor")]
    [InlineData("""{"weight_map": {"a": "two.safetensors"}}""", "the index does not say so")]
    public void An_index_that_leads_elsewhere_or_does_not_fit_is_refused(string index, string expected)
    {
        Safetensors.Save(Path.Combine(_folder, "one.safetensors"), new Dictionary<string, Tensor> { ["a"] = Tensor.Zeros(1) });
        Safetensors.Save(
            Path.Combine(_folder, "two.safetensors"), new Dictionary<string, Tensor> { ["a"] = Tensor.Zeros(1), ["b"] = Tensor.Zeros(1) });
        File.WriteAllText(Path.Combine(_folder, "model.safetensors.index.json"), index);
        ModelFileException error = Assert.Throws<ModelFileException>(() => ShardedSafetensors.Load(_folder));
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Missing_files_are_named()
    {
        FileNotFoundException error = Assert.Throws<FileNotFoundException>(() => ShardedSafetensors.Load(_folder));
        Assert.Contains("model.safetensors.index.json", error.Message, StringComparison.Ordinal);
        File.WriteAllText(Path.Combine(_folder, "model.safetensors.index.json"), """{"weight_map": {"a": "gone.safetensors"}}""");
        Assert.Throws<FileNotFoundException>(() => ShardedSafetensors.Load(_folder));
    }
}
