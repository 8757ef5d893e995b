namespace DeepLearning.Tests.Ops.Reduction;

/// <summary>Results that their type holds, from steps that it would not hold.</summary>
public class NarrowRangeTests
{
    [Theory]
    [InlineData(DType.Float16)]
    [InlineData(DType.BFloat16)]
    public void Products_and_their_gradients_are_right_in_16_bits(DType dtype)
    {
        Tensor x = Leaf([2, 3, 4], dtype);
        Tensor products = x.CumProd(0);
        Assert.Equal([2, 6, 24], products.ToArray<double>());
        products.Backward(Tensor.From([1.0, 1, 1]).To(dtype));
        Assert.Equal([1 + 3 + 12, 2 + 8, 6], x.Grad!.ToArray<double>());

        Tensor y = Leaf([2, 3, 4], dtype);
        y.Prod().Backward();
        Assert.Equal([12, 8, 6], y.Grad!.ToArray<double>());

        Tensor z = Leaf([1, 1], dtype);
        z.LogCumSumExp(0).Backward(Tensor.From([0.0, 1]).To(dtype));
        Assert.Equal([0.5, 0.5], z.Grad!.ToArray<double>());
        Assert.Equal(100_000, Tensor.Rand([100_000], dtype).CumProd(0).Count);
    }

    [Fact]
    public void A_product_of_the_others_may_be_large_in_between()
    {
        Tensor x = Leaf([60_000, 60_000, 0.0001, 0.0001], DType.Float16);
        x.Prod().Backward();
        double[] stored = x.ToArray<double>();
        double wanted = stored[1] * stored[2] * stored[3];
        Assert.Equal(wanted, x.Grad!.ToArray<double>()[0], wanted * 1e-2);
    }

    [Fact]
    public void A_deviation_is_right_where_the_variance_is_outside_the_type()
    {
        Assert.Equal(10_000, Tensor.From([10_000.0, -10_000, 3]).To(DType.Float16).Std().Item<float>());
        foreach ((double[] numbers, DType dtype) in ((double[], DType)[])
            [([2e19, -2e19], DType.Float32), ([1e-30, -1e-30], DType.Float32), ([1e200, -1e200], DType.Float64), ([2e38, -2e38],
                DType.Float32)])
        {
            Tensor x = Leaf(numbers, dtype);
            Tensor std = x.Std();
            Assert.Equal(Math.Sqrt(2), std.Item<double>() / numbers[0], 1e-6);
            std.Backward();
            double[] gradient = x.Grad!.ToArray<double>();
            Assert.Equal(Math.Sqrt(0.5), gradient[0], 1e-6);
            Assert.Equal(-Math.Sqrt(0.5), gradient[1], 1e-6);
            (Tensor deviation, Tensor mean) = x.Detach().StdMean();
            Assert.Equal(std.Item<double>(), deviation.Item<double>());
            Assert.Equal(0, mean.Item<double>());
        }
    }

    [Fact]
    public void A_variance_is_right_where_the_sum_of_squares_is_outside_the_type()
    {
        Tensor x = Tensor.Cat([Tensor.Full([500], 1e19), Tensor.Full([500], -1e19)]);
        Assert.Equal(1e38, x.Var(correction: 0).Item<float>(), 1e33);
        Assert.Equal(0, Tensor.Full([3], 3e38).Var().Item<float>());
        Assert.Equal([0f, 0f, 0f], Gradient(Tensor.Full([3], 7.0), static t => t.Std()));
    }

    [Fact]
    public void A_row_far_out_leaves_the_others_as_they_are()
    {
        Tensor x = Tensor.From(new float[,] { { 1, 2, 4 }, { 2e19f, -2e19f, 0 }, { float.PositiveInfinity, 1, 2 }, { 5, 5, 5 } });
        float[] std = x.Std(1).ToArray<float>();
        Assert.Equal(1.5275252f, std[0], 1e-6f);
        Assert.Equal(2e19f, std[1], 1e13f);
        Assert.True(float.IsNaN(std[2]));
        Assert.Equal(0, std[3]);
    }

