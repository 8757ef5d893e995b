namespace DeepLearning.Tests.Ops.Linear;

[Trait("Rerun", "Simd")]
public class LinalgTests
{
    [Theory]
    [InlineData(4, 3)]
    [InlineData(3, 3)]
    [InlineData(2, 5)]
    [InlineData(30, 7)]
    [InlineData(1, 1)]
    public void Orthogonal_factors_multiply_to_the_matrix(int m, int n)
    {
        Tensor x = Matrices.Numbers([2, m, n]);
        foreach (bool complete in new[] { false, true })
        {
            (Tensor q, Tensor r) = Linalg.Qr(x, complete);
            Matrices.Near(x, q.MatMul(r));
            Matrices.Near(Matrices.Identity(q.Size(-1)).Expand(2, -1, -1), q.T.MatMul(q));
            Assert.Equal(complete ? m : Math.Min(m, n), q.Size(-1));
            Assert.All(r.Diagonal(0, -2, -1).ToArray<double>(), d => Assert.True(d >= 0));
            Matrices.Near(r, r.Triu(), 0);
        }
    }

    [Theory]
    [InlineData(4, 3)]
    [InlineData(3, 3)]
    [InlineData(2, 5)]
    [InlineData(40, 6)]
    [InlineData(1, 1)]
    public void Singular_factors_multiply_to_the_matrix(int m, int n)
    {
        Tensor x = Matrices.Numbers([2, m, n]);
        int k = Math.Min(m, n);
        foreach (bool full in new[] { false, true })
        {
            (Tensor u, Tensor s, Tensor vh) = Linalg.Svd(x, full);
            Matrices.Near(x, (u.Narrow(-1, 0, k) * s.Unsqueeze(-2)).MatMul(vh.Narrow(-2, 0, k)));
            Matrices.Near(Matrices.Identity(u.Size(-1)).Expand(2, -1, -1), u.T.MatMul(u));
            Matrices.Near(Matrices.Identity(vh.Size(-2)).Expand(2, -1, -1), vh.MatMul(vh.T));
            Assert.Equal(full ? m : k, u.Size(-1));
            Assert.Equal(full ? n : k, vh.Size(-2));
            Matrices.Near(s, Linalg.SvdVals(x));
            double[] values = s.Select(0, 0).ToArray<double>();
            Assert.Equal(values.OrderDescending(), values);
            Assert.All(values, v => Assert.True(v >= 0));
        }
    }

    [Fact]
    public void Eigenvalues_rise_and_the_vectors_multiply_to_the_matrix()
    {
        Tensor x = Matrices.Symmetric(Matrices.Numbers([3, 5, 5]));
        (Tensor values, Tensor vectors) = Linalg.Eigh(x);
        Matrices.Near(x, (vectors * values.Unsqueeze(-2)).MatMul(vectors.T));
        double[] first = values.Select(0, 0).ToArray<double>();
        Assert.Equal(first.Order(), first);
        Matrices.Near(values, Linalg.EigvalsH(x.Tril()));
        Assert.All(vectors.T.Contiguous().Reshape(-1, 5).Unbind(), v =>
            Assert.True(v.ToArray<double>().MaxBy(Math.Abs) > 0, "the largest element of a vector is positive"));
    }

    [Fact]
    public void Solutions_solve()
    {
        Tensor a = Matrices.Regular(2, 4, 4), b = Matrices.Numbers([3, 1, 4, 2]), v = Matrices.Numbers([2, 4]);
        Matrices.Near(b.Expand(3, 2, -1, -1), a.MatMul(Linalg.Solve(a, b)));
        Matrices.Near(v, a.MatMul(Linalg.Solve(a, v).Unsqueeze(-1)).Squeeze(-1));
        Matrices.Near(b.T.Expand(3, 2, -1, -1), Linalg.Solve(a, b.T, left: false).MatMul(a));
        Matrices.Near(Matrices.Identity(4).Expand(2, -1, -1), a.MatMul(Linalg.Inverse(a)));
        Tensor lower = a.Tril(), x = Linalg.SolveTriangular(a, b, upper: false);
        Matrices.Near(b.Expand(3, 2, -1, -1), lower.MatMul(x));
        Matrices.Near(b.T.Expand(3, 2, -1, -1), Linalg.SolveTriangular(a, b.T, upper: true, left: false).MatMul(a.Triu()));
        Tensor unit = a.Triu(1) + Matrices.Identity(4);
        Matrices.Near(b.Expand(3, 2, -1, -1), unit.MatMul(Linalg.SolveTriangular(a, b, upper: true, unitriangular: true)));
        Tensor p = Matrices.Positive(a), factor = Linalg.Cholesky(p);
        Matrices.Near(p, factor.MatMul(factor.T));
        Matrices.Near(factor.T, Linalg.Cholesky(p, upper: true));
        Matrices.Near(Linalg.Solve(p, b), Linalg.CholeskySolve(b, factor));
        Matrices.Near(Linalg.Solve(p, b), Linalg.CholeskySolve(b, factor.T, upper: true));
    }

