namespace DeepLearning;

public partial class Tensor
{
    // From here on one matrix product is worth the rounding that it adds; PyTorch's limit.
    private const int CdistProductRows = 25;

    /// <summary>
    /// The distances between all pairs of rows, ‖aᵢ − bⱼ‖ in the norm of the given order: [.., m, k] and [.., n, k] → [.., m, n]. The axes
    /// before broadcast. Where two rows are equal, the gradient is 0.
    /// </summary>
    /// <remarks>
    /// For more than 25 rows, Euclidean distances come from one matrix product of the centered rows, ‖a‖² + ‖b‖² − 2·a·b, which is far
    /// faster; those that would lose digits there, being short beside the rows, from the differences. 16-bit floats are computed in
    /// float32.
    /// </remarks>
    /// <param name="other">The other rows.</param>
    /// <param name="order">The order of the norm, 0 or more; ∞ for the greatest difference.</param>
    /// <exception cref="ShapeException">An operand has fewer than two axes, or the rows differ in length.</exception>
    /// <exception cref="DTypeException">The operands are not of a floating-point type.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The order is negative.</exception>
    public Tensor Cdist(Tensor other, double order = 2)
    {
        if (Autocast.Enabled)
        {
            using Autocast.Operation cast = Autocast.Enter("Cdist");
            return cast.Of(this).Cdist(cast.Of(other), order);
        }

        ArgumentNullException.ThrowIfNull(other);
        OptionChecks.NotNegative(order, nameof(Cdist));
        if (Rank < 2 || other.Rank < 2 || Size(-1) != other.Size(-1))
        {
            throw new ShapeException(
                $"Cdist: rows of {Shape} and {other.Shape} cannot be compared; they must be [.., m, k] and [.., n, k] with one k.");
        }

        DType dtype = DTypes.Promote(DType, other.DType);
        if (!dtype.IsFloatingPoint())
        {
            throw new DTypeException($"Cdist: defined for floating-point tensors, not {dtype.Name()}; convert with To(DType.Float32).");
        }

        if (dtype.Compute() != dtype)
        {
            return To(dtype.Compute()).Cdist(other.To(dtype.Compute()), order).To(dtype);
        }

        int m = Size(-2), n = other.Size(-2), k = Size(-1);
        if (order == 2 && (m > CdistProductRows || n > CdistProductRows) && m > 0 && n > 0 && k > 0)
        {
            Broadcasting.CheckDevices(this, other, "Cdist");
            int[] batch = Shape.Broadcast(Layout.Lengths.AsSpan(0, Rank - 2), other.Layout.Lengths.AsSpan(0, other.Rank - 2), "Cdist");
            return EuclideanDistances(To(dtype).Expand([.. batch, m, k]), other.To(dtype).Expand([.. batch, n, k]));
        }

        Tensor differences = Unsqueeze(-2) - other.Unsqueeze(-3);
        return differences.Size(-1) == 0 ? differences.Sum(-1) : differences.Norm(order, [-1]);
    }

    private static Tensor EuclideanDistances(Tensor a, Tensor b)
    {
        Tensor y;
        using (GradMode.NoGrad())
        {
            Tensor x = a.Detach().Contiguous(), z = b.Detach().Contiguous(), center = Centers.Of(z), left = x - center, right = z - center;
            y = left.MatMul(right.T).Contiguous();
            if (y.Count > 0
                && !a.Backend.TryRowDistances(x, z, left.Square().Sum(-1), right.Square().Sum(-1), Centers.ProductShare, y))
            {
                y = (x.Unsqueeze(-2) - z.Unsqueeze(-3)).Norm(2, [-1]);
            }
        }

        return Recording.Of(new CdistOperation(a, b, y), y, a, b);
    }
}

/// <summary>Sets of rows seen from a point amid them, where their squares are shortest.</summary>
file static class Centers
{
    /// <summary>‖a − b‖² below this share of ‖a‖² + ‖b‖² has lost too many digits in the difference ‖a‖² + ‖b‖² − 2·a·b.</summary>
    public const double ProductShare = 0.1;

    /// <summary>The mean row of each set, 0 where it is not finite: any will do, and one amid the rows loses the fewest digits.</summary>
    public static Tensor Of(Tensor rows)
    {
        Tensor mean = rows.Mean([-2], keepDim: true);
        return Tensor.Where(mean.IsFinite(), mean, Tensor.ZerosLike(mean));
    }
}

