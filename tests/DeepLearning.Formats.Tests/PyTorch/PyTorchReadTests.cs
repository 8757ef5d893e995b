using System.Numerics;
using DeepLearning.Formats;
using DeepLearning.Layers;

namespace DeepLearning.Tests.Formats.PyTorch;

public sealed class PyTorchReadTests
{
    [Theory]
    [InlineData("state")]
    [InlineData("state_legacy")]
    [InlineData("types")]
    [InlineData("types_legacy")]
    [InlineData("types5")]
    [InlineData("types_new")]
    [InlineData("checkpoint")]
    [InlineData("floats")]
    [InlineData("deflated")]
    [InlineData("big_endian")]
    [InlineData("old_state")]
    [InlineData("old_types")]
    [InlineData("old_types_legacy")]
    public void A_file_gives_what_torch_load_gives(string name)
    {
        Fixtures.CheckTensors($"{name}.json", PyTorchFile.LoadTensors(Fixtures.PathOf($"{name}.pt")));
        using MemoryStream stream = new(Fixtures.Bytes($"{name}.pt"));
        Fixtures.CheckTensors($"{name}.json", PyTorchFile.LoadTensors(stream));
        Assert.True(stream.CanRead);
    }

    [Fact]
    public void Tensors_over_one_storage_share_memory()
    {
        OrderedDictionary<string, Tensor> state = PyTorchFile.LoadTensors(Fixtures.PathOf("types.pt"));
        state["whole"].FillInPlace(7);
        Assert.All(state["transposed"].ToArray<float>(), static x => Assert.Equal(7, x));
        Assert.All(state["part"].ToArray<float>(), static x => Assert.Equal(7, x));
        state["tied"].FillInPlace(3);
        Assert.Equal(3, state["tied_too"].ToArray<float>()[0]);
        Assert.False(state["parameter"].RequiresGrad);
    }

    [Theory]
    [InlineData("values2.pt")]
    [InlineData("values3.pt")]
    [InlineData("values4.pt")]
    [InlineData("values5.pt")]
    [InlineData("values_legacy.pt")]
    public void Values_of_every_kind_are_read_in_every_protocol(string name)
    {
        PyTorchDictionary values = Assert.IsType<PyTorchDictionary>(PyTorchFile.Load(Fixtures.PathOf(name)));
        Assert.Null(values["none"]);
        Assert.True(values.Get<bool>("true"));
        Assert.False(values.Get<bool>("false"));
        Assert.Equal([7L, 300L, -70000L, 1L << 40, BigInteger.Pow(2, 70), long.MinValue],
            ((object?[])["small", "two", "four", "eight", "big", "minus"]).Select(key => values[key!]));
        Assert.Equal(0.1, values.Get<double>("float"));
        Assert.Equal(double.PositiveInfinity, values.Get<double>("inf"));
        Assert.Equal("grüße 日本 😀", values.Get<string>("text"));
        Assert.Equal("", values.Get<string>("empty"));
        Assert.Equal([0, 255, 10], values.Get<byte[]>("bytes"));
        Assert.Equal("abc"u8.ToArray(), values.Get<byte[]>("array"));
        List<object?> list = values.Get<List<object?>>("list");
        Assert.Equal(1L, list[0]);
        Assert.Equal([2L, "x"], Assert.IsType<List<object?>>(list[1]));
        Assert.Empty(Assert.IsType<List<object?>>(list[2]));
        Assert.Equal([1L], values.Get<object?[]>("tuple"));
        Assert.Equal([0, 2, 3, 4], values.Get<object?[]>("tuples").Select(static tuple => ((object?[])tuple!).Length));
        Assert.True(values.Get<HashSet<object>>("set").SetEquals([1L, "a"]));
        Assert.True(values.Get<HashSet<object>>("frozen").SetEquals([2L]));
        Assert.Equal(["b", "a"], values.Get<PyTorchDictionary>("ordered").Keys);
        Assert.Equal([2, 3], values.Get<Shape>("size"));
        Assert.Equal(DType.BFloat16, values.Get<DType>("dtype"));
        Assert.Equal("cuda:1", values.Get<string>("device"));
        Assert.Equal(1L, values.Get<PyTorchDictionary>("default")["k"]);
        Assert.Equal(2L, values.Get<PyTorchDictionary>("counter")["a"]);
        Assert.Equal("five", values[5]);
        Assert.Equal("five", values[5L]);
        Assert.Equal("half", values[2.5]);
        Assert.Equal("pair", values[(object?[])[1, "x"]]);
        List<object?> shared = values.Get<List<object?>>("shared");
        Assert.Same(shared[0], shared[1]);
        Assert.Equal([1f, 2f], values.Get<Tensor>("tensor").ToArray<float>());
    }

