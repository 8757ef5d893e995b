namespace DeepLearning.Tests.Ops.Linear;

/// <summary>Singular matrices, alone and in a batch with others, which they must not spoil.</summary>
public class SingularMatrixTests
{
    private static readonly Tensor s_pairs = Tensor.From([0.0, 0, 0, 0, 1, 2, 2, 4, 3, 1, 1, 2], 3, 2, 2);

    public static TheoryData<string, double[]> Matrices3 => new()
    {
        { "zeros", new double[9] },
        { "identity", [1, 0, 0, 0, 1, 0, 0, 0, 1] },
        { "rank 1", [1, 2, 3, 2, 4, 6, -1, -2, -3] },
        { "rank 2", [1, 2, 3, 4, 5, 6, 7, 8, 9] },
        { "rank 2, diagonal", [2, 0, 0, 0, 3, 0, 0, 0, 0] },
        { "almost singular", [1, 2, 3, 4, 5, 6, 7, 8, 9.000000001] },
        { "regular", [3, 1, 2, 1, 4, -1, 0, 2, 5] },
    };

    [Fact]
    public void The_Hessian_of_a_determinant_at_zeros_is_that_of_the_polynomial()
    {
        foreach (DType dtype in new[] { DType.Float32, DType.Float64 })
        {
            double[] hessian = Autograd.Hessian(x => Linalg.Det(x), Tensor.Zeros([2, 2], dtype)).To(DType.Float64).ToArray<double>();
            Matrices.Near([0, 0, 0, 1, 0, 0, -1, 0, 0, -1, 0, 0, 1, 0, 0, 0], hessian);
        }
    }

    [Theory]
    [MemberData(nameof(Matrices3))]
    public void Derivatives_of_a_determinant_are_those_of_the_polynomial(string name, double[] values)
    {
        Assert.NotEmpty(name);
        Tensor x = Tensor.From(values, 3, 3);
        static Tensor Polynomial(Tensor a) =>
            (a[0, 0] * ((a[1, 1] * a[2, 2]) - (a[1, 2] * a[2, 1])))
            - (a[0, 1] * ((a[1, 0] * a[2, 2]) - (a[1, 2] * a[2, 0])))
            + (a[0, 2] * ((a[1, 0] * a[2, 1]) - (a[1, 1] * a[2, 0])));
        Matrices.Near(Autograd.Jacobian(Polynomial, x), Autograd.Jacobian(Linalg.Det, x), 1e-9);
        Matrices.Near(Autograd.Hessian(Polynomial, x), Autograd.Hessian(Linalg.Det, x), 1e-8);
        Tensor Third(Func<Tensor, Tensor> f) => Autograd.Hessian(
            a => Autograd.Grad(f(a), a, createGraph: true).Reshape(-1).Dot(Tensor.Arange(1, 10).To(DType.Float64)), x);
        Matrices.Near(Third(Polynomial), Third(Linalg.Det), 1e-6);
    }

    [Fact]
    public void A_singular_matrix_leaves_the_determinants_of_the_others_their_derivatives()
    {
        Tensor hessian = Autograd.Hessian(x => Linalg.Det(x).Sum(), s_pairs).Reshape(3, 4, 3, 4);
        double[] one = [0, 0, 0, 1, 0, 0, -1, 0, 0, -1, 0, 0, 1, 0, 0, 0];
        for (int i = 0; i < 3; i++)
        {
            for (int j = 0; j < 3; j++)
            {
                Matrices.Near(i == j ? one : new double[16], hessian[i, .., j, ..].ToArray<double>(), 1e-10);
            }
        }

        Tensor withNaN = Tensor.Cat([s_pairs, Tensor.Full([1, 2, 2], double.NaN, DType.Float64)]);
        Tensor gradient = Autograd.Jacobian(x => Linalg.Det(x), withNaN);
        Matrices.Near([0, 0, 0, 0], gradient[0, 0].ToArray<double>());
        Matrices.Near([4, -2, -2, 1], gradient[1, 1].ToArray<double>());
        Matrices.Near([2, -1, -1, 3], gradient[2, 2].ToArray<double>());
        Assert.True(gradient[3, 3].IsNaN().All().Item<bool>());
    }

    [Fact]
    public void Determinants_beyond_the_range_have_gradients_within_it()
    {
        foreach (double scale in new[] { 1e-200, 1e200 })
        {
            Tensor x = Matrices.Identity(2) * scale;
            Matrices.Near([1, 0, 0, 1], (Autograd.Jacobian(Linalg.Det, x) / scale).ToArray<double>());
        }
    }

    [Theory]
    [InlineData(1e-200)]
    [InlineData(1e-300)]
    [InlineData(1e200)]
    [InlineData(1e300)]
    public void Factors_scale_with_the_matrix(double scale)
    {
        foreach (int[] shape in new int[][] { [3, 3], [4, 2], [2, 4] })
        {
            Tensor x = Matrices.Numbers(shape), scaled = x * scale;
            (Tensor u, Tensor s, Tensor vh) = Linalg.Svd(scaled, fullMatrices: false);
            Matrices.Near(x, (u * (s / scale).Unsqueeze(-2)).MatMul(vh));
            Matrices.Near(Linalg.SvdVals(x), Linalg.SvdVals(scaled) / scale);
            (Tensor q, Tensor r) = Linalg.Qr(scaled);
            Matrices.Near(x, q.MatMul(r / scale));
        }

        Tensor symmetric = Matrices.Symmetric(Matrices.Numbers([3, 3]));
        (Tensor values, Tensor vectors) = Linalg.Eigh(symmetric * scale);
        Matrices.Near(symmetric, (vectors * (values / scale).Unsqueeze(-2)).MatMul(vectors.T));
        Assert.Equal(2L, Linalg.MatrixRank(Tensor.From([1.0, 2, 3, 2, 4, 6, 0, 1, 1], 3, 3) * scale).Item<long>());
    }

