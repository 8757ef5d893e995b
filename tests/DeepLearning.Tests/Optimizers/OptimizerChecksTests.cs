using DeepLearning.Layers;
using DeepLearning.Optimizers;

namespace DeepLearning.Tests.Optimizers;

/// <summary>What optimizers and the clipping of gradients refuse, and that nothing changes then.</summary>
public class OptimizerChecksTests
{
    [Theory]
    [InlineData(-1.0)]
    [InlineData(double.NaN)]
    public void A_learning_rate_is_no_negative_number(double rate)
    {
        SGD optimizer = new([new Parameter(Tensor.Ones(2))], 0.5);
        Assert.Throws<ArgumentOutOfRangeException>(() => optimizer.LearningRate = rate);
        Assert.Equal(0.5, optimizer.LearningRate);
        optimizer.LearningRate = 0;
        Assert.Equal(0, optimizer.LearningRate);
    }

    [Theory]
    [InlineData(-0.1)]
    [InlineData(1.1)]
    [InlineData(double.NaN)]
    public void A_decay_of_means_is_from_0_to_1(double rho) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new AdaDelta([new Parameter(Tensor.Ones(2))], rho: rho));

    [Fact]
    public void A_key_that_no_parameter_has_is_named_and_nothing_is_loaded()
    {
        Parameter p = new(Tensor.Ones(2));
        Adam optimizer = new([p], learningRate: 0.25);
        OrderedDictionary<string, Tensor> state = optimizer.StateDict();
        state["state.1.exp_avg"] = Tensor.Ones(2);
        string message = Assert.Throws<StateDictException>(() => optimizer.LoadStateDict(state)).Message;
        Assert.Contains("state.1.exp_avg is not expected", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Bounds_of_gradients_are_no_negative_numbers()
    {
        Parameter p = WithGradient(3, 4);
        Assert.Throws<ArgumentOutOfRangeException>(() => Gradients.ClipNorm([p], -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => Gradients.ClipValue([p], -1));
        Assert.Equal([3.0, 4], p.Grad!.ToArray<double>());
        Gradients.ClipValue([p], 3.5);
        Assert.Equal([3.0, 3.5], p.Grad!.ToArray<double>());
    }

    [Fact]
    public void A_norm_that_is_not_finite_is_an_error_when_asked_and_leaves_the_gradients()
    {
        Parameter good = WithGradient(3, 4), bad = WithGradient(double.PositiveInfinity, 1);
        Assert.Equal(5, Gradients.ClipNorm([good], 10, errorIfNonFinite: true).Item<double>(), 1e-12);
        Assert.Throws<InvalidOperationException>(() => Gradients.ClipNorm([good, bad], 1, errorIfNonFinite: true));
        Assert.Equal([3.0, 4], good.Grad!.ToArray<double>());
        Assert.Equal(double.PositiveInfinity, Gradients.ClipNorm([bad], 1).Item<double>());
    }

    [Fact]
    public void Without_gradients_there_is_nothing_to_clip()
    {
        Assert.Equal(0, Gradients.ClipNorm([new Parameter(Tensor.Ones(2))], 1).Item<double>());
        Assert.Equal(0, Gradients.ClipNorm([], 1).Item<double>());
    }

    private static Parameter WithGradient(params double[] gradient) =>
        new(Tensor.Ones([gradient.Length], DType.Float64)) { Grad = Tensor.From(gradient) };
}