    [Fact]
    public void A_missing_key_and_a_value_of_another_kind_are_named()
    {
        PyTorchDictionary values = Assert.IsType<PyTorchDictionary>(PyTorchFile.Load(Fixtures.PathOf("values2.pt")));
        Assert.Contains("no key 'model'", Assert.Throws<KeyNotFoundException>(() => values["model"]).Message, StringComparison.Ordinal);
        Assert.Contains("is a list, not Tensor", Assert.Throws<InvalidCastException>(() => values.Get<Tensor>("list")).Message,
            StringComparison.Ordinal);
        Assert.Contains("is None", Assert.Throws<InvalidCastException>(() => values.Get<Tensor>("none")).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("state.pt")]
    [InlineData("state_legacy.pt")]
    [InlineData("checkpoint.pt")]
    [InlineData("old_state.pt")]
    public void A_module_takes_the_state_of_a_file(string name)
    {
        Sequential model = Model();
        StateDictMismatch mismatch = model.LoadPyTorch(Fixtures.PathOf(name));
        Assert.Empty(mismatch.Missing);
        OrderedDictionary<string, Tensor> expected = PyTorchFile.LoadTensors(Fixtures.PathOf(name));
        Assert.All(model.StateDict(), entry => Assert.True(entry.Value.Equal(expected[entry.Key])));
    }

    [Fact]
    public void A_part_of_a_checkpoint_is_named_by_its_key()
    {
        string path = Fixtures.PathOf("checkpoint.pt");
        OrderedDictionary<string, Tensor> moments = PyTorchFile.LoadTensors(path, "optimizer.state");
        Assert.Equal(["0.step", "0.exp_avg", "0.exp_avg_sq"], moments.Keys.Take(3));
        Assert.Equal("model.0.weight", PyTorchFile.LoadTensors(path, "model").Keys.Select(static name => "model." + name).First());
        Assert.Contains("'epoch', 'model'", Assert.Throws<ModelFileException>(() => PyTorchFile.LoadTensors(path, "ema")).Message,
            StringComparison.Ordinal);
        Assert.Contains("a number", Assert.Throws<ModelFileException>(() => PyTorchFile.LoadTensors(path, "epoch")).Message,
            StringComparison.Ordinal);
        using MemoryStream stream = new();
        PyTorchFile.Save(stream, new Dictionary<string, object?> { ["model"] = Model().StateDict(), ["net"] = Model().StateDict() });
        stream.Position = 0;
        Assert.Contains("model, net", Assert.Throws<ModelFileException>(() => PyTorchFile.LoadTensors(stream)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void What_does_not_fit_is_listed_and_changes_nothing()
    {
        Sequential model = new(new Conv2d(2, 3, 3), new BatchNorm2d(3), new ReLU(), new Flatten(), new Linear(12, 5));
        OrderedDictionary<string, Tensor> before = new(
            model.StateDict().Select(static entry => KeyValuePair.Create(entry.Key, entry.Value.Clone())));
        StateDictException error = Assert.Throws<StateDictException>(() => model.LoadPyTorch(Fixtures.PathOf("state.pt")));
        Assert.Contains("state.pt", error.Message, StringComparison.Ordinal);
        Assert.Contains("4.weight: the module has [5, 12]", error.Message, StringComparison.Ordinal);
        Assert.All(model.StateDict(), entry => Assert.True(entry.Value.Equal(before[entry.Key])));
        Sequential smaller = new(new Conv2d(2, 3, 3));
        Assert.Throws<StateDictException>(() => smaller.LoadPyTorch(Fixtures.PathOf("state.pt")));
        Assert.Contains("4.weight", smaller.LoadPyTorch(Fixtures.PathOf("state.pt"), strict: false).Unexpected);
        Linear last = new(12, 4);
        Assert.Empty(last.LoadPyTorch(Fixtures.PathOf("state.pt"), prefix: "4.").Unexpected);
    }

    private static Sequential Model() => new(new Conv2d(2, 3, 3), new BatchNorm2d(3), new ReLU(), new Flatten(), new Linear(12, 4));
}
