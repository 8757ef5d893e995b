namespace DeepLearning;

public static partial class Linalg
{
    /// <summary>
    /// The singular value decomposition A = U·diag(S)·Vh: U and Vhᵀ with orthonormal columns, S falling and not negative. The element
    /// of largest magnitude in each column of U is positive, so that the factors are unique where the singular values differ.
    /// </summary>
    /// <remarks>
    /// Derivatives through U and Vh exist where the singular values differ from one another (and, for A not square, from 0), and are
    /// exact for functions that do not depend on the signs of the vectors. Those through S always exist.
    /// </remarks>
    /// <param name="x">The matrices, [.., m, n].</param>
    /// <param name="fullMatrices">
    /// True for square U [.., m, m] and Vh [.., n, n]; else U [.., m, k] and Vh [.., k, n], k = min(m, n). Further columns
    /// carry no gradient.
    /// </param>
    /// <returns>U, S [.., k], Vh.</returns>
    /// <exception cref="ShapeException">There are fewer than two axes.</exception>
    /// <exception cref="DTypeException">The type is neither float32 nor float64.</exception>
    /// <exception cref="LinalgException">A matrix contains NaN or infinity, or the iteration does not converge.</exception>
    public static (Tensor U, Tensor S, Tensor Vh) Svd(Tensor x, bool fullMatrices = true)
    {
        using Autocast.Operation cast = Autocast.Enter("Linalg");
        x = cast.Of(x);
        var result = Svd(x, fullMatrices, "Svd");
        Recording.Of(new SvdOperation(result.U, result.S, result.Vh, fullMatrices), [result.U, result.S, result.Vh], [x]);
        return result;
    }

    /// <summary>The singular values of matrices, falling, [.., m, n] → [.., min(m, n)].</summary>
    /// <param name="x">The matrices, [.., m, n].</param>
    /// <exception cref="ShapeException">There are fewer than two axes.</exception>
    /// <exception cref="DTypeException">The type is neither float32 nor float64.</exception>
    /// <exception cref="LinalgException">A matrix contains NaN or infinity, or the iteration does not converge.</exception>
    public static Tensor SvdVals(Tensor x)
    {
        using Autocast.Operation cast = Autocast.Enter("Linalg");
        x = cast.Of(x);
        ArgumentNullException.ThrowIfNull(x);
        return GradMode.Records(x) ? Svd(x, fullMatrices: false).S : SvdVals(x, "SvdVals");
    }

    /// <summary>The factors, not recorded.</summary>
    private static (Tensor U, Tensor S, Tensor Vh) Svd(Tensor x, bool fullMatrices, string operation)
    {
        CheckMatrix(x, operation);
        CheckType(x, operation);
        MatrixBatch input = new(x);
        int m = input.Rows, n = input.Columns, k = Math.Min(m, n);
        MatrixBatch left = input.Room(m, fullMatrices ? m : k), right = input.Room(fullMatrices ? n : k, n);
        MatrixBatch values = input.Room(k, 1);
        for (int i = 0; i < input.Count; i++)
        {
            (double[] u, double[] s, double[] vt) =
                Factorization.Svd(FiniteCopy(input, i, operation), m, n, fullMatrices, vectors: true)
                ?? throw NoConvergence(input, i, operation);
            left.Write(i, u);
            values.Write(i, s);
            right.Write(i, vt);
        }

        (Tensor U, Tensor S, Tensor Vh) found = (left.ToTensor(x.DType), values.ToTensor(x.DType).Squeeze(-1), right.ToTensor(x.DType));
        Recording.Of(new NamedOperation("Svd", "full_matrices", fullMatrices), [found.U, found.S, found.Vh], [x]);
        return found;
    }

    /// <summary>The singular values, not recorded.</summary>
    private static Tensor SvdVals(Tensor x, string operation)
    {
        CheckMatrix(x, operation);
        CheckType(x, operation);
        MatrixBatch input = new(x), values = input.Room(Math.Min(input.Rows, input.Columns), 1);
        for (int i = 0; i < input.Count; i++)
        {
            double[] matrix = FiniteCopy(input, i, operation);
            values.Write(i, (Factorization.Svd(matrix, input.Rows, input.Columns, full: false, vectors: false)
                ?? throw NoConvergence(input, i, operation)).S);
        }

        return Recording.Of(new NamedOperation("SvdVals"), values.ToTensor(x.DType).Squeeze(-1), x);
    }

    /// <summary>One matrix for an iteration that would not end on NaN.</summary>
    private static double[] FiniteCopy(MatrixBatch input, int index, string operation)
    {
        double[] matrix = input.Copy(index);
        return matrix.All(double.IsFinite)
            ? matrix
            : throw new LinalgException($"{operation}: {input.NameOf(index)} contains NaN or infinity.");
    }

    private static LinalgException NoConvergence(MatrixBatch input, int index, string operation) =>
        new($"{operation}: the iteration does not converge for {input.NameOf(index)}; scale it, or look for repeated extreme values.");

    private readonly struct SvdOperation(Tensor u, Tensor s, Tensor vh, bool fullMatrices) : IOperation
    {
        public string Name => "Svd";

        public void Describe(OperationAttributes attributes) => attributes.Add("full_matrices", fullMatrices);

        public Node CreateNode() => new SvdNode(u, s, vh);
    }

    // Townsend, "Differentiating the Singular Value Decomposition", 2016, with E_ij = s_j² − s_i².
    private sealed class SvdNode : BundleNode
    {
        public SvdNode(Tensor u, Tensor s, Tensor vh) => Save(u, s, vh);

        protected override void Backward(ReadOnlySpan<Tensor?> given, Span<Tensor?> gradients)
        {
            Tensor u = Saved(0), s = Saved(1), vh = Saved(2);
            int m = u.Size(-2), n = vh.Size(-1), k = s.Size(-1);
            u = u.Narrow(-1, 0, k);
            vh = vh.Narrow(-2, 0, k);
            Tensor? du = given[0]?.Narrow(-1, 0, k), ds = given[1], dvh = given[2]?.Narrow(-2, 0, k);
            Tensor column = s.Unsqueeze(-1), row = s.Unsqueeze(-2);
            if (du is null && dvh is null)
            {
                gradients[0] = m >= n ? u.MatMul(ds!.Unsqueeze(-1) * vh) : (u * ds!.Unsqueeze(-2)).MatMul(vh);
                return;
            }

            Tensor differences = row.Square() - column.Square() + Identity(k, s.DType, s.Device);
            Tensor? inner = ds?.DiagEmbed();
            if (du is not null)
            {
                inner = Sum(inner, Quotient(Skew(u.T.MatMul(du)), differences) * row);
            }

            if (dvh is not null)
            {
                inner = Sum(inner, column * Quotient(Skew(vh.MatMul(dvh.T)), differences));
            }

            // The parts of dU and dVh outside the spans of U and Vh.
            Tensor outer = u.MatMul(inner!);
            if (du is not null && m > k)
            {
                Tensor scaled = Quotient(du, row);
                outer = outer + scaled - u.MatMul(u.T.MatMul(scaled));
            }

            Tensor gradient = outer.MatMul(vh);
            if (dvh is not null && n > k)
            {
                Tensor scaled = Quotient(dvh, column);
                gradient += u.MatMul(scaled - scaled.MatMul(vh.T).MatMul(vh));
            }

            gradients[0] = gradient;
        }

        private static Tensor Sum(Tensor? a, Tensor b) => a is null ? b : a + b;

        private static Tensor Skew(Tensor x) => x - x.T;
    }
}
