using DeepLearning.Layers;

namespace DeepLearning.Tests.Layers;

/// <summary>The relatives of dropout: what they drop, what they keep, and with which numbers.</summary>
public sealed class DropoutFamilyTests
{
    private const double Limit = 1.7580993408473766;

    private static readonly (string Name, Func<double, Generator?, Layer> Make, int[] Shape)[] s_layers =
    [
        ("Dropout1d", static (p, g) => new Dropout1d(p, g), [200, 5, 3]),
        ("Dropout2d", static (p, g) => new Dropout2d(p, g), [200, 5, 3, 2]),
        ("Dropout3d", static (p, g) => new Dropout3d(p, g), [200, 5, 3, 2, 1]),
        ("AlphaDropout", static (p, g) => new AlphaDropout(p, g), [1000, 6]),
        ("FeatureAlphaDropout", static (p, g) => new FeatureAlphaDropout(p, g), [200, 5, 4]),
        ("GaussianDropout", static (p, g) => new GaussianDropout(p, g), [1000, 6]),
        ("GaussianNoise", static (p, g) => new GaussianNoise(p, g), [1000, 6]),
        ("DropPath", static (p, g) => new DropPath(p, generator: g), [2000, 2]),
    ];

    public static TheoryData<string> Names => [.. s_layers.Select(static layer => layer.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Evaluation_and_a_probability_of_0_pass_everything(string name)
    {
        (_, Func<double, Generator?, Layer> make, int[] shape) = s_layers.Single(layer => layer.Name == name);
        Tensor x = Tensor.Randn(shape);
        Assert.Same(x, make(0.4, null).Eval().Forward(x));
        Assert.Same(x, make(0, null).Forward(x));
        Assert.NotSame(x, make(0.4, null).Forward(x));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void The_same_generator_drops_the_same_and_the_default_one_moves_on(string name)
    {
        (_, Func<double, Generator?, Layer> make, int[] shape) = s_layers.Single(layer => layer.Name == name);
        Tensor x = Tensor.Randn(shape);
        Layer layer = make(0.4, new Generator(3));
        Tensor first = layer.Forward(x), second = layer.Forward(x);
        Assert.True(first.Equal(make(0.4, new Generator(3)).Forward(x)));
        Assert.False(first.Equal(second));
        Layer other = make(0.4, null);
        Assert.False(other.Forward(x).Equal(other.Forward(x)));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void The_mean_stays_in_every_type(string name)
    {
        (_, Func<double, Generator?, Layer> make, int[] shape) = s_layers.Single(layer => layer.Name == name);
        foreach (DType dtype in new[] { DType.Float64, DType.Float32, DType.Float16, DType.BFloat16 })
        {
            // Behind SELU inputs have mean 0 and variance 1, which AlphaDropout keeps; the others keep any mean.
            bool isAlpha = name.Contains("Alpha", StringComparison.Ordinal);
            Tensor x = isAlpha ? Tensor.Randn(shape, DType.Float64).To(dtype) : Tensor.Full(shape, 2.0, dtype);
            Tensor y = make(0.3, new Generator(7)).Forward(x).To(DType.Float64);
            Assert.Equal(isAlpha ? 0 : 2, y.Mean().Item<double>(), 0.11);
            if (isAlpha)
            {
                Assert.Equal(1, y.Var().Item<double>(), 0.15);
            }
        }
    }

    [Fact]
    public void A_channel_is_dropped_or_kept_as_a_whole()
    {
        foreach ((Tensor x, Tensor y) in new[]
        {
            Applied(static x => x.Dropout1d(0.4, true, new Generator(1)), 50, 4, 6),
            Applied(static x => x.Dropout2d(0.4, true, new Generator(1)), 50, 4, 2, 3),
            Applied(static x => x.Dropout3d(0.4, true, new Generator(1)), 50, 4, 2, 3, 1),
        })
        {
            double[] each = y.Divide(x).Reshape(200, 6).ToArray<double>();
            foreach (double[] channel in each.Chunk(6))
            {
                Assert.True(Array.TrueForAll(channel, v => v == 0) || Array.TrueForAll(channel, v => Math.Abs(v - (1 / 0.6)) < 1e-12));
            }

            Assert.InRange(each.Count(static v => v == 0) / 1200.0, 0.25, 0.55);
        }

        static (Tensor X, Tensor Y) Applied(Func<Tensor, Tensor> drop, params int[] shape)
        {
            Tensor x = Tensor.Rand(shape, DType.Float64) + 1;
            return (x, drop(x));
        }
    }

    [Fact]
    public void One_sample_without_a_batch_axis_has_its_channels_dropped()
    {
        Assert.Equal([4, 6], [.. Tensor.Ones(4, 6).Dropout1d(0.5, true, new Generator(1)).Shape]);
        double[] rows = Tensor.Ones([30, 6], DType.Float64).Dropout1d(0.5, true, new Generator(1)).ToArray<double>();
        Assert.All(rows.Chunk(6), static row => Assert.Single(row.Distinct()));
        double[] blocks = Tensor.Ones([30, 2, 3, 1], DType.Float64).Dropout3d(0.5, true, new Generator(1)).ToArray<double>();
        Assert.All(blocks.Chunk(6), static block => Assert.Single(block.Distinct()));
        Assert.Equal([0.0, 2.0], rows.Distinct().Order());
        Assert.Equal([0.0, 2.0], blocks.Distinct().Order());
    }

    [Fact]
    public void What_alpha_dropout_drops_takes_the_limit_of_selu_and_all_is_scaled_and_shifted()
    {
        const double P = 0.3;
        double scale = 1 / Math.Sqrt(((Limit * Limit * P) + 1) * (1 - P)), shift = scale * Limit * P;
        Tensor x = Tensor.Rand([40, 5, 3], DType.Float64);
        foreach (Tensor y in new[] { x.AlphaDropout(P, true, new Generator(2)), x.FeatureAlphaDropout(P, true, new Generator(2)) })
        {
            Tensor kept = (x * scale) + shift, dropped = Tensor.FullLike(x, (-Limit * scale) + shift);
            Tensor isKept = y.IsClose(kept, 1e-12, 1e-12), isDropped = y.IsClose(dropped, 1e-12, 1e-12);
            Assert.True(isKept.LogicalXor(isDropped).All().Item<bool>());
            Assert.InRange(isDropped.To(DType.Float64).Mean().Item<double>(), 0.2, 0.4);
        }

        bool[] channels = (x.FeatureAlphaDropout(P, true, new Generator(2)) - (x * scale) - shift).Abs().Less(1e-9).ToArray<bool>();
        Assert.All(channels.Chunk(3), static channel => Assert.Single(channel.Distinct()));
        Assert.All(x.AlphaDropout(1).ToArray<double>(), static v => Assert.Equal(0, v));
        Assert.All((x / 0.0).AlphaDropout(1).ToArray<double>(), static v => Assert.Equal(0, v));
    }

    [Fact]
    public void Noise_has_its_deviation()
    {
        Tensor x = Tensor.Full([20000], 3.0, DType.Float64);
        Assert.Equal(0.5, x.GaussianNoise(0.5, true, new Generator(1)).Std().Item<double>(), 0.02);
        Assert.Equal(3 * Math.Sqrt(0.2 / 0.8), x.GaussianDropout(0.2, true, new Generator(1)).Std().Item<double>(), 0.05);
    }

    [Fact]
    public void A_dropped_path_is_a_whole_sample_scaled_where_it_is_kept()
    {
        Tensor x = Tensor.Ones([50, 2, 3], DType.Float64);
        double[] scaled = x.DropPath(0.5, true, true, new Generator(1)).ToArray<double>();
        double[] plain = new DropPath(0.5, scaleByKeep: false, generator: new Generator(1)).Forward(x).ToArray<double>();
        Assert.All(scaled.Chunk(6), static sample => Assert.Single(sample.Distinct()));
        Assert.Equal([0.0, 2.0], scaled.Distinct().Order());
        Assert.Equal(scaled.Select(static v => v / 2), plain);
        Assert.All(x.DropPath(1).ToArray<double>(), static v => Assert.Equal(0, v));
    }

    [Fact]
    public void Weights_are_dropped_for_a_whole_batch_and_in_training_alone()
    {
        Linear linear = new(6, 8, dtype: DType.Float64);
        DropConnect layer = new(linear, 0.5, generator: new Generator(4));
        Assert.Equal(["linear.weight", "linear.bias"], layer.StateDict().Keys);
        Tensor x = Tensor.Eye(6, dtype: DType.Float64);
        Tensor weights = (layer.Forward(x) - linear.Bias!).T / linear.Weight;
        Assert.All(weights.ToArray<double>(), static v => Assert.True(Math.Abs(v) < 1e-9 || Math.Abs(v - 2) < 1e-9, $"{v}"));
        Assert.Contains(weights.ToArray<double>(), static v => Math.Abs(v) < 1e-9);
        Assert.True(linear.Forward(x).Equal(layer.Eval().Forward(x)));
        Tensor none = new DropConnect(6, 8, 1.0, dtype: DType.Float64) is var all ? all.Forward(x) : x;
        Assert.True(none.AllClose(all.Linear.Bias!.Expand(6, 8)));
        Assert.All(
            new DropConnect(6, 8, 1.0, dropBias: true).Forward(Tensor.Ones(2, 6)).ToArray<float>(), static v => Assert.Equal(0, v));
    }

    [Fact]
    public void Dropped_weights_may_be_parametrized_and_learn()
    {
        DropConnect layer = new(new Linear(3, 4).WeightNorm(), 0.25);
        layer.Forward(Tensor.Ones(2, 3)).Sum().Backward();
        Assert.All(layer.Parameters(), static p => Assert.NotNull(p.Grad));
        Assert.Equal(3, layer.Parameters().Count);
    }

    [Fact]
    public void What_does_not_fit_is_named()
    {
        Refuses(() => new Dropout1d(1.5), "Dropout1d");
        Refuses(() => new Dropout2d(-0.1), "Dropout2d");
        Refuses(() => new Dropout3d(double.NaN), "Dropout3d");
        Refuses(() => new AlphaDropout(2), "AlphaDropout");
        Refuses(() => new FeatureAlphaDropout(2), "FeatureAlphaDropout");
        Refuses(() => new GaussianDropout(1), "below 1");
        Refuses(() => new GaussianNoise(-1), "deviation");
        Refuses(() => new DropPath(2), "DropPath");
        Refuses(() => new DropConnect(2, 3, 1.5), "DropConnect");
        Refuses(() => new Dropout1d().Forward(Tensor.Ones(2, 3, 4, 5)), "[batch, channels, length]");
        Refuses(() => new Dropout2d().Forward(Tensor.Ones(2, 3, 4)), "Dropout1d takes");
        Refuses(() => new Dropout3d().Forward(Tensor.Ones(2, 3, 4)), "depth");
        Refuses(() => new FeatureAlphaDropout().Forward(Tensor.Ones(2)), "[batch, channels, ..]");
        Refuses(() => new DropPath().Forward(Tensor.FromScalar(1f)), "[batch, ..]");
        Refuses(() => new DropConnect(2, 3).Forward(Tensor.Ones(2, 4)), "[2, 4]");
        Refuses(() => new AlphaDropout().Forward(Tensor.Ones([2], DType.Int64)), "floating-point");
        Refuses(() => Tensor.Ones([2, 2, 2, 2], DType.Int64).Dropout2d(), "floating-point");
        Refuses(() => Tensor.Ones([2], DType.Int64).GaussianNoise(), "floating-point");
    }

    [Fact]
    public void The_layers_print_their_options()
    {
        Assert.Equal("Dropout2d(0.5)", new Dropout2d().ToString());
        Assert.Equal("DropPath(0.1, not scaled)", new DropPath(0.1, scaleByKeep: false).ToString());
        Assert.Equal("GaussianNoise(0.1)", new GaussianNoise().ToString());
        Assert.Contains("0.5, bias dropped", new DropConnect(2, 3, dropBias: true).ToString(), StringComparison.Ordinal);
    }

    private static void Refuses(Func<object> call, string words)
    {
        Exception error = Assert.ThrowsAny<ArgumentException>(call);
        Assert.Contains(words, error.Message, StringComparison.Ordinal);
    }
}
