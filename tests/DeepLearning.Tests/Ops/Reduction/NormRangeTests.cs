namespace DeepLearning.Tests.Ops.Reduction;

/// <summary>Norms of numbers whose powers the type does not hold.</summary>
[Trait("Rerun", "Simd")]
public class NormRangeTests
{
    public static TheoryData<DType, double> Scales => new()
    {
        { DType.Float32, 1 },
        { DType.Float32, 2e19 },
        { DType.Float32, 1e-30 },
        { DType.Float32, 4e37 },
        { DType.Float64, 1e-170 },
        { DType.Float64, 1e200 },
        { DType.Float64, 1e-300 },
        { DType.BFloat16, 1e25 },
        { DType.BFloat16, 1e-30 },
        { DType.Float16, 1e-4 },
        { DType.Float16, 8000 },
    };

    [Theory]
    [MemberData(nameof(Scales))]
    public void Norms_of_every_order_scale_with_the_elements(DType dtype, double scale)
    {
        // The second row, of ordinary size, keeps its bits whatever the first needs.
        double[] numbers = [1, -2, 0.5, 1.5];
        Tensor ordinary = Tensor.From([.. numbers, .. numbers, 0, 0, 0, 0], 3, 4);
        Tensor x = (ordinary * Tensor.From([scale, 1, 1], 3, 1)).To(dtype);
        Tensor exact = x.To(DType.Float64) / Tensor.From([scale, 1, 1], 3, 1);
        double tolerance = dtype switch { DType.Float64 => 1e-13, DType.Float32 => 4e-6, DType.Float16 => 2e-3, _ => 1.6e-2 };
        foreach (double order in new[] { 2, 0.5, 1, 1.5, 3, 10, -1, -2, -7, double.PositiveInfinity, double.NegativeInfinity })
        {
            double[] expected = exact.Norm(order, [1]).ToArray<double>();
            double[] actual = x.Norm(order, [1]).To(DType.Float64).ToArray<double>();
            Assert.Equal(x[1..].Norm(order, [1])[0].To(DType.Float64).Item<double>(), actual[1]);
            Assert.Equal(0, actual[2]);
            if (expected[0] * scale > dtype switch { DType.Float16 => 65504, DType.Float64 => double.MaxValue, _ => 3.3e38 })
            {
                continue;
            }

            Assert.Equal(1, actual[0] / scale / expected[0], tolerance);

            // The gradient does not depend on the size.
            Tensor leaf = x.Detach(), reference = exact.Detach();
            leaf.RequiresGrad = reference.RequiresGrad = true;
            double[] right = Autograd.Grad(reference.Norm(order, [1], keepDim: true).Sum(), reference).ToArray<double>();
            Tensor sum = leaf.Norm(order, [1], keepDim: true).To(DType.Float64).Sum();
            double[] got = Autograd.Grad(sum, leaf).To(DType.Float64).ToArray<double>();
            for (int i = 0; i < 12; i++)
            {
                Assert.Equal(right[i], got[i], tolerance * Math.Max(1, Math.Abs(right[i])) * 4);
            }
        }
    }

    [Fact]
    public void The_examples_are_right()
    {
        Tensor x = Tensor.From([2e19f, 2e19f]);
        x.RequiresGrad = true;
        Tensor norm = x.Norm();
        Assert.Equal(2.8284271e19f, norm.Item<float>(), 1e13f);
        Assert.All(Autograd.Grad(norm, x).ToArray<float>(), value => Assert.Equal(0.70710677f, value, 1e-6f));
        Assert.Equal(1e-170, Tensor.From([1e-170]).Norm().Item<double>());
        Assert.Equal(5e-170, Linalg.MatrixNorm(Tensor.From([3e-170, 0, 0, 4e-170], 2, 2)).Item<double>(), 1e-184);
    }

    [Fact]
    public void Infinity_NaN_and_zero_stay_what_they_are()
    {
        Tensor x = Tensor.From([float.PositiveInfinity, 1e30f, float.NaN, 1e30f, 0, 0, 1e30f, 1e30f], 4, 2);
        foreach (double order in new[] { 2.0, 3 })
        {
            float[] norms = x.Norm(order, [1]).ToArray<float>();
            Assert.Equal([float.PositiveInfinity, float.NaN, 0], norms[..3]);
            Assert.True(float.IsFinite(norms[3]));
        }

        Assert.Equal(0, Tensor.From([0f, 1e30f]).Norm(-3).Item<float>());
        Assert.Equal(0, Tensor.Zeros(0).Norm().Item<float>());
        Assert.Equal(float.PositiveInfinity, Tensor.From([3e38f, 3e38f]).Norm().Item<float>());
    }

    [Fact]
    public void Second_derivatives_of_tiny_and_huge_norms_are_right()
    {
        foreach (double scale in new[] { 1e-160, 1e160 })
        {
            Tensor x = Tensor.From([3.0, 4.0]) * scale;
            Tensor hessian = Autograd.Hessian(v => v.Norm(), x) * scale;
            double[] expected = [0.128, -0.096, -0.096, 0.072];
            Assert.All(expected.Zip(hessian.ToArray<double>()), pair => Assert.Equal(pair.First, pair.Second, 1e-12));
        }
    }
}
