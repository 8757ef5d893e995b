namespace DeepLearning;

public static partial class Linalg
{
    /// <summary>
    /// Solves A·X = B by LU factorization. The batches broadcast. A B with one axis less than A, shaped like A's batch of rows, or of
    /// one axis, is a vector for each A.
    /// </summary>
    /// <param name="a">The square matrices, [.., n, n].</param>
    /// <param name="b">The right-hand sides, [.., n, k] or [.., n].</param>
    /// <param name="left">False to solve X·A = B, with B [.., k, n].</param>
    /// <returns>X, of the shape of B.</returns>
    /// <exception cref="ShapeException">A is not square, or B does not fit it.</exception>
    /// <exception cref="DTypeException">The types differ, or are neither float32 nor float64.</exception>
    /// <exception cref="LinalgException">A matrix is singular.</exception>
    public static Tensor Solve(Tensor a, Tensor b, bool left = true)
    {
        using Autocast.Operation cast = Autocast.Enter("Linalg");
        (a, b) = (cast.Of(a), cast.Of(b));
        ArgumentNullException.ThrowIfNull(b);
        CheckSquare(a, "Solve");
        CheckSameType(a, b, "Solve");
        int n = a.Size(-1);
        bool isVector = b.Rank == 1 || b.Layout.Lengths.AsSpan().SequenceEqual(a.Layout.Lengths.AsSpan(0, a.Rank - 1));
        if (isVector)
        {
            return Solve(a, b.Unsqueeze(left ? -1 : -2), left).Squeeze(left ? -1 : -2);
        }

        if (b.Rank < 2 || b.Size(left ? -2 : -1) != n)
        {
            throw new ShapeException(
                $"Solve: a right-hand side {b.Shape} does not fit matrices {a.Shape}: it must be "
                + (left ? $"[.., {n}, k] or [.., {n}]." : $"[.., k, {n}] or [.., {n}]."));
        }

        if (!left)
        {
            return Solve(a.T, b.T).T;
        }

        (a, b) = BroadcastBatches(a, b, "Solve");
        MatrixBatch matrices = new(a), sides = new(b), solutions = sides.Room(n, sides.Columns);
        for (int i = 0; i < matrices.Count; i++)
        {
            double[] lu = matrices.Copy(i), x = sides.Copy(i);
            int[] pivots = Factor(matrices, i, lu, "Solve", "Lstsq gives a least-squares solution");
            Factorization.LuSolve(lu, n, pivots, x, solutions.Columns);
            solutions.Write(i, x);
        }

        Tensor result = solutions.ToTensor(a.DType);
        return Recording.Of(new SolveOperation(a, result), result, a, b);
    }

    /// <summary>The inverses of square matrices.</summary>
    /// <param name="x">The matrices, [.., n, n].</param>
    /// <returns>Their inverses, [.., n, n]. To solve equations, <see cref="Solve"/> is faster and more exact.</returns>
    /// <exception cref="ShapeException">The last two axes differ in length.</exception>
    /// <exception cref="DTypeException">The type is neither float32 nor float64.</exception>
    /// <exception cref="LinalgException">A matrix is singular.</exception>
    public static Tensor Inverse(Tensor x)
    {
        using Autocast.Operation cast = Autocast.Enter("Linalg");
        return Inverse(cast.Of(x), "Inverse");
    }

    private static Tensor Inverse(Tensor x, string operation)
    {
        CheckSquare(x, operation);
        CheckType(x, operation);
        MatrixBatch matrices = new(x), inverses = matrices.Room(matrices.Rows, matrices.Rows);
        for (int i = 0; i < matrices.Count; i++)
        {
            double[] lu = matrices.Copy(i);
            int[] pivots = Factor(matrices, i, lu, operation, "Pinv gives a pseudo-inverse");
            double[] inverse = Factorization.IdentityOf(matrices.Rows, matrices.Rows);
            Factorization.LuSolve(lu, matrices.Rows, pivots, inverse, matrices.Rows);
            inverses.Write(i, inverse);
        }

        Tensor result = inverses.ToTensor(x.DType);
        return Recording.Of(new InverseOperation(result), result, x);
    }

    /// <summary>The LU factors of one matrix, in place, and their pivots.</summary>
    private static int[] Factor(MatrixBatch matrices, int index, double[] lu, string operation, string instead)
    {
        int[] pivots = new int[matrices.Rows];
        int zero = Factorization.Lu(lu, matrices.Rows, pivots);
        return zero < 0
            ? pivots
            : throw new LinalgException(
                $"{operation}: {matrices.NameOf(index)} is singular: element {zero} of the diagonal of its LU factor is zero; {instead}.");
    }

    private readonly struct SolveOperation(Tensor a, Tensor solution) : IOperation
    {
        public string Name => "Solve";

        public Node CreateNode() => new SolveNode(a, solution);
    }

    // Giles 2008: dB = A⁻ᵀ·dX, dA = −dB·Xᵀ.
    private sealed class SolveNode : Node
    {
        public SolveNode(Tensor a, Tensor x) => Save(a, x);

        protected internal override void Backward(Tensor gradient, Span<Tensor?> gradients)
        {
            Tensor db = Solve(Saved(0).T, gradient);
            gradients[0] = Needs(0) ? -db.MatMul(Saved(1).T) : null;
            gradients[1] = Needs(1) ? db : null;
        }
    }

    private readonly struct InverseOperation(Tensor inverse) : IOperation
    {
        public string Name => "Inverse";

        public Node CreateNode() => new InverseNode(inverse);
    }

    // dA = −A⁻ᵀ·dY·A⁻ᵀ
    private sealed class InverseNode : Node
    {
        public InverseNode(Tensor inverse) => Save(inverse);

        protected internal override void Backward(Tensor gradient, Span<Tensor?> gradients)
        {
            Tensor transposed = Saved(0).T;
            gradients[0] = -transposed.MatMul(gradient).MatMul(transposed);
        }
    }
}
