namespace DeepLearning.Tests.Ops.Reduction;

/// <summary>Reductions at infinities, and gradients of what several elements share.</summary>
public class LimitTests
{
    private const double Infinity = double.PositiveInfinity;

    [Theory]
    [InlineData(new[] { -Infinity, 1, 2 }, 0.25, -Infinity)]
    [InlineData(new[] { -Infinity, 1, 2 }, 0.0, -Infinity)]
    [InlineData(new[] { -Infinity, 1, 2 }, 0.5, 1.0)]
    [InlineData(new[] { -Infinity, 1, 2 }, 0.75, 1.5)]
    [InlineData(new[] { 1, 2, Infinity }, 0.75, Infinity)]
    [InlineData(new[] { 1, 2, Infinity }, 0.25, 1.5)]
    [InlineData(new[] { Infinity, Infinity, Infinity }, 0.25, Infinity)]
    [InlineData(new[] { -Infinity, -Infinity }, 0.6, -Infinity)]
    [InlineData(new[] { -Infinity, Infinity }, 0.25, double.NaN)]
    [InlineData(new[] { -3e38, 3e38 }, 0.25, -1.5e38)]
    [InlineData(new[] { 3e38, 3e38 }, 0.5, 3e38)]
    public void A_quantile_between_infinities_or_far_apart_numbers_is_what_lies_between(double[] values, double q, double expected)
    {
        foreach (DType dtype in new[] { DType.Float32, DType.Float64 })
        {
            Tensor x = Tensor.From(values).To(dtype);
            double wanted = Tensor.FromScalar(expected, dtype).Item<double>();
            double tolerance = double.IsFinite(wanted) ? Math.Abs(wanted) * 1e-6 : 0;
            Assert.Equal(wanted, x.Quantile(q).Item<double>(), tolerance);
            Assert.Equal(wanted, x.Quantile(Tensor.From([q]), 0).Item<double>(), tolerance);
        }
    }

    [Fact]
    public void A_midpoint_does_not_overflow()
    {
        Assert.Equal(3e38f, Tensor.From([3e38f, 3e38f]).Quantile(0.5, interpolation: QuantileInterpolation.Midpoint).Item<float>());
        Assert.Equal(0f, Tensor.From([-3e38f, 3e38f]).Quantile(0.5, interpolation: QuantileInterpolation.Midpoint).Item<float>());
        Assert.Equal(
            1.5e308, Tensor.From([1.5e308, 1.5e308]).Quantile(0.5, interpolation: QuantileInterpolation.Midpoint).Item<double>());
        Assert.Equal(
            double.NegativeInfinity,
            Tensor.From([-Infinity, 1]).Quantile(0.5, interpolation: QuantileInterpolation.Midpoint).Item<double>());
        Assert.Equal(
            double.Epsilon,
            Tensor.From([double.Epsilon, double.Epsilon]).Quantile(0.5, interpolation: QuantileInterpolation.Midpoint).Item<double>());
    }

    [Fact]
    public void Equal_distances_between_ends_farther_apart_than_a_number_can_be_are_finite() =>
        Assert.Equal([-1.6e308, -8e307, 0, 8e307, 1.6e308], Tensor.Linspace(-1.6e308, 1.6e308, 5, DType.Float64).ToArray<double>());

    [Fact]
    public void The_gradient_of_a_quantile_is_split_by_its_place_also_at_infinity()
    {
        Tensor x = Tensor.From([2.0, -Infinity, 1]);
        x.RequiresGrad = true;
        Assert.Equal([0, 0.5, 0.5], DeepLearning.Autograd.Grad(x.Quantile(0.25), x).ToArray<double>());
    }

