namespace DeepLearning.Tests.Golden;

internal static class LinalgBindings
{
    public static readonly Dictionary<string, GoldenBinding> Table = new()
    {
        ["inverse"] = c => [Linalg.Inverse(c[0])],
        ["det"] = c => [Linalg.Det(c[0])],
        ["slogdet"] = c => SlogDet(c[0]),
        ["cholesky"] = c => [Linalg.Cholesky(c[0])],
        ["cholesky_solve"] = c => [Linalg.CholeskySolve(c[0], c[1])],
        ["triangular_solve"] = c => [Linalg.SolveTriangular(c[0], c[1], c.Bool("upper"))],
        ["solve"] = c => [Linalg.Solve(c[0], c[1])],
        ["eigvalsh"] = c => [Linalg.EigvalsH(Symmetric(c[0]))],
        ["eigh"] = c => Eigh(c[0]),
        ["svd"] = c => Svd(c[0]),
        ["svdvals"] = c => [Linalg.SvdVals(c[0])],
        ["qr"] = c => Qr(c[0]),
        ["qr_wide"] = c => [Linalg.Qr(c[0]).R.Abs()],
        ["pinv"] = c => [Linalg.Pinv(c[0])],
        ["lstsq"] = c => [Linalg.Lstsq(c[0], c[1]).Solution],
        ["matrix_rank"] = c => [Linalg.MatrixRank(c[0])],
        ["matrix_power"] = c => [c[0].MatrixPower(c.Int("n"))],
    };

    private static Tensor Symmetric(Tensor x) => (x + x.T) / 2;

    private static Tensor[] SlogDet(Tensor x)
    {
        (Tensor sign, Tensor logarithm) = Linalg.SlogDet(x);
        return [sign, logarithm];
    }

    private static Tensor[] Eigh(Tensor x)
    {
        (Tensor w, Tensor q) = Linalg.Eigh(Symmetric(x));
        return [w, q.MatMul(w.Tanh().Unsqueeze(-1) * q.T)];
    }

    private static Tensor[] Svd(Tensor x)
    {
        (Tensor p, Tensor s, Tensor q) = Linalg.Svd(x, fullMatrices: false);
        return [s, p.MatMul(s.Tanh().Unsqueeze(-1) * q)];
    }

    private static Tensor[] Qr(Tensor x)
    {
        (Tensor q, Tensor r) = Linalg.Qr(x);
        int rows = x.Size(-2);
        double[] numbers = [.. Enumerable.Range(0, rows * 2).Select(i => i * 0.1)];
        return [q.MatMul(q.T.MatMul(Tensor.From(numbers, rows, 2).To(x.Device))), r.Abs()];
    }
}