    [Fact]
    public void Determinants_have_the_sign_of_the_row_exchanges()
    {
        Tensor x = Tensor.From(new double[,] { { 0, 2 }, { 3, 1 } });
        Assert.Equal(-6, Linalg.Det(x).Item<double>(), 12);
        (Tensor sign, Tensor logarithm) = Linalg.SlogDet(x);
        Assert.Equal(-1, sign.Item<double>());
        Assert.Equal(Math.Log(6), logarithm.Item<double>(), 12);
        Tensor singular = Tensor.Ones([2, 2], DType.Float64);
        Assert.Equal(0, Linalg.Det(singular).Item<double>());
        Assert.Equal(0, Linalg.SlogDet(singular).Sign.Item<double>());
        Assert.Equal(double.NegativeInfinity, Linalg.SlogDet(singular).LogAbsDet.Item<double>());
        Assert.True(double.IsNaN(Linalg.Det(Tensor.Full([2, 2], double.NaN)).Item<float>()));
    }

    [Fact]
    public void A_pseudo_inverse_satisfies_the_conditions_of_Penrose()
    {
        Tensor x = Matrices.Numbers([5, 2]).MatMul(Matrices.Numbers([2, 4], 3)), p = Linalg.Pinv(x);
        Matrices.Near(x, x.MatMul(p).MatMul(x));
        Matrices.Near(p, p.MatMul(x).MatMul(p));
        Matrices.Near(x.MatMul(p), x.MatMul(p).T);
        Matrices.Near(p.MatMul(x), p.MatMul(x).T);
        Assert.Equal(2, Linalg.MatrixRank(x).Item<long>());
        Assert.Equal(2, Linalg.MatrixRank(x.To(DType.Float32)).Item<long>());
        Assert.Equal(0, Linalg.MatrixRank(x, atol: 100).Item<long>());
    }

    [Fact]
    public void Least_squares_leaves_a_residual_orthogonal_to_the_columns()
    {
        Tensor a = Matrices.Numbers([2, 5, 3]), b = Matrices.Numbers([2, 5, 2], 2);
        var result = Linalg.Lstsq(a, b);
        Tensor rest = b - a.MatMul(result.Solution);
        Matrices.Near(Tensor.Zeros([2, 3, 2], DType.Float64), a.T.MatMul(rest));
        Matrices.Near(rest.Square().Sum(-2), result.Residuals);
        Assert.Equal([3L, 3], result.Rank.ToArray<long>());
        Matrices.Near(Linalg.SvdVals(a), result.SingularValues);
        Assert.Equal([3], Linalg.Lstsq(a.Select(0, 0), b.Select(0, 0).Select(-1, 0)).Solution.Shape.ToArray());
        Assert.Equal(0, Linalg.Lstsq(Tensor.Ones(5, 3), Tensor.Ones(5, 1)).Residuals.Count);
        Assert.Equal(1, Linalg.Lstsq(Tensor.Ones(5, 3), Tensor.Ones(5, 1)).Rank.Item<long>());
    }

    [Fact]
    public void Matrix_norms_are_of_sums_or_of_singular_values()
    {
        Tensor x = Tensor.From(new double[,] { { 3, 0 }, { -4, 5 } });
        (MatrixNormKind Kind, double Value)[] expected =
        [
            (MatrixNormKind.Frobenius, Math.Sqrt(50)), (MatrixNormKind.Nuclear, Math.Sqrt(80)), (MatrixNormKind.Spectral, Math.Sqrt(45)),
            (MatrixNormKind.LeastSingularValue, Math.Sqrt(5)), (MatrixNormKind.MaxColumnSum, 7), (MatrixNormKind.MinColumnSum, 5),
            (MatrixNormKind.MaxRowSum, 9), (MatrixNormKind.MinRowSum, 3),
        ];
        foreach ((MatrixNormKind kind, double value) in expected)
        {
            Assert.Equal(value, Linalg.MatrixNorm(x, kind).Item<double>(), 12);
            Matrices.Check(m => Linalg.MatrixNorm(m[0], kind), [2, 2, 3]);
        }

        Assert.Equal(3, Linalg.Cond(x).Item<double>(), 12);
        Assert.Equal(1.0 / 3, Linalg.Cond(x, MatrixNormKind.LeastSingularValue).Item<double>(), 12);
        Assert.Equal(7 * 9.0 / 15, Linalg.Cond(x, MatrixNormKind.MaxColumnSum).Item<double>(), 12);
        Assert.Equal(double.PositiveInfinity, Linalg.Cond(Tensor.From(new double[,] { { 1, 0 }, { 0, 0 } })).Item<double>());
        Assert.Throws<ArgumentOutOfRangeException>(() => Linalg.MatrixNorm(x, (MatrixNormKind)99));
    }