    [Fact]
    public void Means_norms_and_sums_of_exponentials_are_right_in_16_bits()
    {
        Tensor large = Tensor.From([60_000, 60_000, double.NaN]).To(DType.Float16), two = large[..2];
        Assert.Equal(60_000, large.NanMean().Item<float>(), 20f);
        Assert.Equal(60_000, two.Mean().Item<float>(), 20f);
        Assert.Equal(60_000, two.LogSumExp().Item<float>(), 20f);
        Assert.All(Gradient(two, static t => t.Norm()), static g => Assert.Equal(0.7071f, g, 1e-3f));
        Assert.All(Gradient(two, static t => t[..1].Hypot(t[1..])), static g => Assert.Equal(0.7071f, g, 1e-3f));
        Assert.All(Gradient(two, static t => t.LogSumExp()), static g => Assert.Equal(0.5f, g, 2e-3f));
        Tensor equal = Tensor.Zeros([100_000], DType.Float16);
        Assert.All(Gradient(equal, static t => t.Max()), static g => Assert.Equal(1e-5f, g, 1e-7f));
    }

    [Fact]
    public void Many_small_terms_add_up_in_16_bits()
    {
        const int Count = 5000;
        Tensor index = Tensor.Zeros([Count], DType.Int64), ones = Tensor.Ones([Count], DType.Float16);
        Tensor zero = Tensor.Zeros([1], DType.Float16);
        Assert.Equal(Count, zero.ScatterAdd(0, index, ones).Item<float>());
        Assert.Equal(Count, zero.IndexAdd(0, index, ones).Item<float>());
        Assert.Equal(Count, zero.Clone().IndexAddInPlace(0, index, ones).Item<float>());
        Assert.Equal(1, zero.ScatterReduce(0, index, ones, ScatterReduction.Mean, includeSelf: false).Item<float>());
        Assert.Equal([Count], Gradient(zero, t => t[index]));
        Assert.Equal([Count], Gradient(zero, t => t.Gather(0, index)));
        Assert.Equal([Count], Gradient(zero, static t => t + Tensor.Zeros([Count], DType.Float16)));
        Assert.Equal([Count, Count], Gradient(Tensor.Ones([1, 2], DType.Float16), t => Tensor.Embedding(t, index)));
    }

    [Fact]
    public void A_linear_layer_adds_its_bias_before_it_rounds()
    {
        Tensor x = Tensor.Full([1, 7], 100, DType.Float16), weight = Tensor.Full([1, 7], 100, DType.Float16);
        Tensor bias = Tensor.Full([1], -10_000, DType.Float16);
        Assert.Equal(60_000, x.Linear(weight, bias).Item<float>());
        Assert.Equal(60_000, bias.Addmm(x, weight.T).Item<float>());
    }

    [Theory]
    [InlineData(DType.Float16)]
    [InlineData(DType.BFloat16)]
    public void A_gradient_from_the_result_does_not_see_its_rounding(DType dtype)
    {
        Assert.Equal(3.3524e-4f, Gradient(Tensor.Full([1], 8, dtype), static t => t.Sigmoid())[0], 2e-6f);
        Assert.Equal(1.8161e-4f, Gradient(Tensor.Full([1], 5, dtype), static t => t.Tanh())[0], 1e-6f);
    }

    private static float[] Gradient(Tensor x, Func<Tensor, Tensor> function)
    {
        Tensor leaf = x.Detach().Clone();
        leaf.RequiresGrad = true;
        Tensor y = function(leaf);
        y.Backward(Tensor.Ones(y.Shape, y.DType));
        return leaf.Grad!.ToArray<float>();
    }

    private static Tensor Leaf(double[] numbers, DType dtype)
    {
        Tensor x = Tensor.From(numbers).To(dtype).Detach();
        x.RequiresGrad = true;
        return x;
    }
}