// d‖a − b‖ = (a − b)·d(a − b) / ‖a − b‖, by products as the distances, and for short ones from the differences.
file readonly struct CdistOperation(Tensor a, Tensor b, Tensor y) : IOperation
{
    public string Name => "Cdist";

    public void Describe(OperationAttributes attributes) => attributes.Add("p", 2.0);

    public Node CreateNode() => new CdistNode(a, b, y);
}

file sealed class CdistNode : Node
{
    /// <summary>Elements of the differences that are held at once.</summary>
    private const int ChunkSize = 1 << 22;

    public CdistNode(Tensor a, Tensor b, Tensor distances) => Save(a, b, distances);

    public override string Name => "Cdist";

    protected internal override void Backward(Tensor gradient, Span<Tensor?> gradients)
    {
        Tensor a = Saved(0), b = Saved(1), distances = Saved(2);
        Tensor zero = Tensor.FromScalar(0.0, a.DType, a.Device), isZero = distances.EqualTo(0);
        Tensor weights = Tensor.Where(isZero, zero, gradient / Tensor.Where(isZero, Tensor.OnesLike(distances), distances));
        Tensor center = Centers.Of(b.Detach()), left = a - center, right = b - center;
        long[] close = PositionsOfClose(left.Detach(), right.Detach(), distances.Detach(), isZero, out Tensor isClose);
        Tensor far = close.Length == 0 ? weights : Tensor.Where(isClose, zero, weights);
        Tensor da = (left * far.Sum(-1, keepDim: true)) - far.MatMul(right);
        Tensor db = (right * far.Sum(-2).Unsqueeze(-1)) - far.T.MatMul(left);
        int m = a.Size(-2), n = b.Size(-2), k = a.Size(-1), chunk = Math.Max(ChunkSize / k, 1);
        for (int start = 0; start < close.Length; start += chunk)
        {
            long[] places = close.AsSpan(start, Math.Min(chunk, close.Length - start)).ToArray();
            Tensor rowsA = Tensor.From(Array.ConvertAll(places, place => place / n)).To(a.Device);
            Tensor rowsB = Tensor.From(Array.ConvertAll(places, place => (place / n / m * n) + (place % n))).To(a.Device);
            Tensor differences = a.Reshape(-1, k).IndexSelect(0, rowsA) - b.Reshape(-1, k).IndexSelect(0, rowsB);
            Tensor parts = weights.Reshape(-1).IndexSelect(0, Tensor.From(places).To(a.Device)).Unsqueeze(-1) * differences;
            da = da.Reshape(-1, k).IndexAdd(0, rowsA, parts).Reshape(a.Shape);
            db = db.Reshape(-1, k).IndexAdd(0, rowsB, -parts).Reshape(b.Shape);
        }

        gradients[0] = Needs(0) ? da : null;
        gradients[1] = Needs(1) ? db : null;
    }

    /// <summary>The pairs that are short beside their rows, but not 0, by their places in the distances.</summary>
    private static long[] PositionsOfClose(Tensor left, Tensor right, Tensor distances, Tensor isZero, out Tensor isClose)
    {
        using (GradMode.NoGrad())
        {
            Tensor sizes = left.Norm(2, [-1]).Unsqueeze(-1).Hypot(right.Norm(2, [-1]).Unsqueeze(-2));
            isClose = distances.Less(sizes * Math.Sqrt(Centers.ProductShare)).LogicalAnd(isZero.LogicalNot());
            return isClose.Reshape(-1).NonZero().ToArray<long>();
        }
    }
}

/// <content>Over contiguous tensors of a type that is computed in.</content>
internal abstract partial class Backend
{
    /// <summary>
    /// Turns products a·b of centered rows into the distances of rows a [.., m, k] and b [.., n, k]: √(‖a‖² + ‖b‖² − 2·a·b) from the
    /// squared lengths of the centered rows; from the differences a − b where that is less than <paramref name="share"/> of the squares,
    /// or not in the range of the type.
    /// </summary>
    public virtual bool TryRowDistances(Tensor a, Tensor b, Tensor squaresA, Tensor squaresB, double share, Tensor products) => false;
}
