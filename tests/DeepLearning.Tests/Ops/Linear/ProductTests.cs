namespace DeepLearning.Tests.Ops.Linear;

[Trait("Rerun", "Simd")]
public class ProductTests
{
    [Fact]
    public void The_inner_product_of_vectors_is_a_number()
    {
        Assert.Equal(32, Tensor.From([1.0, 2, 3]).Dot(Tensor.From([4.0, 5, 6])).Item<double>());
        Assert.Equal(0, Tensor.Zeros(0).Dot(Tensor.Zeros(0)).Item<float>());
        Assert.Equal([2, 4], Matrices.Numbers([2, 3]).Inner(Matrices.Numbers([4, 3])).Shape.ToArray());
        Assert.Equal([2, 3], Matrices.Numbers([2, 3]).Inner(Tensor.FromScalar(2.0)).Shape.ToArray());
    }

    [Fact]
    public void Gradients_of_all_products_match_finite_differences()
    {
        Matrices.Check(x => x[0].Dot(x[1]), [5], [5]);
        Matrices.Check(x => x[0].Outer(x[1]), [2], [3]);
        Matrices.Check(x => x[0].Mm(x[1]), [2, 3], [3, 2]);
        Matrices.Check(x => x[0].Mv(x[1]), [2, 3], [3]);
        Matrices.Check(x => x[0].Bmm(x[1]), [2, 2, 3], [2, 3, 2]);
        Matrices.Check(x => x[0].Inner(x[1]), [2, 3], [2, 2, 3]);
        Matrices.Check(x => x[0].Addmm(x[1], x[2], 0.5, 2), [3], [2, 2], [2, 3]);
        Matrices.Check(x => x[0].Addmv(x[1], x[2], 0.5, 2), [2], [2, 3], [3]);
        Matrices.Check(x => x[0].Baddbmm(x[1], x[2], 0.5, 2), [1, 3], [2, 2, 2], [2, 2, 3]);
        Matrices.Check(x => x[0].Kron(x[1]), [2, 3], [2]);
        Matrices.Check(x => x[0].Cross(x[1]), [2, 3], [3]);
        Matrices.Check(x => x[0].Cross(x[1], 0), [3, 2], [3, 1]);
        Matrices.Check(x => x[0].Trace(), [2, 3]);
        Matrices.Check(x => x[0].T.Trace(), [3, 3]);
        Matrices.Check(x => x[0].Tensordot(x[1], 2), [2, 3, 2], [3, 2, 2]);
        Matrices.Check(x => x[0].Tensordot(x[1], 0), [2], [2, 2]);
        Matrices.Check(x => x[0].Tensordot(x[1], [0, -1], [1, 0]), [2, 2, 3], [3, 2]);
        Matrices.Check(x => Linalg.MultiDot(x), [2], [2, 3], [3, 1], [1, 2], [2]);
    }

    [Fact]
    public void A_beta_of_zero_leaves_the_input_out_with_its_NaN()
    {
        Tensor result = Tensor.Full([2, 2], double.NaN).Addmm(Tensor.Ones(2, 3), Tensor.Ones(3, 2), beta: 0, alpha: 2);
        Assert.Equal([6f, 6, 6, 6], result.ToArray<float>());
    }

    [Fact]
    public void Integers_stay_integers()
    {
        Tensor a = Tensor.From(new int[,] { { 1, 2 }, { 3, 4 } });
        Assert.Equal(DType.Int32, Tensor.Einsum("ij->j", a).DType);
        Assert.Equal([4, 6], Tensor.Einsum("ij->j", a).ToArray<int>());
        Assert.Equal([1L, 2, 2, 4], a.Select(0, 0).Outer(a.Select(0, 0)).ToArray<long>());
        Assert.Equal(5L, a.Trace().Item<long>());
    }

    [Fact]
    public void Products_of_nothing_are_zeros_of_the_right_shape()
    {
        Assert.Equal([2, 4], Tensor.Zeros(2, 0).Tensordot(Tensor.Zeros(0, 4), 1).Shape.ToArray());
        Assert.Equal([0, 6], Tensor.Zeros(0, 2).Kron(Tensor.Zeros(2, 3)).Shape.ToArray());
        Assert.Equal(0, Tensor.Einsum("ij,jk->", Tensor.Zeros(2, 0), Tensor.Zeros(0, 3)).Item<float>());
        Assert.Equal([0, 3, 3], Tensor.Zeros(0, 3, 3).MatrixPower(3).Shape.ToArray());
        Assert.Equal(0, Tensor.Zeros(0, 3).Trace().Item<float>());
    }

