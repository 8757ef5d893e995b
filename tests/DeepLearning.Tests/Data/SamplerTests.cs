using DeepLearning.Data;

namespace DeepLearning.Tests.DataTests;

public class SamplerTests
{
    [Fact]
    public void A_sequential_sampler_follows_the_set() => Assert.Equal([0, 1, 2, 3], new SequentialSampler(4).Order(new Generator(1)));

    [Fact]
    public void A_random_sampler_draws_each_sample_once_or_some_of_them()
    {
        Assert.Equal(Enumerable.Range(0, 50), new RandomSampler(50).Order(new Generator(1)).Order());
        int[] some = new RandomSampler(50, count: 20).Order(new Generator(1));
        Assert.Equal(20, some.Distinct().Count());
        Assert.All(some, static i => Assert.InRange(i, 0, 49));
        Assert.Contains("replacement",
            Assert.Throws<ArgumentOutOfRangeException>(() => new RandomSampler(50, count: 51)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => new RandomSampler(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new RandomSampler(5, count: 0));
    }

    [Fact]
    public void Draws_with_replacement_are_uniform()
    {
        int[] order = new RandomSampler(10, replacement: true, count: 100_000).Order(new Generator(7));
        AssertDistributed(order, [.. Enumerable.Repeat(1.0, 10)]);
    }

    [Fact]
    public void Weighted_draws_come_in_proportion_to_their_weights()
    {
        double[] weights = [0, 1, 2, 3, 0.5, 10, 0, 0.25, 1e-3, 4];
        int[] order = new WeightedSampler(weights, 200_000).Order(new Generator(11));
        AssertDistributed(order, weights);
        AssertDistributed(new WeightedSampler([1e300, 3e300, 1e308], 50_000).Order(new Generator(3)), [1e-8, 3e-8, 1]);
    }

    [Fact]
    public void Without_replacement_the_first_two_draws_have_the_probabilities_of_drawing_one_after_the_other()
    {
        double[] weights = [1, 2, 0, 5, 0.1];
        WeightedSampler sampler = new(weights, 2, replacement: false);
        double sum = weights.Sum();
        int[] pairs = [.. Enumerable.Range(0, 40_000).Select(i =>
        {
            int[] order = sampler.Order(new Generator((ulong)i));
            Assert.NotEqual(order[0], order[1]);
            return (order[0] * 5) + order[1];
        })];
        double[] expected = [.. Enumerable.Range(0, 25).Select(i =>
            i / 5 == i % 5 ? 0 : weights[i / 5] / sum * weights[i % 5] / (sum - weights[i / 5]))];
        AssertDistributed(pairs, expected);
    }

    [Fact]
    public void Without_replacement_weights_of_any_size_give_each_sample_once()
    {
        int[] order = new WeightedSampler([1e-300, 1e-310, 0, 1], 3, replacement: false).Order(new Generator(2));
        Assert.Equal(3, order[0]);
        Assert.Equal([0, 1, 3], order.Order());
    }

    [Fact]
    public void A_balanced_sampler_draws_every_class_equally_often()
    {
        string[] labels = [.. Enumerable.Range(0, 1000).Select(static i => i % 10 == 0 ? "few" : i % 3 == 0 ? "some" : "many")];
        WeightedSampler sampler = WeightedSampler.Balanced(labels, 60_000);
        int[] classes = [.. sampler.Order(new Generator(5)).Select(i => labels[i] switch { "few" => 0, "some" => 1, _ => 2 })];
        AssertDistributed(classes, [1, 1, 1]);
        Assert.Equal(
            WeightedSampler.Balanced([0L, 1, 1]).Order(new Generator(1)),
            WeightedSampler.Balanced(Tensor.From<long>([0L, 1, 1])).Order(new Generator(1)));
        Assert.Throws<DTypeException>(() => WeightedSampler.Balanced(Tensor.Ones(3)));
        Assert.Throws<ShapeException>(() => WeightedSampler.Balanced(Tensor.Ones([3, 1], DType.Int64)));
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(-1.0)]
    [InlineData(double.PositiveInfinity)]
    public void A_bad_weight_is_named(double weight) => Assert.Contains("sample 1",
        Assert.Throws<ArgumentException>(() => new WeightedSampler([1, weight])).Message, StringComparison.Ordinal);

    [Fact]
    public void Weights_must_leave_something_to_draw()
    {
        Assert.Contains("all weights are 0", Assert.Throws<ArgumentException>(() => new WeightedSampler([0, 0])).Message,
            StringComparison.Ordinal);
        Assert.Contains("2 with a weight above 0",
            Assert.Throws<ArgumentException>(() => new WeightedSampler([0, 1, 1], 3, replacement: false)).Message,
                StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => new WeightedSampler([]));
    }

    [Fact]
    public void A_loader_takes_its_samples_from_a_sampler_and_repeats_them_for_a_seed()
    {
        ArrayDataset<int> set = new([.. Enumerable.Range(0, 20)]);
        double[] weights = [.. Enumerable.Range(0, 20).Select(static i => i < 10 ? 0.0 : 1)];
        Func<DataLoader<int, int[]>> make = () => new(set, 8, static s => [.. s], seed: 3, sampler: new WeightedSampler(weights, 30));
        DataLoader<int, int[]> loader = make();
        Assert.Equal(4, loader.Count);
        Assert.Equal(30, loader.SampleCount);
        int[] first = [.. loader.SelectMany(static b => b)], second = [.. loader.SelectMany(static b => b)];
        Assert.Equal(30, first.Length);
        Assert.All(first, static i => Assert.InRange(i, 10, 19));
        Assert.NotEqual(first, second);
        Assert.Equal(first, make().SelectMany(static b => b));
        Assert.Contains("20 samples, this one has 19",
            Assert.Throws<ArgumentException>(() => new DataLoader<int, int>(
                new ArrayDataset<int>(new int[19]), 4, static s => s[0], sampler: new WeightedSampler(weights))).Message,
            StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => new DataLoader<int, int>(set, 4, static s => s[0], true,
            sampler: new SequentialSampler(20)));
    }

    [Fact]
    public void A_sampler_that_breaks_its_word_is_named()
    {
        ArrayDataset<int> set = new(new int[5]);
        Assert.Contains("position 5",
            Assert.Throws<InvalidOperationException>(() => new DataLoader<int, int>(set, 2, static s => s[0],
                sampler: new Fixed(0, 1, 2, 3, 5))
                .ToArray()).Message, StringComparison.Ordinal);
        Assert.Contains("4 positions",
            Assert.Throws<InvalidOperationException>(() => new DataLoader<int, int>(set, 2, static s => s[0],
                sampler: new Fixed(0, 1, 2, 3))
                .ToArray()).Message, StringComparison.Ordinal);
    }

    /// <summary>χ² against the expected shares, below what chance exceeds once in 30,000 times (Wilson and Hilferty, 4 σ).</summary>
    private static void AssertDistributed(int[] draws, double[] weights)
    {
        double sum = weights.Sum(), statistic = 0;
        int classes = 0;
        for (int i = 0; i < weights.Length; i++)
        {
            int count = draws.Count(d => d == i);
            if (weights[i] == 0)
            {
                Assert.Equal(0, count);
                continue;
            }

            double expected = draws.Length * (weights[i] / sum);
            statistic += (count - expected) * (count - expected) / expected;
            classes++;
        }

        double freedom = classes - 1, spread = 2 / (9 * freedom);
        Assert.True(statistic < freedom * Math.Pow(1 - spread + (4 * Math.Sqrt(spread)), 3), $"χ² = {statistic} with {classes} classes");
    }

    private sealed class Fixed(params int[] order) : Sampler(5)
    {
        public override int[] Order(Generator generator) => order;
    }
}
