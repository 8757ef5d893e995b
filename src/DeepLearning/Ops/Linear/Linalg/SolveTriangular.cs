namespace DeepLearning;

public static partial class Linalg
{
    /// <summary>Solves A·X = B, or X·A = B, for triangular A by substitution. Batches broadcast; the other triangle is not read.</summary>
    /// <param name="a">The triangular matrices, [.., n, n].</param>
    /// <param name="b">The right-hand sides, [.., n, k], or [.., k, n] when <paramref name="left"/> is false.</param>
    /// <param name="upper">True when A is upper triangular.</param>
    /// <param name="left">False to solve X·A = B.</param>
    /// <param name="unitriangular">True to take the diagonal as ones without reading it.</param>
    /// <returns>X, of the shape of B over the common batch.</returns>
    /// <exception cref="ShapeException">A is not square, or B does not fit it.</exception>
    /// <exception cref="DTypeException">The types differ, or are neither float32 nor float64.</exception>
    /// <exception cref="LinalgException">A matrix has a zero on its diagonal.</exception>
    public static Tensor SolveTriangular(Tensor a, Tensor b, bool upper, bool left = true, bool unitriangular = false)
    {
        using Autocast.Operation cast = Autocast.Enter("Linalg");
        return SolveTriangular(cast.Of(a), cast.Of(b), upper, left, unitriangular, refuses: true);
    }

    /// <summary>
    /// Without refusal, for a derivative: a singular matrix gets infinities and NaN (0 where nothing flows into it), and the others of the
    /// batch are right.
    /// </summary>
    private static Tensor SolveTriangular(Tensor a, Tensor b, bool upper, bool left, bool unitriangular, bool refuses)
    {
        CheckSquare(a, "SolveTriangular");
        CheckMatrix(b, "SolveTriangular");
        CheckSameType(a, b, "SolveTriangular");
        int n = a.Size(-1);
        if (b.Size(left ? -2 : -1) != n)
        {
            throw new ShapeException(
                $"SolveTriangular: a right-hand side {b.Shape} does not fit matrices {a.Shape}: it must be "
                + (left ? $"[.., {n}, k]." : $"[.., k, {n}]."));
        }

        if (!left)
        {
            return SolveTriangular(a.T, b.T, !upper, left: true, unitriangular, refuses).T;
        }

        (a, b) = BroadcastBatches(a, b, "SolveTriangular");
        MatrixBatch matrices = new(a), sides = new(b), solutions = sides.Room(n, sides.Columns);
        for (int i = 0; i < matrices.Count; i++)
        {
            double[] matrix = matrices.Copy(i), x = sides.Copy(i);
            if (refuses && !unitriangular)
            {
                CheckDiagonal(matrices, i, matrix);
            }

            for (int column = 0; column < solutions.Columns; column++)
            {
                Factorization.Substitute(matrix, x.AsSpan(column * n, n), upper, unitriangular);
            }

            solutions.Write(i, x);
        }

        Tensor result = solutions.ToTensor(a.DType);
        return Recording.Of(new SolveTriangularOperation(a, result, upper, unitriangular), result, a, b);
    }

    private static void CheckDiagonal(MatrixBatch matrices, int index, double[] matrix)
    {
        for (int i = 0; i < matrices.Rows; i++)
        {
            if (matrix[i * (matrices.Rows + 1)] == 0)
            {
                throw new LinalgException(
                    $"SolveTriangular: {matrices.NameOf(index)} is singular: element {i} of its diagonal is zero.");
            }
        }
    }

    private readonly struct SolveTriangularOperation(Tensor a, Tensor solution, bool upper, bool unitriangular) : IOperation
    {
        public string Name => "SolveTriangular";

        public void Describe(OperationAttributes attributes) => attributes.Add("upper", upper).Add("unitriangular", unitriangular);

        public Node CreateNode() => new SolveTriangularNode(a, solution, upper, unitriangular);
    }

    // As for Solve; only the triangle that is read has a gradient.
    private sealed class SolveTriangularNode : Node
    {
        private readonly bool _upper;
        private readonly bool _unitriangular;

        public SolveTriangularNode(Tensor a, Tensor x, bool upper, bool unitriangular)
        {
            (_upper, _unitriangular) = (upper, unitriangular);
            Save(a, x);
        }

        protected internal override void Backward(Tensor gradient, Span<Tensor?> gradients)
        {
            Tensor db = SolveTriangular(Saved(0).T, gradient, !_upper, left: true, _unitriangular, refuses: false);
            gradients[1] = Needs(1) ? db : null;
            if (Needs(0))
            {
                Tensor da = -db.MatMul(Saved(1).T);
                int off = _unitriangular ? 1 : 0;
                gradients[0] = _upper ? da.Triu(off) : da.Tril(-off);
            }
        }
    }
}
