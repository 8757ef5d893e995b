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
    /// For more than 25 rows, Euclidean distances come from one matrix product, ‖a‖² + ‖b‖² − 2·a·b: far faster, but short distances
    /// between long vectors lose digits.
    /// </remarks>
    /// <param name="other">The other rows.</param>
    /// <param name="order">The order of the norm, 0 or more; ∞ for the greatest difference.</param>
    /// <exception cref="ShapeException">An operand has fewer than two axes, or the rows differ in length.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The order is negative.</exception>
    public Tensor Cdist(Tensor other, double order = 2)
    {
        ArgumentNullException.ThrowIfNull(other);
        ArgumentOutOfRangeException.ThrowIfNegative(order);
        if (Rank < 2 || other.Rank < 2 || Layout.Lengths[^1] != other.Layout.Lengths[^1])
        {
            throw new ShapeException(
                $"Cdist: rows of {Shape} and {other.Shape} cannot be compared; they must be [.., m, k] and [.., n, k] with one k.");
        }

        DType result = DTypes.Promote(DType, other.DType), compute = result.Compute();
        if (compute != result)
        {
            return To(compute).Cdist(other.To(compute), order).To(result);
        }

        if (order == 2 && (Layout.Lengths[^2] > CdistProductRows || other.Layout.Lengths[^2] > CdistProductRows))
        {
            Tensor squares = Square().Sum(-1, keepDim: true) + other.Square().Sum(-1).Unsqueeze(-2) - (2 * MatMul(other.T));
            if (!squares.RequiresGrad)
            {
                // A difference of equal numbers may come out below 0.
                return squares.ClampInPlace(0, null).SqrtInPlace();
            }

            Tensor isZero = squares.LessOrEqual(0), zeros = ZerosLike(squares);
            // The root of 1 stands in for that of 0, whose derivative is infinite.
            return Where(isZero, zeros, Where(isZero, OnesLike(squares), squares).Sqrt());
        }

        Tensor differences = Unsqueeze(-2) - other.Unsqueeze(-3);
        return differences.Layout.Lengths[^1] == 0 ? differences.Sum(-1) : differences.Norm(order, [-1]);
    }
}
