namespace DeepLearning.Tests.Ops.Linear;

/// <summary>First and second derivatives. Factors are checked where their signs are fixed.</summary>
public class LinalgGradientTests
{
    [Fact]
    public void Of_solutions_and_inverses()
    {
        Matrices.CheckOn(x => Linalg.Inverse(x[0]), Matrices.Regular(2, 2, 2));
        Matrices.CheckOn(x => Linalg.Solve(x[0], x[1]), Matrices.Regular(3), Matrices.Numbers([2, 3, 2]));
        Matrices.CheckOn(x => Linalg.Solve(x[0], x[1]), Matrices.Regular(2, 2, 2), Matrices.Numbers([2, 2]));
        Matrices.CheckOn(x => Linalg.Solve(x[0], x[1], left: false), Matrices.Regular(2), Matrices.Numbers([3, 2]));
        Matrices.CheckOn(x => Linalg.SolveTriangular(x[0], x[1], upper: false), Matrices.Regular(3), Matrices.Numbers([2, 3, 1]));
        Matrices.CheckOn(x => Linalg.SolveTriangular(x[0], x[1], upper: true, left: false), Matrices.Regular(2), Matrices.Numbers([1, 2]));
        Matrices.CheckOn(
            x => Linalg.SolveTriangular(x[0], x[1], upper: true, unitriangular: true), Matrices.Regular(3), Matrices.Numbers([3, 1]));
        Matrices.CheckOn(x => Linalg.CholeskySolve(x[1], x[0]), Matrices.Regular(3), Matrices.Numbers([3, 1]));
    }

    [Fact]
    public void Of_determinants()
    {
        Matrices.CheckOn(x => Linalg.Det(x[0]), Matrices.Regular(2, 3, 3));
        Matrices.CheckOn(x => Linalg.SlogDet(x[0]).LogAbsDet, Matrices.Regular(2, 2, 2));
        Matrices.CheckOn(x => Linalg.Det(x[0]), Tensor.From([1.0, 2, 2, 4, 3, 1, 1, 2], 2, 2, 2));
    }

    [Fact]
    public void Of_the_Cholesky_factor()
    {
        Matrices.CheckOn(x => Linalg.Cholesky(Matrices.Positive(x[0])), Matrices.Numbers([2, 2, 2]));
        Matrices.CheckOn(x => Linalg.Cholesky(Matrices.Positive(x[0]), upper: true), Matrices.Numbers([3, 3]));
    }

    [Theory]
    [InlineData(3, 3)]
    [InlineData(4, 2)]
    [InlineData(2, 4)]
    public void Of_orthogonal_factors(int m, int n)
    {
        Matrices.Check(x => Linalg.Qr(x[0]).Q, [m, n]);
        Matrices.Check(x => Linalg.Qr(x[0]).R, [m, n]);
        Matrices.Check(x => Both(Linalg.Qr(x[0])), [2, m, n]);
    }

    [Theory]
    [InlineData(3, 3)]
    [InlineData(4, 2)]
    [InlineData(2, 4)]
    public void Of_singular_factors(int m, int n)
    {
        Matrices.Check(x => Linalg.Svd(x[0], fullMatrices: false).U, [m, n]);
        Matrices.Check(x => Linalg.Svd(x[0], fullMatrices: false).Vh, [m, n]);
        Matrices.Check(x => Linalg.SvdVals(x[0]), [2, m, n]);
        Matrices.Check(x => All(Linalg.Svd(x[0], fullMatrices: false)), [m, n]);
    }

    [Fact]
    public void Of_eigenvalues_and_vectors()
    {
        Matrices.Check(x => Linalg.EigvalsH(Matrices.Symmetric(x[0])), [2, 3, 3]);
        Matrices.Check(x => Linalg.Eigh(Matrices.Symmetric(x[0])).Vectors, [3, 3]);
        Matrices.Check(x => Both(Linalg.Eigh(Matrices.Symmetric(x[0]))), [3, 3]);
    }

    [Theory]
    [InlineData(3, 3)]
    [InlineData(4, 2)]
    [InlineData(2, 3)]
    public void Of_pseudo_inverses_and_least_squares(int m, int n)
    {
        Matrices.Check(x => Linalg.Pinv(x[0]), [m, n]);
        Matrices.Check(x => Linalg.Lstsq(x[0], x[1]).Solution, [m, n], [m, 1]);
        if (m > n)
        {
            Matrices.Check(x => Linalg.Lstsq(x[0], x[1]).Residuals, [m, n], [m, 2]);
        }
    }

    [Fact]
    public void Singular_values_that_coincide_still_have_a_gradient()
    {
        Tensor x = Matrices.Identity(2);
        x.RequiresGrad = true;
        Linalg.SvdVals(x).Sum().Backward();
        Matrices.Near(Matrices.Identity(2), x.Grad!);
        x.ZeroGrad();
        Linalg.EigvalsH(x).Sum().Backward();
        Matrices.Near(Matrices.Identity(2), x.Grad!);
    }

    [Fact]
    public void The_complete_factors_of_a_tall_matrix_have_none()
    {
        Tensor x = Matrices.Numbers([3, 2]);
        x.RequiresGrad = true;
        AutogradException error = Assert.Throws<AutogradException>(() => Linalg.Qr(x, complete: true).Q.Sum().Backward());
        Assert.Contains("complete: false", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_pass_that_failed_leaves_nothing_behind()
    {
        Tensor x = Matrices.Symmetric(Matrices.Numbers([3, 3])).Detach();
        x.RequiresGrad = true;
        (Tensor values, Tensor vectors) = Linalg.Eigh(x);
        using (values.RegisterHook(_ => throw new InvalidOperationException("stop")))
        {
            Assert.Throws<InvalidOperationException>(
                () => Autograd.GradOrNull([vectors.Sum(), values.Sum()], [x], [], retainGraph: true));
        }

        Matrices.Near(Matrices.Identity(3), Autograd.Grad(values.Sum(), x));
    }

    private static Tensor Both((Tensor A, Tensor B) factors) => Tensor.Cat([factors.A.Flatten(), factors.B.Flatten()]).Square();

    private static Tensor All((Tensor A, Tensor B, Tensor C) factors) =>
        Tensor.Cat([factors.A.Flatten(), factors.B.Flatten(), factors.C.Flatten()]).Square();
}
