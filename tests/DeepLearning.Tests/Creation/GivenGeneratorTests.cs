using System.Reflection;
using DeepLearning.Data;
using DeepLearning.Initializers;
using DeepLearning.Layers;
using DeepLearning.Losses;
using DeepLearning.Optimizers;

namespace DeepLearning.Tests.Creation;

/// <summary>Whatever takes a generator draws from it, from it alone, and so much that two calls differ.</summary>
public class GivenGeneratorTests
{
    private static readonly TensorDataset s_set = new(Tensor.Arange(60).Reshape(60, 1).To(DType.Float32), Tensor.Arange(60).Remainder(3));
    private static readonly int[] s_labels = [.. Enumerable.Range(0, 60).Select(static i => i % 3)];
    private static readonly Table s_table = new([new NumberColumn("x", [.. Enumerable.Range(0, 60).Select(static i => (double)i)])]);

    private static readonly Tensor s_image = Tensor.Randn([1, 4, 16, 16], generator: new Generator(3));

    private static readonly Dictionary<string, Func<Generator?, IEnumerable<double>>> s_calls = new(ModelGeneratorCalls.All)
    {
        ["Datasets.Shuffle"] = static g => Positions([s_set.Shuffle(g)]),
        ["Datasets.RandomSplit"] = static g => Positions(s_set.RandomSplit([40, 20], g)),
        ["Datasets.RandomSplit of fractions"] = static g => Positions(s_set.RandomSplit([0.5, 0.5], g)),
        ["Datasets.StratifiedSplit"] = static g => Positions(s_set.StratifiedSplit([0.5, 0.5], g)),
        ["Datasets.StratifiedSplit by labels"] = static g => Positions(s_set.StratifiedSplit(s_labels, [0.5, 0.5], g)),
        ["Datasets.StratifiedSplit by labels in counts"] = static g => Positions(s_set.StratifiedSplit(s_labels, [40, 20], g)),
        ["Datasets.KFold"] = static g => Positions(s_set.KFold(3, generator: g).SelectMany(static f => new[] { f.Item1, f.Item2 })),
        ["Datasets.StratifiedKFold"] = static g => Positions(s_set.StratifiedKFold(3, g).Select(static f => f.Item2)),
        ["Datasets.StratifiedKFold by labels"] = static g => Positions(s_set.StratifiedKFold(s_labels, 3, g).Select(static f => f.Item2)),
        ["Table.TrainTestSplit"] = static g => Numbers(s_table.TrainTestSplit(0.25, g)),
        ["Initialize.KaimingNormal"] = static g => Values(Initialize.KaimingNormal(Tensor.Zeros(8, 8), generator: g)),
        ["Initialize.KaimingUniform"] = static g => Values(Initialize.KaimingUniform(Tensor.Zeros(8, 8), generator: g)),
        ["Initialize.Normal"] = static g => Values(Initialize.Normal(Tensor.Zeros(8, 8), generator: g)),
        ["Initialize.Orthogonal"] = static g => Values(Initialize.Orthogonal(Tensor.Zeros(8, 8), generator: g)),
        ["Initialize.Uniform"] = static g => Values(Initialize.Uniform(Tensor.Zeros(8, 8), generator: g)),
        ["Initialize.XavierNormal"] = static g => Values(Initialize.XavierNormal(Tensor.Zeros(8, 8), generator: g)),
        ["Initialize.XavierUniform"] = static g => Values(Initialize.XavierUniform(Tensor.Zeros(8, 8), generator: g)),
        ["Conv2d"] = static g => Weights(new Conv2d(2, 3, 3, generator: g)),
        ["Dropout"] = static g => Values(new Dropout(0.5, g).Forward(Tensor.Ones(200))),
        ["Embedding"] = static g => Weights(new Embedding(5, 6, generator: g)),
        ["Linear"] = static g => Weights(new Linear(5, 6, generator: g)),
        ["Tensor.Bernoulli"] = static g => Values(Tensor.Full([200], 0.5).Bernoulli(g)),
        ["Tensor.BernoulliInPlace"] = static g => Values(Tensor.Zeros(200).BernoulliInPlace(0.5, g)),
        ["Tensor.Dropout"] = static g => Values(Tensor.Ones(200).Dropout(0.5, true, g)),
        ["Tensor.ExponentialInPlace"] = static g => Values(Tensor.Zeros(40).ExponentialInPlace(1, g)),
        ["Tensor.Multinomial"] = static g => Values(Tensor.Ones(100).Multinomial(50, false, g)),
        ["Tensor.Multinomial with replacement"] = static g => Values(Tensor.Ones(100).Multinomial(50, true, g)),
        ["Tensor.Normal"] = static g => Values(Tensor.Normal(0, 1, [40], generator: g)),
        ["Tensor.Normal of tensors"] = static g => Values(Tensor.Normal(Tensor.Zeros(40), Tensor.Ones(40), g)),
        ["Tensor.NormalInPlace"] = static g => Values(Tensor.Zeros(40).NormalInPlace(0, 1, g)),
        ["Tensor.Rand"] = static g => Values(Tensor.Rand([40], generator: g)),
        ["Tensor.RandInt"] = static g => Values(Tensor.RandInt(1000, [40], generator: g)),
        ["Tensor.RandIntLike"] = static g => Values(Tensor.RandIntLike(Tensor.Zeros(40), 0, 1000, g)),
        ["Tensor.RandLike"] = static g => Values(Tensor.RandLike(Tensor.Zeros(40), g)),
        ["Tensor.RandPerm"] = static g => Values(Tensor.RandPerm(60, generator: g)),
        ["Tensor.Randn"] = static g => Values(Tensor.Randn([40], generator: g)),
        ["Tensor.RandnLike"] = static g => Values(Tensor.RandnLike(Tensor.Zeros(40), g)),
        ["Tensor.RandomInPlace"] = static g => Values(Tensor.Zeros(40).RandomInPlace(0, 1000, g)),
        ["Tensor.Uniform"] = static g => Values(Tensor.Uniform(2, 3, [40], generator: g)),
        ["Tensor.UniformInPlace"] = static g => Values(Tensor.Zeros(40).UniformInPlace(0, 1, g)),
        // Wide inputs, so that two generators never agree by chance.
        ["Initialize.LeCunNormal"] = static g => Values(Initialize.LeCunNormal(Tensor.Zeros(8, 8), g)),
        ["Initialize.LeCunUniform"] = static g => Values(Initialize.LeCunUniform(Tensor.Zeros(8, 8), g)),
        ["Initialize.Sparse"] = static g => Values(Initialize.Sparse(Tensor.Zeros(8, 8), 0.5, generator: g)),
        ["Initialize.TruncatedNormal"] = static g => Values(Initialize.TruncatedNormal(Tensor.Zeros(8, 8), generator: g)),
        ["AdaptiveLogSoftmaxWithLoss"] = static g => Weights(new AdaptiveLogSoftmaxWithLoss(4, 9, [3], generator: g)),
        ["AlphaDropout"] = static g => Values(new AlphaDropout(0.5, g).Forward(Tensor.Ones(200))),
        ["Bilinear"] = static g => Weights(new Bilinear(3, 4, 5, generator: g)),
        ["Conv1d"] = static g => Weights(new Conv1d(2, 3, 3, generator: g)),
        ["Conv3d"] = static g => Weights(new Conv3d(2, 3, 3, generator: g)),
        ["ConvTranspose1d"] = static g => Weights(new ConvTranspose1d(2, 3, 3, generator: g)),
        ["ConvTranspose2d"] = static g => Weights(new ConvTranspose2d(2, 3, 3, generator: g)),
        ["ConvTranspose3d"] = static g => Weights(new ConvTranspose3d(2, 3, 3, generator: g)),
        ["DropConnect"] = static g => Values(new DropConnect(new Linear(20, 20, generator: new Generator(1)), 0.5, generator: g)
            .Forward(Tensor.Ones(2, 20)).Detach()),
        ["DropPath"] = static g => Values(new DropPath(0.5, generator: g).Forward(Tensor.Ones(200))),
        ["Dropout1d"] = static g => Values(new Dropout1d(0.5, g).Forward(Tensor.Ones(2, 100, 2))),
        ["Dropout2d"] = static g => Values(new Dropout2d(0.5, g).Forward(Tensor.Ones(2, 100, 2, 2))),
        ["Dropout3d"] = static g => Values(new Dropout3d(0.5, g).Forward(Tensor.Ones(2, 100, 1, 2, 2))),
        ["EmbeddingBag"] = static g => Weights(new EmbeddingBag(5, 6, generator: g)),
        ["FeatureAlphaDropout"] = static g => Values(new FeatureAlphaDropout(0.5, g).Forward(Tensor.Ones(2, 100, 2))),
        ["FractionalMaxPool2d"] = static g => Values(Pooled(new FractionalMaxPool2d(2, 10, generator: g))),
        ["FractionalMaxPool3d"] = static g => Values(
            new FractionalMaxPool3d(2, (2, 10, 10), generator: g).Forward(s_image.Unsqueeze(2).Expand(1, 4, 4, 16, 16))),
        ["GRU"] = static g => Weights(new GRU(3, 4, generator: g)),
        ["GRUCell"] = static g => Weights(new GRUCell(3, 4, generator: g)),
        ["GaussianDropout"] = static g => Values(new GaussianDropout(0.5, g).Forward(Tensor.Ones(40))),
        ["GaussianNoise"] = static g => Values(new GaussianNoise(0.5, g).Forward(Tensor.Ones(40))),
        ["Gradients.AddNoise"] = static g => Noisy(p => Gradients.AddNoise([p], 0.5, g)),
        ["HierarchicalSoftmax"] = static g => Weights(new HierarchicalSoftmax(4, 5, generator: g)),
        ["LSTM"] = static g => Weights(new LSTM(3, 4, generator: g)),
        ["LSTMCell"] = static g => Weights(new LSTMCell(3, 4, generator: g)),
        ["LocallyConnected1d"] = static g => Weights(new LocallyConnected1d(2, 3, 5, 3, generator: g)),
        ["LocallyConnected2d"] = static g => Weights(new LocallyConnected2d(2, 3, 5, 3, generator: g)),
        ["MultiheadAttention"] = static g => Weights(new MultiheadAttention(4, 2, addBiasKv: true, generator: g)),
        ["Parametrizations.Orthogonal"] = static g =>
            Weights(new Linear(4, 9, generator: new Generator(1)).Orthogonal(generator: g).Eval())
                .Concat(Values(Tensor.Rand([1], generator: g))),
        ["Parametrizations.SpectralNorm"] = static g =>
            new Linear(8, 9, generator: new Generator(1)).SpectralNorm(generator: g).Buffers().SelectMany(Values),
        ["RNN"] = static g => Weights(new RNN(3, 4, generator: g)),
        ["RNNCell"] = static g => Weights(new RNNCell(3, 4, generator: g)),
        ["RReLU"] = static g => Values(new RReLU(generator: g).Forward(-Tensor.Ones(40))),
        ["SeparableConv1d"] = static g => Weights(new SeparableConv1d(2, 3, 3, generator: g)),
        ["SeparableConv2d"] = static g => Weights(new SeparableConv2d(2, 3, 3, generator: g)),
        ["Tensor.AlphaDropout"] = static g => Values(Tensor.Ones(200).AlphaDropout(0.5, true, g)),
        ["Tensor.DropConnect"] = static g =>
            Values(Tensor.Ones(2, 20).DropConnect(Tensor.Ones(20, 20) * Tensor.Arange(0, 20), generator: g)),
        ["Tensor.DropPath"] = static g => Values(Tensor.Ones(200).DropPath(0.5, generator: g)),
        ["Tensor.Dropout1d"] = static g => Values(Tensor.Ones(2, 100, 2).Dropout1d(generator: g)),
        ["Tensor.Dropout2d"] = static g => Values(Tensor.Ones(2, 100, 2, 2).Dropout2d(generator: g)),
        ["Tensor.Dropout3d"] = static g => Values(Tensor.Ones(2, 100, 1, 2, 2).Dropout3d(generator: g)),
        ["Tensor.FeatureAlphaDropout"] = static g => Values(Tensor.Ones(2, 100, 2).FeatureAlphaDropout(generator: g)),
        ["Tensor.FractionalMaxPool2d"] = static g => Values(s_image.FractionalMaxPool2d(2, 10, generator: g)),
        ["Tensor.FractionalMaxPool2dWithIndices"] = static g => Values(s_image.FractionalMaxPool2dWithIndices(2, 10, generator: g).Indices),
        ["Tensor.FractionalMaxPool3d"] = static g => Values(
            s_image.Unsqueeze(2).Expand(1, 4, 4, 16, 16).FractionalMaxPool3d(2, (2, 10, 10), generator: g)),
        ["Tensor.FractionalMaxPool3dWithIndices"] = static g => Values(
            s_image.Unsqueeze(2).Expand(1, 4, 4, 16, 16).FractionalMaxPool3dWithIndices(2, (2, 10, 10), generator: g).Indices),
        ["Tensor.GaussianDropout"] = static g => Values(Tensor.Ones(40).GaussianDropout(generator: g)),
        ["Tensor.GaussianNoise"] = static g => Values(Tensor.Ones(40).GaussianNoise(generator: g)),
        ["Tensor.GumbelSoftmax"] = static g => Values(Tensor.Ones(5, 8).GumbelSoftmax(generator: g)),
        ["Tensor.RRelu"] = static g => Values((-Tensor.Ones(40)).RRelu(training: true, generator: g)),
        ["Tensor.ScaledDotProductAttention"] = static g => Values(Tensor.ScaledDotProductAttention(
            Tensor.Ones(1, 8, 4), Tensor.Ones(1, 8, 4), Tensor.Arange(0, 32).To(DType.Float32).Reshape(1, 8, 4), dropoutP: 0.5,
            generator: g)),
        ["Transformer"] = static g => Weights(new Transformer(4, 2, 1, 1, 4, generator: g)),
        ["TransformerDecoderLayer"] = static g => Weights(new TransformerDecoderLayer(4, 2, 4, generator: g)),
        ["TransformerEncoderLayer"] = static g => Weights(new TransformerEncoderLayer(4, 2, 4, generator: g)),
        ["BatchSampler.Batches"] = static g => new LengthBucketedSampler(s_labels, 4).Batches(g ?? Generator.Default).SelectMany(Doubles),
        ["Sampler.Order"] = static g => Doubles(new RandomSampler(60).Order(g ?? Generator.Default)),
        ["Sampler.Order with weights"] = static g =>
            Doubles(new WeightedSampler([.. Enumerable.Repeat(1.0, 60)], 60).Order(g ?? Generator.Default)),
    };

