namespace DeepLearning;

public static partial class Linalg
{
    /// <summary>
    /// The pseudo-inverse (Moore, Penrose), V·diag(1/s)·Uᵀ over the singular values above max(atol, rtol·s₁), [.., m, n] → [.., n, m].
    /// </summary>
    /// <param name="x">The matrices.</param>
    /// <param name="atol">The absolute tolerance; 0 when null.</param>
    /// <param name="rtol">
    /// The relative tolerance; when null, the type's machine epsilon times max(m, n), or 0 where <paramref name="atol"/> is given.
    /// </param>
    /// <exception cref="ShapeException">There are fewer than two axes.</exception>
    /// <exception cref="DTypeException">The type is neither float32 nor float64.</exception>
    /// <exception cref="LinalgException">A matrix contains NaN or infinity.</exception>
    public static Tensor Pinv(Tensor x, double? atol = null, double? rtol = null)
    {
        using Autocast.Operation cast = Autocast.Enter("Linalg");
        x = cast.Of(x);
        Tensor result = Pinv(Svd(x, fullMatrices: false, "Pinv"), x, atol, rtol);

        return Recording.Of(new PinvOperation(x, result), result, x);
    }

    /// <summary>How many singular values are above max(atol, rtol·s₁), [.., m, n] → [..], int64.</summary>
    /// <param name="x">The matrices.</param>
    /// <param name="atol">The absolute tolerance; 0 when null.</param>
    /// <param name="rtol">
    /// The relative tolerance; when null, the type's machine epsilon times max(m, n), or 0 where <paramref name="atol"/> is given.
    /// </param>
    /// <exception cref="ShapeException">There are fewer than two axes.</exception>
    /// <exception cref="DTypeException">The type is neither float32 nor float64.</exception>
    /// <exception cref="LinalgException">A matrix contains NaN or infinity.</exception>
    public static Tensor MatrixRank(Tensor x, double? atol = null, double? rtol = null) =>
        Significant(SvdVals(x, "MatrixRank"), x, atol, rtol).Sum(-1);

    /// <summary>
    /// The least-squares solutions X of A·X = B, those of smallest norm where there are many: ‖A·X − B‖² is minimal.
    /// </summary>
    /// <param name="a">The matrices, [.., m, n].</param>
    /// <param name="b">The right-hand sides, [.., m, k], or vectors [.., m] with one axis less than A.</param>
    /// <param name="rcond">Singular values below rcond·s₁ count as zero; the type's machine epsilon times max(m, n) when null.</param>
    /// <returns>
    /// The solutions X [.., n, k] (or [.., n]), differentiable; ‖A·X − B‖² of each column [.., k], or no elements when m ≤ n or a matrix
    /// has not full rank; the ranks of A [..], int64; the singular values of A [.., min(m, n)].
    /// </returns>
    /// <exception cref="ShapeException">The shapes do not fit.</exception>
    /// <exception cref="DTypeException">The types differ, or are neither float32 nor float64.</exception>
    /// <exception cref="LinalgException">A matrix contains NaN or infinity.</exception>
    public static (Tensor Solution, Tensor Residuals, Tensor Rank, Tensor SingularValues) Lstsq(Tensor a, Tensor b, double? rcond = null)
    {
        using Autocast.Operation cast = Autocast.Enter("Linalg");
        (a, b) = (cast.Of(a), cast.Of(b));
        ArgumentNullException.ThrowIfNull(b);
        CheckMatrix(a, "Lstsq");
        CheckSameType(a, b, "Lstsq");
        int m = a.Size(-2), n = a.Size(-1);
        if (b.Rank == a.Rank - 1)
        {
            var matrix = Lstsq(a, b.Unsqueeze(-1), rcond);
            return matrix with { Solution = matrix.Solution.Squeeze(-1) };
        }

        if (b.Rank < 2 || b.Size(-2) != m)
        {
            throw new ShapeException(
                $"Lstsq: a right-hand side {b.Shape} does not fit matrices {a.Shape}: it must be [.., {m}, k], "
                + $"or [.., {m}] with one axis less.");
        }

        (a, b) = BroadcastBatches(a, b, "Lstsq");
        var factors = Svd(a, fullMatrices: false, "Lstsq");
        Tensor rank = Significant(factors.S, a, null, rcond).Sum(-1);
        Tensor inverse = Pinv(factors, a, null, rcond);
        Recording.Of(new PinvOperation(a, inverse), inverse, a);

        Tensor solution = inverse.MatMul(b);
        bool hasResiduals = m > n && !rank.NotEqualTo(n).Any().Item<bool>();
        Tensor residuals = hasResiduals ? (a.MatMul(solution) - b).Square().Sum(-2) : Tensor.Zeros([0], a.DType, a.Device);
        return (solution, residuals, rank, factors.S);
    }

    private static Tensor Pinv((Tensor U, Tensor S, Tensor Vh) factors, Tensor x, double? atol, double? rtol)
    {
        Tensor significant = Significant(factors.S, x, atol, rtol);
        // Small values become infinite first: their inverses are then zero.
        Tensor inverted = Tensor.Where(significant, factors.S, Tensor.FullLike(factors.S, double.PositiveInfinity)).Reciprocal();
        return (factors.Vh.T * inverted.Unsqueeze(-2)).MatMul(factors.U.T);
    }

    /// <summary>Which singular values count as not zero.</summary>
    private static Tensor Significant(Tensor values, Tensor x, double? atol, double? rtol)
    {
        int m = x.Size(-2), n = x.Size(-1);
        double epsilon = x.DType switch
        {
            DType.Float32 => 1.1920929e-7,
            DType.Float64 => double.BitIncrement(1) - 1,
            _ => throw DTypes.Unsupported(x.DType),
        };
        double relative = rtol ?? (atol is null ? epsilon * Math.Max(m, n) : 0);
        Tensor largest = values.Narrow(-1, 0, Math.Min(1, values.Size(-1)));
        return values.Greater((largest * relative).Maximum(Tensor.FullLike(largest, atol ?? 0)));
    }

    private readonly struct PinvOperation(Tensor x, Tensor inverse) : IOperation
    {
        public string Name => "Pinv";

        public Node CreateNode() => new PinvNode(x, inverse);
    }

    // Golub, Pereyra, "The Differentiation of Pseudo-Inverses and Nonlinear Least Squares Problems Whose Variables Separate", 1973.
    private sealed class PinvNode : Node
    {
        public PinvNode(Tensor x, Tensor inverse) => Save(x, inverse);

        protected internal override void Backward(Tensor gradient, Span<Tensor?> gradients)
        {
            Tensor x = Saved(0), p = Saved(1), pt = p.T, g = gradient.T;
            // The products are grouped so that they stay small: [m, m] for wide matrices, [n, n] for tall ones.
            if (x.Size(-2) <= x.Size(-1))
            {
                Tensor k = g.MatMul(p), kpt = k.MatMul(pt);
                gradients[0] = kpt - p.MatMul(k).T - x.MatMul(p).MatMul(kpt) + pt.MatMul(p).MatMul(g - k.MatMul(x));
            }
            else
            {
                Tensor k = p.MatMul(g), ptk = pt.MatMul(k);
                gradients[0] = ptk - k.MatMul(p).T + (g - x.MatMul(k)).MatMul(p).MatMul(pt) - ptk.MatMul(p).MatMul(x);
            }
        }
    }
}
