using System.Reflection;
using DeepLearning.Data;
using DeepLearning.Initializers;
using DeepLearning.Layers;

namespace DeepLearning.Tests.Creation;

/// <summary>Whatever takes a generator draws from it, from it alone, and so much that two calls differ.</summary>
public class GivenGeneratorTests
{
    private static readonly TensorDataset s_set = new(Tensor.Arange(60).Reshape(60, 1).To(DType.Float32), Tensor.Arange(60).Remainder(3));
    private static readonly int[] s_labels = [.. Enumerable.Range(0, 60).Select(static i => i % 3)];
    private static readonly Table s_table = new([new NumberColumn("x", [.. Enumerable.Range(0, 60).Select(static i => (double)i)])]);

    private static readonly Dictionary<string, Func<Generator?, IEnumerable<double>>> s_calls = new()
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
        Assert.Empty(names.Except(s_calls.Keys.Select(static name => name.Split(" of ")[0].Split(" by ")[0].Split(" with ")[0])));
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

    private static double[] Values(Tensor tensor) => tensor.To(DType.Float64).ToArray<double>();

    private static IEnumerable<double> Weights(DeepLearning.Layers.Module module) =>
        module.Parameters().SelectMany(static p => Values(p.Detach()));

    private static IEnumerable<double> Doubles(int[] numbers) => numbers.Select(static n => (double)n);
}
