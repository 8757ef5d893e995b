namespace DeepLearning;

public partial class Tensor
{
    /// <summary>The product of two matrices, [m, k] × [k, n] → [m, n], without broadcasting.</summary>
    /// <param name="other">The right matrix.</param>
    /// <exception cref="ShapeException">An operand is not a matrix, or the inner lengths differ.</exception>
    public Tensor Mm(Tensor other)
    {
        ArgumentNullException.ThrowIfNull(other);
        CheckProduct("Mm", other, 2, 2, "two matrices [m, k] and [k, n]");
        return MatMul(other);
    }

    /// <summary>The product of a matrix and a vector, [m, k] × [k] → [m].</summary>
    /// <param name="vector">The vector.</param>
    /// <exception cref="ShapeException">The operands are not a matrix and a vector, or the inner lengths differ.</exception>
    public Tensor Mv(Tensor vector)
    {
        ArgumentNullException.ThrowIfNull(vector);
        CheckProduct("Mv", vector, 2, 1, "a matrix [m, k] and a vector [k]");
        return MatMul(vector);
    }

    /// <summary>The products of two batches of matrices, [b, m, k] × [b, k, n] → [b, m, n], without broadcasting.</summary>
    /// <param name="other">The right batch.</param>
    /// <exception cref="ShapeException">An operand has not three axes, or the batches or inner lengths differ.</exception>
    public Tensor Bmm(Tensor other)
    {
        ArgumentNullException.ThrowIfNull(other);
        CheckProduct("Bmm", other, 3, 3, "two batches of matrices [b, m, k] and [b, k, n]");
        return Size(0) == other.Size(0)
            ? MatMul(other)
            : throw new ShapeException(
                $"Bmm: the batches of {Shape} and {other.Shape} differ ({Size(0)} != {other.Size(0)}); "
                + "MatMul broadcasts.");
    }

    private void CheckProduct(string operation, Tensor other, int rank, int otherRank, string needed)
    {
        if (Rank != rank || other.Rank != otherRank || Size(-1) != other.Size(otherRank == 1 ? -1 : -2))
        {
            throw new ShapeException($"{operation}: {needed} are needed, not {Shape} and {other.Shape}; see MatMul for other ranks.");
        }
    }
}
