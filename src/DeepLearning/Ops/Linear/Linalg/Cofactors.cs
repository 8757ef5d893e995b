namespace DeepLearning;

// The derivative of the determinant: its matrix of cofactors, a polynomial in the elements, which exists for every matrix.
public static partial class Linalg
{
    /// <summary>Singular values below this share of the greatest are taken out before a matrix is inverted.</summary>
    private const double SmallShare = 1e-5;

    /// <summary>
    /// The matrices of cofactors, [.., n, n] → [.., n, n], not recorded, each by itself: det(A)·A⁻ᵀ, or where that is lost
    /// det(U)·det(V)·U·diag(the product of the other singular values)·Vᵀ.
    /// </summary>
    private static Tensor Cofactors(Tensor x)
    {
        MatrixBatch input = new(x), cofactors = input.Room(input.Rows, input.Rows);
        int n = input.Rows;
        int[] pivots = new int[n];
        for (int i = 0; i < input.Count; i++)
        {
            double[] lu = input.Copy(i);
            Factorization.Lu(lu, n, pivots);
            double determinant = DeterminantOf(lu, pivots);
            double[] result = double.IsNormal(determinant) || double.IsNaN(determinant)
                ? ScaledInverse(lu, pivots, determinant)
                : SingularCofactors(input.Copy(i), n);
            cofactors.Write(i, result);
        }

        return cofactors.ToTensor(x.DType);
    }

    private static double DeterminantOf(double[] lu, int[] pivots)
    {
        double product = 1;
        for (int i = 0; i < pivots.Length; i++)
        {
            product *= pivots[i] == i ? lu[i * (pivots.Length + 1)] : -lu[i * (pivots.Length + 1)];
        }

        return product;
    }

    /// <summary>det(A)·A⁻ᵀ.</summary>
    private static double[] ScaledInverse(double[] lu, int[] pivots, double determinant)
    {
        int n = pivots.Length;
        double[] inverse = Factorization.IdentityOf(n, n), transposed = new double[n * n];
        Factorization.LuSolve(lu, n, pivots, inverse, n);
        for (int row = 0; row < n; row++)
        {
            for (int column = 0; column < n; column++)
            {
                transposed[column + (row * n)] = determinant * inverse[row + (column * n)];
            }
        }

        return transposed;
    }

    private static double[] SingularCofactors(double[] matrix, int n)
    {
        double[] result = new double[n * n];
        if (!Array.TrueForAll(matrix, double.IsFinite) || Factorization.Svd(matrix, n, n, full: true, vectors: true) is not var (u, s, vt))
        {
            Array.Fill(result, double.NaN);
            return result;
        }

        double sign = SignOf(u, n) * SignOf(vt, n);
        for (int k = 0; k < n; k++)
        {
            double others = sign;
            for (int i = 0; i < n; i++)
            {
                others *= i == k ? 1 : s[i];
            }

            for (int column = 0; column < n; column++)
            {
                for (int row = 0; row < n; row++)
                {
                    result[row + (column * n)] += u[row + (k * n)] * others * vt[k + (column * n)];
                }
            }
        }

        return result;
    }

    /// <summary>The determinant of an orthogonal matrix, 1 or −1.</summary>
    private static double SignOf(double[] orthogonal, int n)
    {
        double[] lu = [.. orthogonal];
        int[] pivots = new int[n];
        Factorization.Lu(lu, n, pivots);
        return Math.Sign(DeterminantOf(lu, pivots));
    }

    /// <summary>
    /// The determinant of one matrix as a composition whose derivatives of every order exist, however singular it is. With singular values
    /// σ and vectors U, V of which the last r are small, B = A + Uᵣ·(σ₁ − σ)·Vᵣᵀ is regular, and det A = det B · det M with the small
    /// M = 1 − (σ₁ − σ)·Vᵣᵀ·B⁻¹·Uᵣ.
    /// </summary>
    private static Tensor SmoothDet(Tensor x)
    {
        int n = x.Size(-1);
        if (n == 1)
        {
            return x.Reshape(1).Sum();
        }

        (Tensor u, Tensor s, Tensor vh) = Svd(x.Detach(), fullMatrices: true, "Det");
        double[] values = s.ToArray<double>();
        if (values[0] == 0)
        {
            return DetOfSmall(x, n);
        }

        int small = Math.Max(values.Count(value => value < values[0] * SmallShare), 1);
        Tensor lifted = values[0] - s.Narrow(-1, n - small, small);
        Tensor left = u.Narrow(-1, n - small, small), right = vh.Narrow(-2, n - small, small);
        Tensor regular = x + (left * lifted.Unsqueeze(-2)).MatMul(right);
        Tensor rest = Identity(small, s.DType, s.Device) - (lifted.Unsqueeze(-1) * right.MatMul(Inverse(regular, "Det")).MatMul(left));
        return Det(regular) * DetOfSmall(rest, small);
    }

