namespace DeepLearning;

public static partial class Linalg
{
    /// <summary>
    /// The factors A = Q·R: Q with orthonormal columns, R upper triangular. The diagonal of R is not negative, which makes the factors
    /// unique where the columns of A are independent.
    /// </summary>
    /// <param name="x">The matrices, [.., m, n].</param>
    /// <param name="complete">True for a square Q [.., m, m] with R [.., m, n]; else Q [.., m, k], R [.., k, n], k = min(m, n).</param>
    /// <returns>Q and R. The derivative of the complete factors of a tall matrix (m &gt; n) is not defined.</returns>
    /// <exception cref="ShapeException">There are fewer than two axes.</exception>
    /// <exception cref="DTypeException">The type is neither float32 nor float64.</exception>
    public static (Tensor Q, Tensor R) Qr(Tensor x, bool complete = false)
    {
        using Autocast.Operation cast = Autocast.Enter("Linalg");
        x = cast.Of(x);
        CheckMatrix(x, "Qr");
        CheckType(x, "Qr");
        MatrixBatch input = new(x);
        int m = input.Rows, n = input.Columns, k = complete ? m : Math.Min(m, n);
        MatrixBatch orthogonal = input.Room(m, k), triangular = input.Room(k, n);
        for (int i = 0; i < input.Count; i++)
        {
            (double[] q, double[] r) = Factorization.Qr(input.Copy(i), m, n, complete);
            orthogonal.Write(i, q);
            triangular.Write(i, r);
        }

        (Tensor Q, Tensor R) result = (orthogonal.ToTensor(x.DType), triangular.ToTensor(x.DType));
        Recording.Of(new QrOperation(result.Q, result.R, x, complete), [result.Q, result.R], [x]);
        return result;
    }

    private readonly struct QrOperation(Tensor q, Tensor r, Tensor x, bool complete) : IOperation
    {
        public string Name => "Qr";

        public void Describe(OperationAttributes attributes) => attributes.Add("complete", complete);

        public Node CreateNode() => new QrNode(q, r, x);
    }

    // Seeger et al., "Auto-Differentiating Linear Algebra", 2017 (tall); a wide A = [X Y] follows from X = Q·U, R = [U, Qᵀ·Y].
    private sealed class QrNode : BundleNode
    {
        public QrNode(Tensor q, Tensor r, Tensor x) => Save(q, r, x);

        protected override void Backward(ReadOnlySpan<Tensor?> given, Span<Tensor?> gradients)
        {
            Tensor q = Saved(0), r = Saved(1);
            int m = q.Size(-2), k = q.Size(-1), n = r.Size(-1);
            if (k > n)
            {
                throw new AutogradException(
                    $"Qr: the complete factors of a tall matrix, {m} x {n}, have no derivative; use complete: false.");
            }

            if (k == n)
            {
                gradients[0] = Square(q, r, given[0], given[1]);
                return;
            }

            Tensor rest = Saved(2).Narrow(-1, k, n - k);
            Tensor? dq = given[0], dr = given[1], drRest = null;
            if (dr is not null)
            {
                drRest = dr.Narrow(-1, k, n - k);
                Tensor through = rest.MatMul(drRest.T);
                dq = dq is null ? through : dq + through;
                dr = dr.Narrow(-1, 0, k);
            }

            Tensor left = Square(q, r.Narrow(-1, 0, k), dq, dr);
            gradients[0] = Tensor.Cat([left, drRest is null ? Tensor.ZerosLike(rest) : q.MatMul(drRest)], -1);
        }

        /// <summary>(dQ + Q·copyltu(R·dRᵀ − dQᵀ·Q))·R⁻ᵀ for a square R, copyltu(M): the lower triangle, mirrored.</summary>
        private static Tensor Square(Tensor q, Tensor r, Tensor? dq, Tensor? dr)
        {
            Tensor? inner = dr is null ? null : r.MatMul(dr.T);
            if (dq is not null)
            {
                Tensor turned = dq.T.MatMul(q);
                inner = inner is null ? -turned : inner - turned;
            }

            Tensor mirrored = q.MatMul(inner!.Tril() + inner.Tril(-1).T);
            Tensor side = dq is null ? mirrored : dq + mirrored;
            return SolveTriangular(r.T, side, upper: false, left: false, unitriangular: false, refuses: false);
        }
    }
}
