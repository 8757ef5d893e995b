using DeepLearning.Layers;
using DeepLearning.Optimizers;

namespace DeepLearning.Tests.Optimizers;

/// <summary>Noise, and the bounds of parts of the gradients beyond what Golden compares.</summary>
public sealed class GradientFormsTests
{
    [Theory]
    [InlineData(DType.Float64)]
    [InlineData(DType.Float32)]
    [InlineData(DType.BFloat16)]
    public void Noise_has_its_deviation_and_comes_from_its_generator(DType dtype)
    {
        Parameter p = new(Tensor.Zeros([20_000], dtype)) { Grad = Tensor.Full([20_000], 3, dtype) }, none = new(Tensor.Ones(1));
        Gradients.AddNoise([p, none], 0.5, new Generator(1));
        double[] noise = [.. p.Grad!.ToArray<double>().Select(static g => g - 3)];
        Assert.Equal(0, noise.Average(), 0.02);
        Assert.Equal(0.5, Math.Sqrt(noise.Average(static x => x * x)), 0.02);
        Assert.Null(none.Grad);
        Parameter q = new(Tensor.Zeros([20_000], dtype)) { Grad = Tensor.Full([20_000], 3, dtype) };
        Gradients.AddNoise([q], 0.5, new Generator(1));
        Assert.Equal(p.Grad!.ToArray<double>(), q.Grad!.ToArray<double>());
    }

    [Fact]
    public void The_deviation_of_annealed_noise_falls_as_the_formula_says()
    {
        Assert.Equal(Math.Sqrt(0.3), Gradients.NoiseDeviation(0), 1e-15);
        Assert.Equal(Math.Sqrt(0.01 / Math.Pow(101, 0.55)), Gradients.NoiseDeviation(100, 0.01), 1e-15);
        Assert.Equal(1, Gradients.NoiseDeviation(5, 1, 0));
        Assert.Throws<ArgumentOutOfRangeException>(static () => Gradients.NoiseDeviation(-1));
        Assert.Throws<ArgumentOutOfRangeException>(static () => Gradients.NoiseDeviation(0, -1));
        Assert.Throws<ArgumentOutOfRangeException>(static () => Gradients.AddNoise([], double.NaN));
    }

    [Fact]
    public void A_norm_that_is_not_finite_is_an_error_when_asked_and_leaves_every_gradient()
    {
        Parameter good = With(30, 40), bad = With(double.PositiveInfinity, 1);
        Assert.Contains("of parameter 1 is", Assert.Throws<InvalidOperationException>(
            () => Gradients.ClipNormEach([good, bad], 1, errorIfNonFinite: true)).Message, StringComparison.Ordinal);
        SGD optimizer = new(new ParameterGroup<SGDOptions>([good], new()), new ParameterGroup<SGDOptions>([bad], new()));
        Assert.Contains("of group 1 is", Assert.Throws<InvalidOperationException>(
            () => Gradients.ClipNormPerGroup(optimizer, 1, errorIfNonFinite: true)).Message, StringComparison.Ordinal);
        Assert.Equal([30.0, 40], good.Grad!.ToArray<double>());
        Gradients.ClipNormEach([good, new Parameter(Tensor.Ones(1))], 5, errorIfNonFinite: true);
        Assert.All(good.Grad!.ToArray<double>().Zip([3.0, 4]), static x => Assert.Equal(x.Second, x.First, 1e-6));
        Assert.Throws<ArgumentOutOfRangeException>(() => Gradients.ClipNormEach([good], -1));
        Assert.Equal(0, Gradients.Norm([]));
    }

    [Theory]
    [InlineData(DType.Float16)]
    [InlineData(DType.BFloat16)]
    public void Adaptive_bounds_of_16_bit_gradients_hold_though_their_squares_overflow(DType dtype)
    {
        Parameter p = new(Tensor.Full([2, 2], 1, dtype)) { Grad = Tensor.From([30_000.0, -30_000, 1e-3, 0], 2, 2).To(dtype) };
        Gradients.ClipAdaptive([p], 0.5);
        double[] clipped = p.Grad!.ToArray<double>();
        Assert.Equal(0.5, clipped[0], 5e-3);
        Assert.Equal(-0.5, clipped[1], 5e-3);
        Assert.Equal([Tensor.FromScalar(1e-3, dtype).Item<double>(), 0], clipped[2..]);
    }

    [Fact]
    public void Adaptive_bounds_are_no_negative_numbers_and_weights_of_zero_can_grow()
    {
        Parameter p = new(Tensor.Zeros([2], DType.Float64)) { Grad = Tensor.From([3.0, 4]) };
        Assert.Throws<ArgumentOutOfRangeException>(() => Gradients.ClipAdaptive([p], -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => Gradients.ClipAdaptive([p], 1, double.NaN));
        Assert.Equal([3.0, 4], p.Grad!.ToArray<double>());
        Gradients.ClipAdaptive([p], 1, 0.5);
        Assert.All(p.Grad!.ToArray<double>().Zip([0.3, 0.4]), static x => Assert.Equal(x.Second, x.First, 1e-12));
    }

    private static Parameter With(params double[] gradient) =>
        new(Tensor.Ones([gradient.Length], DType.Float64)) { Grad = Tensor.From(gradient) };
}