    /// <summary>
    /// Faddeev's and LeVerrier's polynomial, for a matrix that is small beside 1, or zero: A·Mₖ = A·(Mₖ₋₁ + cₖ₋₁·1), cₖ = −tr(A·Mₖ) / k,
    /// det A = (−1)ⁿ·cₙ. Without a division by what may be zero, its derivatives beyond the n-th vanish, as they should.
    /// </summary>
    private static Tensor DetOfSmall(Tensor x, int n)
    {
        Tensor identity = Identity(n, x.DType, x.Device), product = x, coefficient = -x.Trace();
        for (int k = 2; k <= n; k++)
        {
            product = x.MatMul(product + (coefficient * identity));
            coefficient = product.Trace() * (-1.0 / k);
        }

        return n % 2 == 0 ? coefficient : -coefficient;
    }

    private readonly struct DetOperation(Tensor x) : IOperation
    {
        public string Name => "Det";

        public Node CreateNode() => new DetNode(x);
    }

    // Jacobi's formula: d det = Σ cofactor · dA.
    private sealed class DetNode : Node
    {
        public DetNode(Tensor x) => Save(x);

        protected internal override void Backward(Tensor gradient, Span<Tensor?> gradients)
        {
            Tensor x = Saved(0);
            int n = x.Size(-1);
            if (!GradMode.Enabled || n == 0)
            {
                gradients[0] = AsMatrices(gradient) * Cofactors(x);
                return;
            }

            // To be differentiated again: regular matrices together, the others one by one, in float64.
            Tensor matrices = x.To(DType.Float64).Reshape(-1, n, n), factors = gradient.To(DType.Float64).Reshape(-1);
            long[] order = Sorted(matrices, out int regular);
            List<Tensor> parts = [];
            if (regular > 0)
            {
                Tensor chosen = Tensor.From(order.AsSpan(0, regular).ToArray()).To(x.Device), some = matrices.IndexSelect(0, chosen);
                parts.Add(AsMatrices(factors.IndexSelect(0, chosen) * Det(some)) * Inverse(some, "Det").T);
            }

            for (int i = regular; i < order.Length; i++)
            {
                Tensor?[] found = new Tensor?[1];
                int at = (int)order[i];
                Composition.Backward(
                    static inputs => SmoothDet(inputs[0]!), [matrices.Select(0, at)], [matrices.RequiresGrad], factors.Select(0, at),
                    found);
                parts.Add(found[0]!.Unsqueeze(0));
            }

            long[] places = new long[order.Length];
            for (int i = 0; i < order.Length; i++)
            {
                places[order[i]] = i;
            }

            gradients[0] = Tensor.Cat([.. parts]).IndexSelect(0, Tensor.From(places).To(x.Device)).Reshape(x.Shape).To(x.DType);
        }

        /// <summary>The positions of matrices [count, n, n], those first that can be inverted without loss, or hold no numbers.</summary>
        private static long[] Sorted(Tensor matrices, out int regular)
        {
            MatrixBatch batch = new(matrices);
            int n = batch.Rows;
            List<long> good = [], bad = [];
            for (int i = 0; i < batch.Count; i++)
            {
                double[] matrix = batch.Copy(i);
                double[]? s = Array.TrueForAll(matrix, double.IsFinite)
                    ? Factorization.Svd(matrix, n, n, full: false, vectors: false)?.S
                    : null;
                bool isGood = s is null || (n > 1 && s[^1] >= s[0] * SmallShare && s[0] > 0);
                (isGood ? good : bad).Add(i);
            }

            regular = good.Count;
            return [.. good, .. bad];
        }
    }
}
