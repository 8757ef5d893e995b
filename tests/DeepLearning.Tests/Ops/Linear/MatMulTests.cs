namespace DeepLearning.Tests.Ops.Linear;

[Trait("Rerun", "Simd")]
public class MatMulTests
{
    public static TheoryData<int[], int[], int[]> Shapes => new()
    {
        { [2, 3], [3, 4], [2, 4] },
        { [3], [3], [] },
        { [3], [3, 4], [4] },
        { [2, 3], [3], [2] },
        { [5, 2, 3], [3, 4], [5, 2, 4] },
        { [5, 2, 3], [5, 3, 4], [5, 2, 4] },
        { [5, 1, 2, 3], [7, 3, 4], [5, 7, 2, 4] },
        { [2, 3], [5, 3, 4], [5, 2, 4] },
        { [3], [5, 3, 4], [5, 4] },
        { [5, 2, 3], [3], [5, 2] },
        { [2, 0], [0, 3], [2, 3] },
        { [0, 2], [2, 3], [0, 3] },
        { [4, 0, 2], [2, 3], [4, 0, 3] },
    };

    [Theory]
    [MemberData(nameof(Shapes))]
    public void The_result_has_the_shape_of_batched_products(int[] a, int[] b, int[] expected) =>
        Assert.Equal(expected, Numbers(a).MatMul(Numbers(b)).Shape.ToArray());

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Gradients_of_first_and_second_order_match_finite_differences(int[] a, int[] b, int[] expected)
    {
        _ = expected;
        Tensor x = Numbers(a), y = Numbers(b, 2);
        x.RequiresGrad = y.RequiresGrad = true;
        GradCheck.First(ins => ins[0].MatMul(ins[1]), [x, y]);
        GradCheck.Second(ins => ins[0].MatMul(ins[1]), [x, y]);
    }

    [Fact]
    public void Transposed_operands_are_multiplied_without_a_copy_and_give_the_same_numbers()
    {
        Tensor a = Numbers([3, 2]).T, b = Numbers([4, 3]).T;
        Assert.Equal(a.Contiguous().MatMul(b.Contiguous()).ToArray<double>(), a.MatMul(b).ToArray<double>());
    }

    [Fact]
    public void Integers_are_multiplied_exactly()
    {
        Tensor a = Tensor.From(new long[,] { { 1, 2 }, { 3, long.MaxValue / 8 } }), b = Tensor.From(new long[,] { { 1, 0 }, { 1, 7 } });
        Assert.Equal([3L, 14L, 3 + (long.MaxValue / 8), long.MaxValue / 8 * 7], a.MatMul(b).ToArray<long>());
    }

    [Fact]
    public void Half_precision_is_summed_in_single_precision()
    {
        Tensor ones = Tensor.Ones([1, 4096], DType.Float16);
        Assert.Equal(4096f, ones.MatMul(ones.T).Item<float>());
    }

    [Fact]
    public void Different_inner_lengths_are_named()
    {
        ShapeException error = Assert.Throws<ShapeException>(() => Tensor.Zeros(32, 784).MatMul(Tensor.Zeros(512, 10)));
        Assert.Equal("MatMul: inner dimensions differ: [32, 784] x [512, 10] (784 != 512).", error.Message);
    }

    [Fact]
    public void Linear_equals_the_product_with_the_transposed_weight_plus_the_bias()
    {
        Tensor x = Numbers([2, 3, 4]), w = Numbers([5, 4], 3), b = Numbers([5], 4);
        double[] expected = (x.MatMul(w.T) + b).ToArray<double>(), actual = x.Linear(w, b).ToArray<double>();
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.Equal(expected[i], actual[i], 12);
        }

        x.RequiresGrad = w.RequiresGrad = b.RequiresGrad = true;
        GradCheck.First(ins => ins[0].Linear(ins[1], ins[2]), [x, w, b]);
        GradCheck.Second(ins => ins[0].Linear(ins[1], ins[2]), [x, w, b]);
    }

    [Fact]
    public void Linear_says_what_would_fit()
    {
        ShapeException error = Assert.Throws<ShapeException>(() => Tensor.Zeros(32, 100).Linear(Tensor.Zeros(10, 784)));
        Assert.Contains("[32, 100]", error.Message, StringComparison.Ordinal);
        Assert.Contains("784", error.Message, StringComparison.Ordinal);
        Assert.Throws<DTypeException>(() => Tensor.Zeros(2, 3).Linear(Tensor.Zeros([4, 3], DType.Float64)));
    }

    private static Tensor Numbers(int[] shape, int seed = 1)
    {
        double[] values = new double[new Shape(shape).Count];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = Math.Sin((i * 0.7) + seed);
        }

        return Tensor.From(values, shape);
    }

    [Fact]
    public void Truth_values_have_no_matrix_product()
    {
        Tensor x = Tensor.From([true, true]);
        Assert.Contains("bool", Assert.Throws<DTypeException>(() => x.MatMul(x)).Message, StringComparison.Ordinal);
        Assert.Equal(2, x.To(DType.Int64).MatMul(x).Item<long>());
    }
}