    [Fact]
    public void The_logarithm_of_a_zero_determinant_is_undefined_in_its_matrix_alone()
    {
        Tensor x = s_pairs.Clone();
        x.RequiresGrad = true;
        Tensor logarithm = Linalg.SlogDet(x).LogAbsDet;
        double[] gradient = Autograd.Grad(logarithm.Sum(), x, retainGraph: true).ToArray<double>();
        Assert.All(gradient[..8], value => Assert.Equal(double.NaN, value));
        Matrices.Near([0.4, -0.2, -0.2, 0.6], gradient[8..]);

        // What is masked out has no part.
        Tensor masked = Tensor.Where(logarithm.IsFinite(), logarithm, Tensor.ZerosLike(logarithm)).Sum();
        Matrices.Near([0, 0, 0, 0, 0, 0, 0, 0, 0.4, -0.2, -0.2, 0.6], Autograd.Grad(masked, x).ToArray<double>());
    }

    [Fact]
    public void Factors_of_a_singular_matrix_leave_the_gradients_of_the_others_alone()
    {
        Tensor regular = s_pairs[2..];
        Func<Tensor, Tensor>[] functions =
        [
            x => Linalg.Qr(x).Q.Square().Sum([-1]).Sum([-1]) + Linalg.Qr(x).R[.., 0, 1],
            x => Linalg.Svd(x).U.Abs()[.., 0, 0] * Linalg.Svd(x).S[.., 0] * Linalg.Svd(x).Vh.Abs()[.., 0, 0],
            x => Linalg.Eigh(x).Vectors.Abs()[.., 0, 0] * Linalg.Eigh(x).Values[.., 1],
            x => Linalg.Pinv(x)[.., 0, 1],
            x => Linalg.Lstsq(x, Tensor.Ones([x.Size(0), 2, 1], DType.Float64)).Solution[.., 0, 0],
            x => Linalg.MatrixNorm(x, MatrixNormKind.Nuclear),
            x => Linalg.Cond(x, MatrixNormKind.Frobenius),
        ];
        foreach (Func<Tensor, Tensor> f in functions)
        {
            Tensor together = s_pairs.Clone(), alone = regular.Clone();
            together.RequiresGrad = alone.RequiresGrad = true;
            double[] expected = Autograd.Grad(f(alone).Sum(), alone).ToArray<double>();
            Matrices.Near(expected, Autograd.Grad(f(together).Sum(), together)[2].ToArray<double>());

            // Where nothing flows into the singular ones, nothing comes out of them.
            Tensor chosen = Tensor.Where(Tensor.From([false, false, true], 3), f(together), Tensor.Zeros([3], DType.Float64));
            Matrices.Near([0, 0, 0, 0, 0, 0, 0, 0, .. expected], Autograd.Grad(chosen.Sum(), together).ToArray<double>());
        }
    }

    [Fact]
    public void The_condition_of_a_singular_matrix_is_infinite()
    {
        MatrixNormKind[] byInverse =
        [
            MatrixNormKind.Frobenius, MatrixNormKind.MaxColumnSum, MatrixNormKind.MinColumnSum, MatrixNormKind.MaxRowSum,
            MatrixNormKind.MinRowSum,
        ];
        foreach (MatrixNormKind kind in byInverse)
        {
            double[] conditions = Linalg.Cond(s_pairs, kind).ToArray<double>();
            Assert.Equal([double.PositiveInfinity, double.PositiveInfinity], conditions[..2]);
            Assert.Equal(Linalg.Cond(s_pairs[2], kind).Item<double>(), conditions[2]);
            Assert.Equal([2, 3], Linalg.Cond(Tensor.Zeros(2, 3, 0, 0), kind).Shape.ToArray());
        }

        Assert.Equal(double.NaN, Linalg.Cond(s_pairs).ToArray<double>()[0]);
        Assert.Equal(double.NaN, Linalg.Cond(s_pairs, MatrixNormKind.Nuclear).ToArray<double>()[0]);
        Assert.Equal(3, Linalg.Cond(Tensor.From([3.0, 0, 0, 1], 2, 2)).Item<double>(), 1e-12);
        Assert.Equal(4 * (4 / 3.0), Linalg.Cond(Tensor.From([3.0, 0, 0, 1], 2, 2), MatrixNormKind.Nuclear).Item<double>(), 1e-12);
    }

    [Fact]
    public void The_power_zero_is_recorded_and_has_a_gradient_of_zero()
    {
        Tensor x = Tensor.From([double.NaN, 1, double.PositiveInfinity, 2], 2, 2);
        x.RequiresGrad = true;
        Tensor y = x.MatrixPower(0);
        Assert.Equal([1.0, 0, 0, 1], y.ToArray<double>());
        Assert.True(y.RequiresGrad);
        Assert.Equal(new double[4], Autograd.Grad(y.Sum(), x).ToArray<double>());
        Assert.Equal([1L, 0, 0, 1], Tensor.From([1L, 2, 3, 4], 2, 2).MatrixPower(0).ToArray<long>());
        Assert.Equal([3, 2, 2], Tensor.Ones(3, 2, 2).MatrixPower(0).Shape.ToArray());
    }
}
