using DeepLearning.Tests.Backends.Cpu;

namespace DeepLearning.Tests.Creation;

[Collection("Thread setting")]
[Trait("Rerun", "Simd")]
public class RandomTests
{
    public static TheoryData<DType> Types() => [DType.Float32, DType.Float64, DType.Float16, DType.BFloat16];

    [Theory]
    [MemberData(nameof(Types))]
    public void The_same_seed_gives_the_same_bits_on_any_number_of_threads(DType dtype)
    {
        double[][] runs = [.. new[] { 1, 2, 3, 7 }.Select(count =>
        {
            using ThreadSetting setting = new(count);
            Generator generator = new(5);
            Tensor uniform = Tensor.Rand([50_001], dtype, generator), normal = Tensor.Randn([50_001], dtype, generator);
            Tensor integers = Tensor.RandInt(100, [50_001], generator: generator);
            Tensor coins = Tensor.Empty([50_001], dtype).BernoulliInPlace(0.3, generator);
            return (double[])[.. uniform.ToArray<double>(), .. normal.ToArray<double>(), .. integers.ToArray<double>(),
                .. coins.ToArray<double>()];
        })];
        Assert.All(runs, run => Assert.Equal(runs[0], run));
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void Uniform_numbers_stay_below_the_upper_end_and_have_their_mean(DType dtype)
    {
        double[] x = Tensor.Uniform(2, 3, [100_000], dtype, new Generator(1)).ToArray<double>();
        Assert.All(x, v => Assert.InRange(v, 2, 3));
        Assert.InRange(x.Average(), 2.49, 2.51);
        double[] unit = Tensor.Rand([100_000], dtype, new Generator(1)).ToArray<double>();
        Assert.All(unit, v => Assert.True(v is >= 0 and < 1));
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void Normal_numbers_have_their_mean_and_deviation(DType dtype)
    {
        double[] x = Tensor.Normal(1, 2, [100_000], dtype, new Generator(1)).ToArray<double>();
        double mean = x.Average(), deviation = Math.Sqrt(x.Average(v => (v - mean) * (v - mean)));
        Assert.InRange(mean, 0.97, 1.03);
        Assert.InRange(deviation, 1.97, 2.03);
    }

    [Fact]
    public void Random_integers_reach_both_ends_of_any_type()
    {
        Assert.Equal([-2L, -1, 0, 1, 2], Tensor.RandInt(-2, 3, [1000], generator: new Generator(2)).ToArray<long>().Distinct().Order());
        Assert.Equal([0, 255], Tensor.RandInt(256, [10_000], DType.UInt8, new Generator(2)).ToArray<int>() is var b ? [b.Min(), b.Max()]
            : []);
        Assert.Throws<ArgumentException>(() => Tensor.RandInt(5, 5, [2]));
    }

    [Fact]
    public void A_permutation_holds_every_index_once_and_moves_most()
    {
        long[] order = Tensor.RandPerm(10_000, generator: new Generator(3)).ToArray<long>();
        Assert.Equal(Enumerable.Range(0, 10_000).Select(i => (long)i), order.Order());
        Assert.InRange(order.Where((v, i) => v == i).Count(), 0, 10);
        Assert.Equal(0, Tensor.RandPerm(0).Count);
    }

    [Fact]
    public void The_draws_of_a_long_permutation_do_not_repeat()
    {
        const int Count = 3000;
        long[] order = Tensor.RandPerm(Count, generator: new Generator(8)).ToArray<long>();

        // Where each step from the last place to the first took its element from, as a share of the places that were left.
        List<long> left = [.. Enumerable.Range(0, Count).Select(static i => (long)i)];
        List<double> draws = [];
        for (int i = Count - 1; i > 0; i--)
        {
            int from = left.IndexOf(order[i]);
            draws.Add((from + 0.5) / (i + 1));
            left[from] = left[i];
            left.RemoveAt(i);
        }

        for (int lag = 1; lag <= 600; lag++)
        {
            Assert.InRange(draws.Take(2000).Zip(draws.Skip(lag), static (a, b) => Math.Abs(a - b)).Average(), 0.29, 0.38);
        }
    }

    [Theory]
    [InlineData(16383)]
    [InlineData(16384)]
    [InlineData(16385)]
    [InlineData(32767)]
    [InlineData(49151)]
    public void A_fill_of_any_length_begins_as_a_longer_one(int count)
    {
        Func<int, Tensor>[] fills =
        [
            static n => Tensor.Rand([n], generator: new Generator(5)), static n => Tensor.Randn([n], DType.Float64, new Generator(5)),
            static n => Tensor.RandInt(0, 99, [n], generator: new Generator(5)), static n => Tensor.Arange(0, n),
            static n => Tensor.Arange(0, n / 2.0, 0.5), static n => Tensor.Ones([n]).Dropout(0.3, true, new Generator(5)),
        ];
        Assert.All(fills, fill => Assert.True(fill(count).Equal(fill(50000)[..count])));
    }

    [Fact]
    public void Every_permutation_of_three_is_equally_likely()
    {
        Generator generator = new(4);
        Dictionary<string, int> counts = [];
        for (int i = 0; i < 6000; i++)
        {
            string key = string.Join(',', Tensor.RandPerm(3, generator: generator).ToArray<long>());
            counts[key] = counts.GetValueOrDefault(key) + 1;
        }

        Assert.Equal(6, counts.Count);
        Assert.All(counts.Values, c => Assert.InRange(c, 880, 1120));
    }

    [Fact]
    public void Bernoulli_follows_each_probability()
    {
        Tensor p = Tensor.From([0f, 1f, 0.25f]).Reshape(3, 1).Expand(3, 20_000);
        double[] means = p.Bernoulli(new Generator(5)).Sum(1).ToArray<double>();
        Assert.Equal((0.0, 20_000.0), (means[0], means[1]));
        Assert.InRange(means[2], 4800, 5200);
        Assert.Throws<ArgumentException>(() => Tensor.From([1.5f]).Bernoulli());
        Assert.Throws<ArgumentException>(() => Tensor.From([float.NaN]).Bernoulli());
    }

    [Fact]
    public void Multinomial_draws_by_weight_and_never_weight_zero()
    {
        Tensor weights = Tensor.From([0f, 1f, 3f, 0f]);
        long[] drawn = weights.Multinomial(10_000, replacement: true, new Generator(6)).ToArray<long>();
        Assert.All(drawn, i => Assert.InRange(i, 1, 2));
        Assert.InRange(drawn.Count(i => i == 2), 7300, 7700);
        Assert.Equal([1L, 2], weights.Multinomial(2, generator: new Generator(6)).ToArray<long>().Order());
        Assert.Equal(new Shape(2, 3), Tensor.Ones(2, 5).Multinomial(3).Shape);
    }

    [Fact]
    public void Multinomial_without_replacement_draws_first_by_weight()
    {
        Tensor weights = Tensor.From([1f, 2f, 7f]).Expand(10_000, 3);
        long[] first = weights.Multinomial(2, generator: new Generator(7)).ToArray<long>().Where((_, i) => i % 2 == 0).ToArray();
        Assert.InRange(first.Count(i => i == 2), 6800, 7200);
        Assert.InRange(first.Count(i => i == 0), 850, 1150);
    }

    [Fact]
    public void Multinomial_names_what_is_wrong()
    {
        Assert.Contains("fewer than 3", Assert.Throws<ArgumentException>(() => Tensor.From([1f, 1f, 0f]).Multinomial(3)).Message,
            StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => Tensor.From([1f, -1f]).Multinomial(1));
        Assert.Throws<ArgumentException>(() => Tensor.From([0f, 0f]).Multinomial(1, true));
        Assert.Throws<ShapeException>(() => Tensor.Ones(1, 1, 1).Multinomial(1));
    }

    [Fact]
    public void A_view_is_filled_where_it_is()
    {
        Tensor x = Tensor.Zeros(4, 6);
        x.T.Narrow(0, 0, 2).UniformInPlace(1, 2, new Generator(8));
        double[] values = x.ToArray<double>();
        Assert.All(values.Where((_, i) => i % 6 < 2), v => Assert.InRange(v, 1, 2));
        Assert.All(values.Where((_, i) => i % 6 >= 2), v => Assert.Equal(0, v));
    }

    [Fact]
    public void A_fill_of_fractions_refuses_integers_and_a_recorded_leaf()
    {
        Assert.Throws<DTypeException>(() => Tensor.Rand([2], DType.Int64));
        Tensor leaf = Tensor.Zeros(2);
        leaf.RequiresGrad = true;
        Assert.Throws<AutogradException>(() => leaf.NormalInPlace());
        using (GradMode.NoGrad())
        {
            leaf.NormalInPlace();
        }
    }

    [Fact]
    public void Gradients_do_not_flow_through_a_fill_but_flow_through_normal()
    {
        Tensor x = Tensor.Ones(3);
        x.RequiresGrad = true;
        Tensor y = x * 2;
        y.UniformInPlace();
        y.Sum().Backward();
        Assert.Null(x.Grad);
        Tensor.Normal(x, x * 0).Sum().Backward();
        Assert.NotNull(x.Grad);
    }

    [Fact]
    public void Exponential_numbers_have_their_mean()
    {
        double[] x = Tensor.Empty([100_000]).ExponentialInPlace(2, new Generator(9)).ToArray<double>();
        Assert.InRange(x.Average(), 0.49, 0.51);
        Assert.All(x, v => Assert.True(v >= 0 && double.IsFinite(v)));
    }

    [Fact]
    public void Calls_share_the_default_generator_and_a_seed_starts_anew()
    {
        Generator.Default.ManualSeed(11);
        float[] first = Tensor.Rand(4).ToArray<float>(), second = Tensor.Rand(4).ToArray<float>();
        Generator.Default.ManualSeed(11);
        Assert.NotEqual(first, second);
        Assert.Equal(first, Tensor.Rand(4).ToArray<float>());
    }
}
