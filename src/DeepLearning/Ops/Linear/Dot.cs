namespace DeepLearning;

public partial class Tensor
{
    /// <summary>The inner product of two vectors: Σ aᵢ bᵢ, [n] · [n] → [].</summary>
    /// <param name="other">The other vector.</param>
    /// <returns>A zero-dimensional tensor of the promoted type.</returns>
    /// <exception cref="ShapeException">An operand is not a vector, or the lengths differ.</exception>
    public Tensor Dot(Tensor other)
    {
        if (Autocast.Enabled)
        {
            using Autocast.Operation cast = Autocast.Enter("Dot", this, other);
            return cast.Of(this).Dot(cast.Of(other));
        }

        ArgumentNullException.ThrowIfNull(other);
        if (Rank != 1 || other.Rank != 1 || Size(0) != other.Size(0))
        {
            throw new ShapeException(
                $"Dot: two vectors of one length are needed, not {Shape} and {other.Shape}; MatMul takes matrices and batches.");
        }

        return MatMul(other);
    }

    /// <summary>
    /// The inner products over the last axes of both operands: [.., k] and [*, k] → [.., *]. A number on either side multiplies.
    /// </summary>
    /// <param name="other">The other operand.</param>
    /// <exception cref="ShapeException">The last axes differ in length.</exception>
    public Tensor Inner(Tensor other)
    {
        ArgumentNullException.ThrowIfNull(other);
        if (Rank == 0 || other.Rank == 0)
        {
            return this * other;
        }

        return Size(-1) == other.Size(-1)
            ? Tensordot(other, [-1], [-1])
            : throw new ShapeException($"Inner: the last axes of {Shape} and {other.Shape} differ in length; they must be equal.");
    }
}
