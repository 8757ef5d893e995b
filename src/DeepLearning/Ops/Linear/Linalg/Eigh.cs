namespace DeepLearning;

public static partial class Linalg
{
    /// <summary>
    /// The eigenvalues L, rising, and orthonormal eigenvectors V (the columns) of symmetric matrices: A = V·diag(L)·Vᵀ. The element of
    /// largest magnitude in each vector is positive, so that they are unique where the eigenvalues differ.
    /// </summary>
    /// <remarks>
    /// Only the lower triangle is read. The derivative is that of a function of symmetric matrices; through the vectors it exists where
    /// the eigenvalues differ, and is exact for functions that do not depend on the vectors' signs.
    /// </remarks>
    /// <param name="x">The symmetric matrices, [.., n, n].</param>
    /// <returns>The eigenvalues [.., n] and the eigenvectors [.., n, n].</returns>
    /// <exception cref="ShapeException">The last two axes differ in length.</exception>
    /// <exception cref="DTypeException">The type is neither float32 nor float64.</exception>
    /// <exception cref="LinalgException">A matrix contains NaN or infinity, or the iteration does not converge.</exception>
    public static (Tensor Values, Tensor Vectors) Eigh(Tensor x)
    {
        using Autocast.Operation cast = Autocast.Enter("Linalg");
        x = cast.Of(x);
        CheckSquare(x, "Eigh");
        CheckType(x, "Eigh");
        MatrixBatch input = new(x), values = input.Room(input.Rows, 1), vectors = input.Room(input.Rows, input.Rows);
        for (int i = 0; i < input.Count; i++)
        {
            (double[] l, double[] v) =
                Factorization.Eigh(FiniteCopy(input, i, "Eigh"), input.Rows) ?? throw NoConvergence(input, i, "Eigh");
            values.Write(i, l);
            vectors.Write(i, v);
        }

        (Tensor Values, Tensor Vectors) result = (values.ToTensor(x.DType).Squeeze(-1), vectors.ToTensor(x.DType));
        Recording.Of(new EighOperation(result.Values, result.Vectors), [result.Values, result.Vectors], [x]);
        return result;
    }

    /// <summary>The eigenvalues of symmetric matrices, rising, [.., n, n] → [.., n]. Only the lower triangle is read.</summary>
    /// <param name="x">The symmetric matrices, [.., n, n].</param>
    /// <exception cref="ShapeException">The last two axes differ in length.</exception>
    /// <exception cref="DTypeException">The type is neither float32 nor float64.</exception>
    /// <exception cref="LinalgException">A matrix contains NaN or infinity, or the iteration does not converge.</exception>
    public static Tensor EigvalsH(Tensor x) => Eigh(x).Values;

    private readonly struct EighOperation(Tensor values, Tensor vectors) : IOperation
    {
        public string Name => "Eigh";

        public Node CreateNode() => new EighNode(values, vectors);
    }

    // Giles, "Collected Matrix Derivative Results", 2008, with E_ij = l_j − l_i.
    private sealed class EighNode : BundleNode
    {
        public EighNode(Tensor values, Tensor vectors) => Save(values, vectors);

        protected override void Backward(ReadOnlySpan<Tensor?> given, Span<Tensor?> gradients)
        {
            Tensor l = Saved(0), v = Saved(1);
            if (given[1] is not { } dv)
            {
                gradients[0] = (v * given[0]!.Unsqueeze(-2)).MatMul(v.T);
                return;
            }

            Tensor identity = Identity(l.Size(-1), l.DType, l.Device);
            Tensor inner = Quotient(v.T.MatMul(dv) * (1 - identity), l.Unsqueeze(-2) - l.Unsqueeze(-1) + identity);
            gradients[0] = v.MatMul(given[0] is { } dl ? inner + dl.DiagEmbed() : inner).MatMul(v.T);
        }
    }
}
