using DeepLearning.Formats;
using DeepLearning.Layers;

namespace DeepLearning.Tests.Formats.Keras;

public sealed class KerasTests
{
    [Theory]
    [InlineData("image.h5")]
    [InlineData("image.keras")]
    [InlineData("image.weights.h5")]
    [InlineData("upward.h5")]
    [InlineData("upward.weights.h5")]
    [InlineData("line.h5")]
    [InlineData("line.weights.h5")]
    [InlineData("volume.h5")]
    [InlineData("volume.weights.h5")]
    [InlineData("text.h5")]
    [InlineData("text.weights.h5")]
    [InlineData("many.h5")]
    [InlineData("many.weights.h5")]
    [InlineData("nested.h5")]
    public void A_module_with_the_weights_of_a_file_computes_what_Keras_computes(string file)
    {
        string name = file[..file.IndexOf('.', StringComparison.Ordinal)];
        Module model = KerasFixtures.Model(name);
        KerasLoadOptions options = name == "image" ? Flattened() : new();
        StateDictMismatch mismatch = model.LoadKeras(Fixtures.PathOf(file), options);
        Assert.Empty(mismatch.Missing);
        Assert.Empty(mismatch.Unexpected);
        KerasFixtures.Check(name, model);
    }

    [Fact]
    public void Layers_have_their_names_classes_and_weights_in_the_order_of_the_model()
    {
        IReadOnlyList<KerasLayer> layers = KerasFile.Load(Fixtures.PathOf("image.keras"));
        Assert.Equal(
            ["conv2d", "batch_normalization", "conv2d_1", "depthwise_conv2d", "p_re_lu", "dense", "dense_1"],
            layers.Select(static layer => layer.Name));
        Assert.Equal(
            ["Conv2D", "BatchNormalization", "Conv2D", "DepthwiseConv2D", "PReLU", "Dense", "Dense"],
            layers.Select(static layer => layer.ClassName));
        Assert.Equal("dense_1 (Dense): 0 [5, 3], 1 [3]", layers[^1].ToString());
        Assert.Equal(
            ["kernel", "bias"], KerasFile.Load(Fixtures.PathOf("image.h5"))[0].Weights.Keys);
        Assert.Equal(
            ["forward_lstm/lstm_cell/kernel", "forward_lstm/lstm_cell/recurrent_kernel", "forward_lstm/lstm_cell/bias"],
            KerasFile.Load(Fixtures.PathOf("text.h5")).Single(static layer => layer.Name == "bidirectional").Weights.Keys.Take(3));
    }

    [Fact]
    public void Names_alone_order_the_layers_of_a_class_as_numbers()
    {
        IReadOnlyList<KerasLayer> layers = KerasFile.Load(Fixtures.PathOf("many.h5"));
        Assert.Equal("dense_10", layers[10].Name);
        OrderedDictionary<string, Tensor> tensors = KerasFile.LoadTensors(Fixtures.PathOf("many.weights.h5"));
        Assert.Equal(24, tensors.Count);
        Assert.True(tensors["dense_10/0"].Equal(layers[10].Weights["kernel"]));
    }

    [Fact]
    public void Elements_of_every_type_are_read_from_newer_files_too()
    {
        using Stream stream = File.OpenRead(Fixtures.PathOf("types.weights.h5"));
        Dictionary<string, Tensor> weights = new(KerasFile.Load(stream).SelectMany(static layer => layer.Weights));
        Assert.Equal(
            [DType.Float16, DType.Float64, DType.Int32, DType.Int32, DType.Int64, DType.UInt8, DType.Bool, DType.Float32, DType.Float32,
                DType.Float32, DType.Int64, DType.BFloat16, DType.Float32],
            weights.Values.Select(static tensor => tensor.DType));
        Assert.Equal([1.5, -2], weights["0"].ToArray<double>());
        Assert.Equal(1e300, weights["1"].Item<double>());
        Assert.Equal(-5, weights["2"].Item<int>());
        Assert.Equal(300, weights["3"].Item<int>());
        Assert.Equal(1L << 40, weights["4"].Item<long>());
        Assert.Equal([true, false], weights["6"].ToArray<bool>());
        Assert.Equal([0, 3], weights["7"].Shape);
        Assert.Equal(0, weights["8"].Rank);
        Assert.Equal([1.25f, -3], weights["9"].ToArray<float>());
        Assert.Equal(uint.MaxValue, weights["10"].Item<long>());
        Assert.Equal([1.5f, -3], weights["11"].ToArray<float>());
        Assert.Equal([1f, 2, 3], weights["12"].ToArray<float>());
    }

