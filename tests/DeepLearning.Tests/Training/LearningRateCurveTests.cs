using DeepLearning.Layers;
using DeepLearning.Optimizers;
using DeepLearning.Training;

namespace DeepLearning.Tests.Training;

/// <summary>The numbers of a search for a learning rate, against their definitions, with losses that are given beforehand.</summary>
public sealed class LearningRateCurveTests
{
    [Theory]
    [InlineData(0.0)]
    [InlineData(0.5)]
    [InlineData(0.9)]
    public void The_smoothed_loss_is_the_mean_with_weights_that_fall_geometrically(double smoothing)
    {
        double[] losses = [4, 1, 2, 8, 0.5, 3];
        LearningRateCurve curve = Run(losses, smoothing, double.PositiveInfinity);
        Assert.Equal(losses, curve.Losses);
        for (int t = 0; t < losses.Length; t++)
        {
            double[] weights = [.. Enumerable.Range(0, t + 1).Select(i => Math.Pow(smoothing, t - i))];
            Assert.Equal(weights.Zip(losses, static (w, l) => w * l).Sum() / weights.Sum(), curve.Smoothed[t], 1e-12);
        }
    }

    [Fact]
    public void Rates_are_evenly_spaced_between_the_ends_on_the_logarithmic_axis()
    {
        LearningRateCurve curve = Run([1, 1, 1, 1, 1], 0, 4);
        Assert.Equal(5, curve.Rates.Count);
        Assert.All(curve.Rates.Zip((double[])[1e-4, 1e-3, 1e-2, 1e-1, 1]), static x => Assert.Equal(x.Second, x.First, 1e-12));
        Assert.Equal([1e-4, 1.0], Run([1, 1], 0, 4).Rates);
    }

    [Theory]
    [InlineData(new[] { 4, 2, 4, 4.01, 1 }, 2.0, 4)]
    [InlineData(new[] { 4, 5, 2, 3.99, 4.5, 1 }, 2.0, 5)]
    [InlineData(new[] { 4, double.NaN, 1 }, 2.0, 2)]
    [InlineData(new[] { 4, double.PositiveInfinity, 1 }, double.PositiveInfinity, 2)]
    [InlineData(new[] { -1.0, -5, 10, 100, 3 }, 2.0, 5)]
    [InlineData(new[] { 0.0, 10, 100, 3 }, 2.0, 4)]
    public void The_run_ends_where_the_loss_is_more_than_so_many_times_the_least(double[] losses, double divergence, int count)
    {
        LearningRateCurve curve = Run(losses, 0, divergence);
        Assert.Equal((count, count, count), (curve.Rates.Count, curve.Losses.Count, curve.Smoothed.Count));
    }

    [Theory]
    [InlineData(new[] { 5, 4, 1, 0.5, 0.4 }, 2.0)]
    [InlineData(new[] { 5, 5, 4, 2, 1, 1.0 }, 3.0)]
    [InlineData(new[] { 3, 2, 1, 0.0 }, 2.0)]
    [InlineData(new[] { 9, 1, 8.5 }, 2.0)]
    [InlineData(new[] { 1, 2, 3, 2.5, 1.0 }, 4.0)]
    [InlineData(new[] { 5, 5, 5, 5.0 }, null)]
    [InlineData(new[] { 1, 2, 3.0 }, null)]
    [InlineData(new[] { 2, 1.0 }, null)]
    [InlineData(new double[0], null)]
    public void The_suggestion_is_the_rate_around_which_the_loss_falls_most(double[] smoothed, double? suggestion)
    {
        LearningRateCurve curve = new([.. Enumerable.Range(1, smoothed.Length).Select(static i => (double)i)], smoothed, smoothed);
        Assert.Equal(suggestion, curve.Suggestion);
        Assert.EndsWith(suggestion is { } rate ? $"suggestion {rate}" : "suggestion none", curve.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0.0, 0.3, 1.0)]
    [InlineData(0.1, 0.05, 0.5)]
    public void Groups_keep_their_proportions_and_are_equal_where_the_first_has_no_rate(double first, double second, double proportion)
    {
        Parameter p = new(Tensor.Ones([1], DType.Float64)), q = new(Tensor.Ones([1], DType.Float64));
        SGD optimizer = new(
            new ParameterGroup<SGDOptions>([p], new SGDOptions { LearningRate = first }),
            new ParameterGroup<SGDOptions>([q], new SGDOptions { LearningRate = second }));
        List<(double, double)> seen = [];
        LearningRateFinder.Run(
            new Holder(p, q), optimizer, [0], _ =>
            {
                seen.Add((optimizer.ParameterGroups[0].Options.LearningRate, optimizer.ParameterGroups[1].Options.LearningRate));
                return ((p * 0) + (q * 0)).Sum() + 1;
            },
            1e-3, 1, 3);
        Assert.Equal(3, seen.Count);
        Assert.All(seen, rates => Assert.Equal(rates.Item1 * proportion, rates.Item2, 1e-12));
        Assert.Equal([first, second], optimizer.ParameterGroups.Select(static group => group.Options.LearningRate));
        Assert.Null(p.Grad);
    }

    [Theory]
    [InlineData("lowest", double.PositiveInfinity, 10.0, 4.0)]
    [InlineData("lowest", double.NaN, 10.0, 4.0)]
    [InlineData("highest", 1e-3, double.PositiveInfinity, 4.0)]
    [InlineData("highest", 1e-3, 1e-3, 4.0)]
    [InlineData("divergence", 1e-3, 10.0, double.NaN)]
    public void Limits_that_are_no_numbers_are_refused_by_name(string name, double lowest, double highest, double divergence)
    {
        Parameter p = new(Tensor.Ones(1));
        Assert.Equal(name, Assert.Throws<ArgumentOutOfRangeException>(() => LearningRateFinder.Run(
            new Holder(p), new SGD([p], 0.1), [0], _ => p.Sum(), lowest, highest, 5, divergence: divergence)).ParamName);
    }

    private static LearningRateCurve Run(double[] losses, double smoothing, double divergence)
    {
        Parameter p = new(Tensor.Ones([1], DType.Float64));
        int step = 0;
        return LearningRateFinder.Run(
            new Holder(p), new SGD([p], 0.1), [0], _ => (p * 0).Sum() + losses[step++], 1e-4, 1, losses.Length, smoothing, divergence);
    }

    private sealed class Holder(params Parameter[] parameters) : Module<Tensor, Tensor>
    {
        private readonly Parameter[] _parameters = parameters;

        public override Tensor Forward(Tensor x) => x * _parameters[0];
    }
}
