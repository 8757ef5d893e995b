using DeepLearning.Optimizers;

namespace DeepLearning.Tests.Optimizers;

/// <summary>Bounds of gradients hold wherever the gradients are finite, whether or not their norm, or its squares, are so.</summary>
public class ClipTests
{
    public static TheoryData<DType, double, double> Sizes() => new()
    {
        { DType.Float32, 1e20, 2 },
        { DType.Float32, 3e38, 2 },
        { DType.Float32, 1e20, 3 },
        { DType.Float32, 3e38, 1 },
        { DType.Float32, 3e38, 0.5 },
        { DType.Float32, 2, 2 },
        { DType.Float64, 1e200, 2 },
        { DType.Float64, 1e305, 1 },
        { DType.Float16, 60_000, 2 },
        { DType.Float16, 60_000, 1 },
        { DType.Float16, 300, 3 },
        { DType.BFloat16, 1e38, 2 },
        { DType.BFloat16, 1e30, double.PositiveInfinity },
    };

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Gradients_are_scaled_to_the_bound_whatever_their_size(DType dtype, double size, double order)
    {
        Tensor p = Leaf(64, dtype, size), q = Leaf(36, dtype, size);
        double norm = Gradients.ClipNorm([p, q], 0.5, order, errorIfNonFinite: order > 1).Item<double>();
        double factor = double.IsInfinity(order) ? 1 : Math.Pow(100, 1 / order), stored = Tensor.FromScalar(size, dtype).Item<double>();
        if (double.IsFinite(norm))
        {
            Assert.Equal(1, norm / stored / factor, 1e-5);
        }

        double precision = dtype switch { DType.Float16 => 2e-3, DType.BFloat16 => 1e-2, _ => 1e-5 };
        double[] clipped = [.. p.Grad!.ToArray<double>(), .. q.Grad!.ToArray<double>()];
        Assert.All(clipped, g => Assert.Equal(0.5 / factor, g, precision * 0.5 / factor));
    }

    [Theory]
    [InlineData(DType.Float32, 1e-30)]
    [InlineData(DType.Float64, 1e-200)]
    public void A_norm_is_told_though_its_squares_vanish_and_nothing_is_scaled(DType dtype, double size)
    {
        Tensor p = Leaf(4, dtype, size);
        double[] before = p.Grad!.ToArray<double>();
        Assert.Equal(2, Gradients.ClipNorm([p], 1).Item<double>() / size, 1e-5);
        Assert.Equal(before, p.Grad!.ToArray<double>());
    }

    [Fact]
    public void The_norm_is_of_the_type_that_the_gradients_are_computed_in()
    {
        Assert.Equal(DType.Float32, Gradients.ClipNorm([Leaf(2, DType.Float16, 1), Leaf(2, DType.BFloat16, 1)], 1).DType);
        Assert.Equal(DType.Float64, Gradients.ClipNorm([Leaf(2, DType.Float16, 1), Leaf(2, DType.Float64, 1)], 1).DType);
        Assert.Equal(0, Gradients.ClipNorm([Leaf(2, DType.Float32, 0), Leaf(0, DType.Float32, 0)], 1).Item<double>());
    }

    [Fact]
    public void A_gradient_that_is_infinite_or_NaN_is_an_error_only_where_it_shall_be()
    {
        foreach (double wrong in (double[])[double.PositiveInfinity, double.NaN])
        {
            Tensor p = Leaf(2, DType.Float32, wrong), q = Leaf(2, DType.Float32, 1);
            Assert.Throws<InvalidOperationException>(() => Gradients.ClipNorm([p, q], 1, errorIfNonFinite: true));
            Assert.Equal([1, 1], q.Grad!.ToArray<float>());
            Assert.Equal(wrong, Gradients.ClipNorm([p, q], 1).Item<double>());
        }
    }

    [Theory]
    [InlineData(DType.Float16)]
    [InlineData(DType.BFloat16)]
    public void A_bound_of_elements_holds_for_infinite_ones(DType dtype)
    {
        Tensor p = Leaf(2, dtype, double.NegativeInfinity);
        Gradients.ClipValue([p], 0.75);
        Assert.Equal([-0.75, -0.75], p.Grad!.ToArray<double>());
    }

    private static Tensor Leaf(int count, DType dtype, double gradient)
    {
        Tensor p = Tensor.Zeros([count], dtype);
        p.RequiresGrad = true;
        p.Grad = Tensor.Full([count], gradient, dtype);
        return p;
    }
}