    public static TheoryData<string> Names => new(s_calls.Keys);

    [Fact]
    public void Every_public_member_that_takes_a_generator_takes_part()
    {
        const BindingFlags All = BindingFlags.Public | BindingFlags.Static | BindingFlags.Instance | BindingFlags.DeclaredOnly;
        IEnumerable<string> names = typeof(Tensor).Assembly.GetExportedTypes()
            .SelectMany(static t => t.GetMethods(All).Cast<MethodBase>().Concat(t.GetConstructors(All)))
            .Where(static m => m.GetParameters().Any(static p => p.ParameterType == typeof(Generator)))
            .Where(static m => m is not MethodInfo method || method.GetBaseDefinition() == method)
            .Select(static m => m.IsConstructor ? m.DeclaringType!.Name : $"{m.DeclaringType!.Name}.{m.Name}").Distinct();
        // A callback has no numbers of its own: OptimizerCallbackTests trains with it. Networks of a given size are a constructor's.
        string[] others = ["GradientNoise", .. new[] { 18, 34, 50 }.Select(static n => $"ResNet.ResNet{n}"),
            .. new[] { 11, 13, 16, 19 }.Select(static n => $"VGG.VGG{n}")];
        IEnumerable<string> called = s_calls.Keys.Select(static name => name.Split(" of ")[0].Split(" by ")[0].Split(" with ")[0]);
        string[] missing = [.. names.Except(others).Except(called)];
        Assert.True(missing.Length == 0, string.Join('\n', missing));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void The_generator_that_is_given_decides_alone(string name)
    {
        Func<Generator?, IEnumerable<double>> call = s_calls[name];
        double[] expected = Under(1, new Generator(7)), others = Under(1, new Generator(8));
        Assert.Equal(expected, Under(2, new Generator(7)));
        Assert.NotEqual(expected, others);

        Generator given = new(7);
        Assert.Equal(expected, Under(3, given));
        Assert.NotEqual(0UL, given.State.Position);
        Assert.NotEqual(expected, Under(3, given));

        double[] Under(ulong seed, Generator generator)
        {
            Generator around = new(seed);
            GeneratorState before = around.State;
            using Generator.DefaultRegion region = around.AsDefault();
            double[] result = [.. call(generator)];
            Assert.Equal(before, around.State);
            return result;
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Without_one_the_default_decides(string name)
    {
        Assert.Equal(s_calls[name](new Generator(7)).ToArray(), Under(7));
        Assert.NotEqual(Under(7), Under(8));

        double[] Under(ulong seed)
        {
            using Generator.DefaultRegion region = new Generator(seed).AsDefault();
            return [.. s_calls[name](null)];
        }
    }

    private static IEnumerable<double> Positions(IEnumerable<Subset<Example, Example>> parts) =>
        parts.SelectMany(static part => Enumerable.Range(0, part.Count).Select(i => (double)part[i].Input.Item<float>()));

    private static IEnumerable<double> Numbers((Table Training, Table Test) tables) =>
        [.. tables.Training.Numbers("x").Values.ToArray(), .. tables.Test.Numbers("x").Values.ToArray()];

    private static Tensor Pooled(FractionalMaxPool2d layer) => layer.Forward(s_image);

    private static double[] Noisy(Action<Tensor> addNoise)
    {
        Tensor parameter = Tensor.Zeros(40);
        parameter.RequiresGrad = true;
        parameter.Grad = Tensor.Zeros(40);
        addNoise(parameter);
        return Values(parameter.Grad);
    }

    internal static double[] Values(Tensor tensor) => tensor.To(DType.Float64).ToArray<double>();

    internal static IEnumerable<double> Weights(DeepLearning.Layers.Module module) =>
        module.Parameters().SelectMany(static p => Values(p.Detach()));

    private static IEnumerable<double> Doubles(int[] numbers) => numbers.Select(static n => (double)n);
}