    [Fact]
    public void Pairs_can_be_named()
    {
        Module model = KerasFixtures.Model("nested");
        string path = Fixtures.PathOf("nested.weights.h5");
        string message = Assert.Throws<StateDictException>(() => model.LoadKeras(path)).Message;
        Assert.Contains("'functional/layers/dense'", message, StringComparison.Ordinal);
        Assert.Contains("'0.1' (Linear)", message, StringComparison.Ordinal);
        Dictionary<string, string> pairs = new()
        {
            ["functional/layers/dense"] = "0.0",
            ["functional/layers/dense_1"] = "0.1",
            ["dense"] = "1",
        };
        model.LoadKeras(path, new() { Layers = pairs });
        KerasFixtures.Check("nested", model);

        pairs.Remove("dense");
        Assert.Contains("'dense'", Assert.Throws<StateDictException>(() => model.LoadKeras(path, new() { Layers = pairs })).Message,
            StringComparison.Ordinal);
        StateDictMismatch mismatch = model.LoadKeras(path, new() { Layers = pairs, Strict = false });
        Assert.Equal(["dense"], mismatch.Unexpected);
        Assert.Equal(["1.weight", "1.bias"], mismatch.Missing);
        foreach ((string layer, string module, string problem) in ((string, string, string)[])
            [("no such", "1", "no layer 'no such'"), ("dense", "2", "nothing at '2'")])
        {
            Assert.Contains(problem, Assert.Throws<StateDictException>(() => model.LoadKeras(
                path, new() { Layers = new Dictionary<string, string> { [layer] = module }, Strict = false })).Message,
                StringComparison.Ordinal);
        }
    }

    [Fact]
    public void What_was_flattened_must_be_said()
    {
        Module model = KerasFixtures.Model("image");
        string path = Fixtures.PathOf("image.keras");
        Assert.Contains("FlattenedFrom[\"dense\"] = [height, width, 12]",
            Assert.Throws<StateDictException>(() => model.LoadKeras(path)).Message, StringComparison.Ordinal);
        Assert.Contains("not as many", Assert.Throws<StateDictException>(() => model.LoadKeras(
            path, new() { FlattenedFrom = new Dictionary<string, int[]> { ["dense"] = [3, 2, 12] } })).Message, StringComparison.Ordinal);
        model.LoadKeras(path, new() { FlattenedFrom = new Dictionary<string, int[]> { ["dense"] = [] } });
        Tensor kernel = KerasFile.LoadTensors(path)["dense/0"];
        Assert.True(model.StateDict()["7.weight"].Equal(kernel.Transpose(0, 1)));
    }

    [Fact]
    public void Settings_that_differ_are_told_where_the_file_has_them()
    {
        Sequential model = new(
            new Conv2d(2, 4, 2), new BatchNorm2d(4), new Conv2d(4, 6, 2, groups: 2), new Conv2d(6, 12, 2, groups: 6), new PReLU(12),
            new Linear(48, 5), new Linear(5, 3));
        KerasLoadOptions options = Flattened();
        foreach (string file in (string[])["image.keras", "image.h5"])
        {
            Assert.Contains("epsilon is 0.001", Assert.Throws<StateDictException>(
                () => model.LoadKeras(Fixtures.PathOf(file), options)).Message, StringComparison.Ordinal);
        }

        model.LoadKeras(Fixtures.PathOf("image.weights.h5"), Flattened());
    }

    [Fact]
    public void A_model_of_other_layers_is_refused_and_not_changed()
    {
        (Module Model, string Problem)[] cases =
        [
            (new Sequential(new Conv1d(3, 4, 2)), "the file has 2 layers with weights (conv1d, conv1d_1), the module 1 ('0' (Conv1d))"),
            (new Sequential(new Conv1d(3, 4, 2), new Linear(4, 2)), "does not take its weights"),
            (new Sequential(new Conv1d(3, 4, 2), new Conv1d(4, 2, 2)), "1.weight: the module has [2, 4, 2]"),
            (new Sequential(new Conv1d(3, 4, 2, bias: false), new Conv1d(4, 2, 3)), "0.bias"),
        ];
        foreach ((Module model, string problem) in cases)
        {
            Tensor before = model.StateDict()["0.weight"].Clone();
            Assert.Contains(problem, Assert.Throws<StateDictException>(() => model.LoadKeras(Fixtures.PathOf("line.h5"))).Message,
                StringComparison.Ordinal);
            Assert.True(model.StateDict()["0.weight"].Equal(before));
        }
    }

    [Fact]
    public void A_GRU_that_resets_before_its_product_is_refused_by_name() => Assert.Contains("reset_after=False",
        Assert.Throws<StateDictException>(() => new GRU(2, 3).LoadKeras(Fixtures.PathOf("reset_before.weights.h5"))).Message,
        StringComparison.Ordinal);

    [Fact]
    public void Heads_of_attention_must_be_as_many() => Assert.Contains("2 heads of 2",
        Assert.Throws<StateDictException>(() => new MultiheadAttention(4, 4).LoadKeras(Fixtures.PathOf("text.weights.h5"), new()
        {
            Layers = new Dictionary<string, string> { ["multi_head_attention"] = "" },
            Strict = false,
        })).Message, StringComparison.Ordinal);

    private static KerasLoadOptions Flattened() => new() { FlattenedFrom = new Dictionary<string, int[]> { ["dense"] = [2, 2, 12] } };
}
