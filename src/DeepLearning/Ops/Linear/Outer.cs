namespace DeepLearning;

public partial class Tensor
{
    /// <summary>The outer product of two vectors: yᵢⱼ = aᵢ bⱼ, [m] and [n] → [m, n].</summary>
    /// <param name="other">The other vector.</param>
    /// <exception cref="ShapeException">An operand is not a vector.</exception>
    public Tensor Outer(Tensor other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return Rank == 1 && other.Rank == 1
            ? Unsqueeze(1) * other
            : throw new ShapeException(
                $"Outer: two vectors are needed, not {Shape} and {other.Shape}; Einsum or broadcasting with Unsqueeze takes others.");
    }
}