    [Fact]
    public void Single_precision_is_rounded_once()
    {
        Tensor a = Matrices.Regular(6).To(DType.Float32);
        Tensor exact = Linalg.Inverse(a.To(DType.Float64));
        Assert.Equal(exact.To(DType.Float32).ToArray<float>(), Linalg.Inverse(a).ToArray<float>());
    }

    [Fact]
    public void Nothing_factors_into_nothing()
    {
        Assert.Equal([0, 0], Linalg.Inverse(Tensor.Zeros(0, 0)).Shape.ToArray());
        Assert.Equal([0, 3, 3], Linalg.Inverse(Tensor.Zeros(0, 3, 3)).Shape.ToArray());
        Assert.Equal(1, Linalg.Det(Tensor.Zeros(0, 0)).Item<float>());
        Assert.Equal([2, 0, 4], Linalg.Pinv(Tensor.Zeros(2, 4, 0)).Shape.ToArray());
        Assert.Equal([0L, 0], Linalg.MatrixRank(Tensor.Zeros(2, 0, 4)).ToArray<long>());
        (Tensor q, Tensor r) = Linalg.Qr(Tensor.Zeros(3, 0), complete: true);
        Assert.Equal([1f, 0, 0, 0, 1, 0, 0, 0, 1], q.ToArray<float>());
        Assert.Equal([3, 0], r.Shape.ToArray());
        (Tensor u, Tensor s, Tensor vh) = Linalg.Svd(Tensor.Zeros(0, 3));
        Assert.Equal([0, 0], u.Shape.ToArray());
        Assert.Equal([0], s.Shape.ToArray());
        Assert.Equal([1f, 0, 0, 0, 1, 0, 0, 0, 1], vh.ToArray<float>());
        Assert.Equal([3, 0], Linalg.Solve(Linalg.Identity(3, DType.Float32, Device.Cpu), Tensor.Zeros(3, 0)).Shape.ToArray());
        Assert.Equal([0, 0], Linalg.Cholesky(Tensor.Zeros(0, 0)).Shape.ToArray());
        Assert.Equal([0], Linalg.EigvalsH(Tensor.Zeros(0, 0)).Shape.ToArray());
        Tensor zero = Tensor.Zeros([3, 2], DType.Float64);
        Matrices.Near(zero, Linalg.Qr(zero).R.Narrow(0, 0, 1).Sum() + zero);
        Matrices.Near(Tensor.Zeros([2], DType.Float64), Linalg.SvdVals(zero));
    }

    [Fact]
    public void A_matrix_that_does_not_fit_is_named_with_its_place_in_the_batch()
    {
        Tensor batch = Tensor.From([1.0, 0, 0, 1, 1, 2, 2, 4], 2, 2, 2), nothing = Tensor.Full([2, 2], double.NaN);
        Fails("Inverse: the matrix at [1] of the batch is singular", () => Linalg.Inverse(batch));
        Fails("Solve: the matrix at [1] of the batch is singular", () => Linalg.Solve(batch, batch));
        Fails("SolveTriangular: the matrix is singular: element 0", () => Linalg.SolveTriangular(batch[1] * 0, batch[0], true));
        Fails(
            "Cholesky: the matrix at [1] of the batch is not positive definite: its leading minor of order 2",
            () => Linalg.Cholesky(batch - (0.5 * Matrices.Identity(2))));
        Fails("SvdVals: the matrix contains NaN", () => Linalg.SvdVals(nothing));
        Fails("Eigh: the matrix contains NaN", () => Linalg.EigvalsH(nothing));
        Fails("Pinv: the matrix contains NaN", () => Linalg.Pinv(nothing));
    }

    [Fact]
    public void Wrong_shapes_and_types_are_named()
    {
        Tensor wide = Tensor.Zeros(2, 3), vector = Tensor.Zeros(3), square = Tensor.Zeros(3, 3);
        Tensor doubles = Tensor.Zeros([3, 3], DType.Float64);
        Assert.Contains("[2, 3]", Assert.Throws<ShapeException>(() => Linalg.Det(wide)).Message, StringComparison.Ordinal);
        Assert.Throws<ShapeException>(() => Linalg.Qr(vector));
        Assert.Throws<ShapeException>(() => Linalg.Svd(vector));
        Assert.Throws<ShapeException>(() => Linalg.Solve(square, Tensor.Zeros(2, 2)));
        Assert.Throws<ShapeException>(() => Linalg.SolveTriangular(square, wide, true));
        Assert.Throws<ShapeException>(() => Linalg.Lstsq(square, wide));
        Assert.Throws<DTypeException>(() => Linalg.Solve(square, doubles));
        Assert.Throws<DTypeException>(() => Linalg.Inverse(Tensor.Zeros([2, 2], DType.Int64)));
        Assert.Throws<DTypeException>(() => Linalg.Qr(Tensor.Zeros([2, 2], DType.Float16)));
    }

    private static void Fails(string message, Func<object> call) =>
        Assert.StartsWith(message, Assert.Throws<LinalgException>(call).Message, StringComparison.Ordinal);
}