    [Fact]
    public void The_cheapest_bracketing_gives_the_same_product()
    {
        int[][] shapes = [[10, 2], [2, 9], [9, 3], [3, 4]];
        Tensor[] factors = [.. shapes.Select((s, i) => Matrices.Numbers(s, i + 1))];
        double[] expected = factors[0].MatMul(factors[1]).MatMul(factors[2]).MatMul(factors[3]).ToArray<double>();
        Matrices.Near(expected, Linalg.MultiDot(factors).ToArray<double>());
    }

    [Fact]
    public void A_matrix_power_multiplies_and_inverts()
    {
        Tensor a = Matrices.Regular(3);
        Matrices.Near(a.MatMul(a).MatMul(a).MatMul(a).MatMul(a), a.MatrixPower(5));
        Matrices.Near(Linalg.Inverse(a).MatMul(Linalg.Inverse(a)), a.MatrixPower(-2));
        Matrices.Near(Tensor.From(new double[,] { { 1, 0, 0 }, { 0, 1, 0 }, { 0, 0, 1 } }), a.MatrixPower(0));
        Tensor copy = a.MatrixPower(1);
        copy.CopyFrom(Tensor.Zeros(3, 3));
        Assert.NotEqual(0, a.ToArray<double>()[0]);
        Matrices.Check(x => (x[0] + (3 * Matrices.Identity(2))).MatrixPower(3), [2, 2]);
        Matrices.Check(x => (x[0] + (3 * Matrices.Identity(2))).MatrixPower(-2), [2, 2]);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(double.PositiveInfinity)]
    public void Distances_are_norms_of_differences(double order)
    {
        Tensor a = Matrices.Numbers([2, 3, 4]), b = Matrices.Numbers([5, 4], 2), distances = a.Cdist(b, order);
        Assert.Equal([2, 3, 5], distances.Shape.ToArray());
        Assert.Equal((a[1, 2] - b[4]).Norm(order).Item<double>(), distances[1, 2, 4].Item<double>(), 12);
        Matrices.Check(x => x[0].Cdist(x[1], order), [2, 2, 3], [3, 3]);
    }

    [Fact]
    public void Distances_of_many_rows_come_from_one_product()
    {
        Tensor a = Matrices.Numbers([30, 2]), b = Matrices.Numbers([2, 2], 2);
        Matrices.Near((a.Unsqueeze(1) - b).Norm(2, [-1]), a.Cdist(b));
        Matrices.Check(x => x[0].Cdist(x[1]), [26, 1], [1, 1]);
        Tensor same = Tensor.Ones([30, 2], DType.Float64);
        same.RequiresGrad = true;
        Tensor none = same.Cdist(same);
        Assert.Equal(0, none.Sum().Item<double>());
        none.Sum().Backward();
        Assert.All(same.Grad!.ToArray<double>(), g => Assert.Equal(0, g));
        Assert.Equal([2, 3], Tensor.Zeros(2, 0).Cdist(Tensor.Zeros(3, 0)).Shape.ToArray());
    }

    [Fact]
    public void Errors_name_the_operation_and_the_shapes()
    {
        Tensor a = Tensor.Zeros(2, 3), b = Tensor.Zeros(4, 5), v = Tensor.Zeros(3);
        Named<ShapeException>("Dot", () => v.Dot(Tensor.Zeros(4)));
        Named<ShapeException>("Outer", () => a.Outer(v));
        Named<ShapeException>("Mm", () => a.Mm(b));
        Named<ShapeException>("Mv", () => a.Mv(Tensor.Zeros(2)));
        Named<ShapeException>("Bmm", () => a.Bmm(b));
        Named<ShapeException>("Bmm", () => Tensor.Zeros(2, 2, 3).Bmm(Tensor.Zeros(3, 3, 2)));
        Named<ShapeException>("Addmm", () => Tensor.Zeros(7, 2).Addmm(a, Tensor.Zeros(3, 2)));
        Named<ShapeException>("Inner", () => a.Inner(b));
        Named<ShapeException>("Trace", v.Trace);
        Named<ShapeException>("Cross", () => b.Cross(b));
        Named<ShapeException>("Tensordot", () => a.Tensordot(b, 1));
        Named<ShapeException>("Tensordot", () => a.Tensordot(b, 3));
        Named<ShapeException>("Tensordot", () => a.Tensordot(b, [0], []));
        Named<ShapeException>("Tensordot", () => a.Tensordot(a, [0, -2], [0, 1]));
        Named<ShapeException>("MatrixPower", () => a.MatrixPower(2));
        Named<ShapeException>("Cdist", () => a.Cdist(b));
        Named<ShapeException>("MultiDot", () => Linalg.MultiDot(a, b));
        Named<ArgumentException>("MultiDot", () => Linalg.MultiDot(a));
    }

    private static void Named<T>(string operation, Func<object> call)
        where T : Exception => Assert.StartsWith(operation + ":", Assert.Throws<T>(call).Message, StringComparison.Ordinal);
}