    [Theory]
    [InlineData(new[] { 1.0, 1, 2 }, new[] { 0.5, 0.5, 0 }, new[] { 0.5, 0.5, 0 })]
    [InlineData(new[] { 2.0, 1, 3, 4 }, new[] { 1.0, 0, 0, 0 }, new[] { 1.0, 0, 0, 0 })]
    [InlineData(new[] { 3.0, 1, 3, 0, 3, 9, 3 }, new[] { 0.25, 0, 0.25, 0, 0.25, 0, 0.25 }, new[] { 0.25, 0, 0.25, 0, 0.25, 0, 0.25 })]
    [InlineData(new[] { 1.0, double.NaN, double.NaN, 1 }, new[] { 0, 0.5, 0.5, 0 }, new[] { 0.5, 0, 0, 0.5 })]
    [InlineData(new[] { double.NaN, double.NaN }, new[] { 0.5, 0.5 }, new[] { 0.5, 0.5 })]
    [InlineData(new[] { -Infinity, -Infinity, Infinity }, new[] { 0.5, 0.5, 0 }, new[] { 0.5, 0.5, 0 })]
    public void The_gradient_of_a_median_of_all_is_shared_among_its_equals(double[] values, double[] median, double[] nanMedian)
    {
        foreach (DType dtype in new[] { DType.Float32, DType.Float64, DType.Float16, DType.BFloat16 })
        {
            Tensor x = Tensor.From(values).To(dtype);
            x.RequiresGrad = true;
            foreach (bool createGraph in new[] { false, true })
            {
                Assert.Equal(median, DeepLearning.Autograd.Grad(x.Median(), x, createGraph: createGraph).ToArray<double>());
                Assert.Equal(nanMedian, DeepLearning.Autograd.Grad(x.NanMedian(), x, createGraph: createGraph).ToArray<double>());
            }
        }
    }

    [Fact]
    public void The_gradient_of_a_median_takes_its_tensors_shape()
    {
        Tensor x = Tensor.From([1.0, 5, 1, 1, 7, 9], 2, 3), number = Tensor.FromScalar(4.0, DType.Float64);
        x.RequiresGrad = number.RequiresGrad = true;
        Assert.Equal(
            [1.0 / 3, 0, 1.0 / 3, 1.0 / 3, 0, 0], DeepLearning.Autograd.Grad(x.Median(), x).Reshape(-1).ToArray<double>());
        Assert.Equal(1, DeepLearning.Autograd.Grad(number.Median(), number).Item<double>());
    }

    [Fact]
    public void A_running_log_sum_gives_nothing_to_minus_infinity()
    {
        foreach (DType dtype in new[] { DType.Float32, DType.Float64 })
        {
            Tensor x = Tensor.From([-Infinity, -Infinity, 0, 1, -Infinity, 1]).To(dtype);
            x.RequiresGrad = true;
            double tolerance = dtype == DType.Float64 ? 1e-13 : 1e-6;
            foreach (bool createGraph in new[] { false, true })
            {
                Tensor last = x.LogCumSumExp(0)[3], all = x.LogCumSumExp(0);
                Near([0, 0, 0.2689414213699951, 0.7310585786300049, 0, 0], DeepLearning.Autograd.Grad(last, x, createGraph: createGraph));
                double share = 1 / (1 + (2 * Math.E)), third = Math.E * share;
                Near(
                    [0, 0, 1 + (2 * 0.2689414213699951) + share, (2 * 0.7310585786300049) + third, 0, third],
                    DeepLearning.Autograd.Grad(all, x, Tensor.OnesLike(all), createGraph: createGraph));
            }

            void Near(double[] expected, Tensor actual)
            {
                double[] values = actual.Detach().ToArray<double>();
                Assert.All(values.Zip(expected), pair => Assert.Equal(pair.Second, pair.First, tolerance));
            }
        }
    }

    [Fact]
    public void A_log_sum_of_nothing_but_minus_infinity_has_no_gradient()
    {
        Tensor x = Tensor.From([-Infinity, -Infinity, 0, -Infinity], 2, 2);
        x.RequiresGrad = true;
        Tensor y = x.LogSumExp(1);
        Assert.Equal([-Infinity, 0], y.Detach().ToArray<double>());
        Assert.Equal([0, 0, 1, 0], DeepLearning.Autograd.Grad(y, x, Tensor.OnesLike(y)).Reshape(-1).ToArray<double>());
    }
}
