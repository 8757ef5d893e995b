namespace DeepLearning;

public static partial class Linalg
{
    /// <summary>The determinants of square matrices, [.., n, n] → [..].</summary>
    /// <param name="x">The matrices.</param>
    /// <exception cref="ShapeException">The last two axes differ in length.</exception>
    /// <exception cref="DTypeException">The type is neither float32 nor float64.</exception>
    public static Tensor Det(Tensor x)
    {
        CheckSquare(x, "Det");
        CheckType(x, "Det");
        MatrixBatch input = new(x), values = new(input.Batch, 1, 1);
        for (int i = 0; i < input.Count; i++)
        {
            double product = 1;
            foreach (double factor in DeterminantFactors(input, i))
            {
                product *= factor;
            }

            values.Write(i, [product]);
        }

        Tensor result = values.ToTensor(x.DType).Reshape(BatchOf(x));
        return GradMode.Records(x) ? new DetNode(x, result).Attach(result, x) : result;
    }

    /// <summary>
    /// The determinants' signs (1, −1, or 0 when singular) and the logarithms of their magnitudes (−∞ when singular), [.., n, n] → [..]
    /// each, where the determinant itself would overflow or vanish.
    /// </summary>
    /// <param name="x">The matrices.</param>
    /// <returns>The signs and logarithms. The sign carries no gradient; that of the logarithm needs a regular matrix.</returns>
    /// <exception cref="ShapeException">The last two axes differ in length.</exception>
    /// <exception cref="DTypeException">The type is neither float32 nor float64.</exception>
    public static (Tensor Sign, Tensor LogAbsDet) SlogDet(Tensor x)
    {
        CheckSquare(x, "SlogDet");
        CheckType(x, "SlogDet");
        MatrixBatch input = new(x), signs = new(input.Batch, 1, 1), logarithms = new(input.Batch, 1, 1);
        for (int i = 0; i < input.Count; i++)
        {
            double sign = 1, logarithm = 0;
            foreach (double factor in DeterminantFactors(input, i))
            {
                sign *= double.IsNaN(factor) ? double.NaN : Math.Sign(factor);
                logarithm += Math.Log(Math.Abs(factor));
            }

            signs.Write(i, [sign]);
            logarithms.Write(i, [logarithm]);
        }

        Tensor result = logarithms.ToTensor(x.DType).Reshape(BatchOf(x));
        return (signs.ToTensor(x.DType).Reshape(BatchOf(x)), GradMode.Records(x) ? new SlogDetNode(x).Attach(result, x) : result);
    }

    /// <summary>The diagonal of the LU factors, with the signs of the row exchanges: their product is the determinant.</summary>
    private static double[] DeterminantFactors(MatrixBatch input, int index)
    {
        int n = input.Rows;
        double[] lu = input.Copy(index), factors = new double[n];
        int[] pivots = new int[n];
        Factorization.Lu(lu, n, pivots);
        for (int i = 0; i < n; i++)
        {
            double pivot = lu[i * (n + 1)];
            factors[i] = pivots[i] == i ? pivot : -pivot;
        }

        return factors;
    }

    // Jacobi's formula: d det = det · tr(A⁻¹·dA), for a singular matrix through the adjugate.
    private sealed class DetNode : Node
    {
        public DetNode(Tensor x, Tensor value) => Save(x, value);

        protected internal override void Backward(Tensor gradient, Span<Tensor?> gradients)
        {
            Tensor x = Saved(0), value = Saved(1);
            gradients[0] = value.Detach().EqualTo(0).Any().Item<bool>()
                ? AsMatrices(gradient) * Cofactors(x)
                : AsMatrices(gradient * value) * Inverse(x, "Det").T;
        }

        /// <summary>The matrix of cofactors, det(U)·det(V)·U·diag(the product of the other singular values)·Vᵀ.</summary>
        private static Tensor Cofactors(Tensor x)
        {
            (Tensor u, Tensor s, Tensor vh) = Svd(x);
            Tensor sign;
            using (GradMode.NoGrad())
            {
                sign = Det(u) * Det(vh);
            }

            int n = s.Layout.Lengths[^1];
            Tensor identity = Identity(n, s.DType, s.Device);
            // Row i: the singular values with a 1 in place of the i-th.
            Tensor others = (s.Unsqueeze(-2) * (1 - identity)) + identity;
            return (u * (others.Prod(-1) * sign.Unsqueeze(-1)).Unsqueeze(-2)).MatMul(vh);
        }
    }

    private sealed class SlogDetNode : Node
    {
        public SlogDetNode(Tensor x) => Save(x);

        protected internal override void Backward(Tensor gradient, Span<Tensor?> gradients) =>
            gradients[0] = AsMatrices(gradient) * Inverse(Saved(0), "SlogDet").T;
    }
}
