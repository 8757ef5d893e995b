namespace DeepLearning.Tests.Ops.Indexing;

/// <summary>Derivatives of scattered reductions where several values meet at one place, zeros among them.</summary>
public class ScatterReduceTests
{
    [Fact]
    public void The_second_derivative_of_a_scattered_product_is_the_product_of_the_rest()
    {
        Tensor self = Tensor.From([2.0]), index = Tensor.From([0L, 0]);
        foreach (double[] values in new[] { new[] { 0.0, 3 }, [0.0, 0], [4.0, 3], [3.0, 0] })
        {
            Tensor hessian = DeepLearning.Autograd.Hessian(
                v => self.ScatterReduce(0, index, v, ScatterReduction.Prod).Sum(), Tensor.From(values));
            Assert.Equal([0, 2, 2, 0], hessian.Reshape(-1).ToArray<double>());
        }
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(0, false)]
    [InlineData(1, true)]
    [InlineData(1, false)]
    [InlineData(-1, true)]
    public void First_and_second_derivatives_of_a_product_are_right_with_zeros_anywhere(int axis, bool includeSelf)
    {
        Tensor self = Tensor.From([2.0, 0, -1, 3, 0, 1.5], 2, 3), index = Tensor.From([0L, 1, 0, 0, 1, 1, 0, 0], 2, 4);
        Tensor values = Tensor.From([0.0, 3, -2, 0, 0, 0.5, 4, 2], 2, 4);
        if (axis == 0)
        {
            (self, index, values) = (self.T.Contiguous(), index.T.Contiguous(), values.T.Contiguous());
        }

        self.RequiresGrad = values.RequiresGrad = true;
        Tensor Function(Tensor[] x) => x[0].ScatterReduce(axis, index, x[1], ScatterReduction.Prod, includeSelf);
        GradCheck.First(Function, [self, values]);
        GradCheck.Second(Function, [self, values]);
    }

    [Fact]
    public void A_product_at_one_place_equals_the_product_of_a_row_in_every_order()
    {
        double[] factors = [2, 0, -1.5, 0.5, 3, 0, 1];
        Tensor index = Tensor.Zeros([factors.Length], DType.Int64), one = Tensor.Ones([1], DType.Float64), x = Tensor.From(factors);
        Assert.Equal(
            DeepLearning.Autograd.Hessian(v => v.Prod(), x).Reshape(-1).ToArray<double>(),
            DeepLearning.Autograd.Hessian(v => one.ScatterReduce(0, index, v, ScatterReduction.Prod).Sum(), x)
                .Reshape(-1).ToArray<double>());
    }

    [Fact]
    public void An_infinite_factor_stays_at_its_place()
    {
        Tensor index = Tensor.From([0L, 1, 0, 1]), values = Tensor.From([double.PositiveInfinity, 2.0, 1, 5]);
        values.RequiresGrad = true;
        Tensor y = Tensor.Ones([2], DType.Float64).ScatterReduce(0, index, values, ScatterReduction.Prod);
        Assert.Equal(
            [1, 5, double.PositiveInfinity, 2], DeepLearning.Autograd.Grad(y, values, Tensor.OnesLike(y)).ToArray<double>());
    }

    [Theory]
    [InlineData(ScatterReduction.Sum)]
    [InlineData(ScatterReduction.Mean)]
    [InlineData(ScatterReduction.Amax)]
    [InlineData(ScatterReduction.Amin)]
    [InlineData(ScatterReduction.Prod)]
    public void Every_reduction_has_its_second_derivative_where_places_repeat(ScatterReduction reduction)
    {
        Tensor self = Tensor.From([2.0, -3, 0.5]), index = Tensor.From([0L, 0, 2, 0, 2]), values = Tensor.From([0.25, 3, -2, 1.5, 0]);
        self.RequiresGrad = values.RequiresGrad = true;
        foreach (bool includeSelf in new[] { true, false })
        {
            // A square makes derivatives of the linear ones depend on the values.
            Tensor Function(Tensor[] x) => x[0].ScatterReduce(0, index, x[1], reduction, includeSelf).Square();
            GradCheck.First(Function, [self, values]);
            GradCheck.Second(Function, [self, values]);
        }
    }
}
