namespace DeepLearning;

public static partial class Linalg
{
    /// <summary>
    /// The Cholesky factor L of symmetric positive definite matrices: A = L·Lᵀ, L lower triangular with a positive diagonal. Only the
    /// lower triangle of A is read; the gradient is symmetric.
    /// </summary>
    /// <param name="x">The matrices, [.., n, n].</param>
    /// <param name="upper">True for the upper factor Lᵀ.</param>
    /// <returns>The factor, [.., n, n].</returns>
    /// <exception cref="ShapeException">The last two axes differ in length.</exception>
    /// <exception cref="DTypeException">The type is neither float32 nor float64.</exception>
    /// <exception cref="LinalgException">A matrix is not positive definite.</exception>
    public static Tensor Cholesky(Tensor x, bool upper = false)
    {
        using Autocast.Operation cast = Autocast.Enter("Linalg");
        x = cast.Of(x);
        CheckSquare(x, "Cholesky");
        CheckType(x, "Cholesky");
        MatrixBatch input = new(x), factors = input.Room(input.Rows, input.Rows);
        for (int i = 0; i < input.Count; i++)
        {
            double[] matrix = input.Copy(i);
            int order = Factorization.Cholesky(matrix, input.Rows);
            if (order > 0)
            {
                throw new LinalgException(
                    $"Cholesky: {input.NameOf(i)} is not positive definite: its leading minor of order {order} is not positive. "
                    + "Adding a small multiple of the identity often helps.");
            }

            factors.Write(i, matrix);
        }

        Tensor lower = factors.ToTensor(x.DType);
        Recording.Of(new CholeskyOperation(lower), lower, x);
        return upper ? lower.T : lower;
    }

    /// <summary>Solves A·X = B from the Cholesky factor of A.</summary>
    /// <param name="b">The right-hand sides, [.., n, k].</param>
    /// <param name="factor">The factor of A, [.., n, n], as <see cref="Cholesky"/> gives it.</param>
    /// <param name="upper">True when it is the upper factor.</param>
    /// <returns>X, [.., n, k].</returns>
    /// <exception cref="ShapeException">The shapes do not fit.</exception>
    /// <exception cref="DTypeException">The types differ, or are neither float32 nor float64.</exception>
    /// <exception cref="LinalgException">The factor has a zero on its diagonal.</exception>
    public static Tensor CholeskySolve(Tensor b, Tensor factor, bool upper = false)
    {
        using Autocast.Operation cast = Autocast.Enter("Linalg");
        (b, factor) = (cast.Of(b), cast.Of(factor));
        CheckSquare(factor, "CholeskySolve");
        Tensor lower = upper ? factor.T : factor;
        return SolveTriangular(lower.T, SolveTriangular(lower, b, upper: false), upper: true);
    }

    // Murray, "Differentiation of the Cholesky decomposition", 2016: L⁻ᵀ·Φ(Lᵀ·dL)·L⁻¹ made symmetric, where Φ takes the lower
    // triangle and halves its diagonal.
    private readonly struct CholeskyOperation(Tensor lower) : IOperation
    {
        public string Name => "Cholesky";

        public Node CreateNode() => new CholeskyNode(lower);
    }

    private sealed class CholeskyNode : Node
    {
        public CholeskyNode(Tensor lower) => Save(lower);

        protected internal override void Backward(Tensor gradient, Span<Tensor?> gradients)
        {
            Tensor lower = Saved(0), product = lower.T.MatMul(gradient);
            Tensor phi = (product.Tril() + product.Tril(-1)) * 0.5;
            Tensor half = SolveTriangular(lower.T, SolveTriangular(lower, phi, upper: false, left: false), upper: true);
            gradients[0] = (half + half.T) * 0.5;
        }
    }
}
