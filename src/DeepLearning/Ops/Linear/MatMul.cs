namespace DeepLearning;

public partial class Tensor
{
    /// <summary>
    /// The matrix product over the last two axes, [.., m, k] × [.., k, n] → [.., m, n]; the axes before broadcast. A vector on the left
    /// counts as a row, on the right as a column, and its axis leaves the result: two vectors give their inner product.
    /// </summary>
    /// <param name="other">The right operand.</param>
    /// <returns>The product, of the promoted type; 16-bit floats are summed in float32.</returns>
    /// <exception cref="ShapeException">The inner lengths differ, the outer axes do not broadcast, or an operand has no axes.</exception>
    /// <exception cref="DTypeException">Both operands are bool.</exception>
    public Tensor MatMul(Tensor other)
    {
        if (Autocast.Enabled)
        {
            using Autocast.Operation cast = Autocast.Enter("MatMul");
            return cast.Of(this).MatMul(cast.Of(other));
        }

        ArgumentNullException.ThrowIfNull(other);
        if (Rank == 0 || other.Rank == 0)
        {
            throw new ShapeException(
                $"MatMul: operands need at least one axis: {Shape} x {other.Shape}; use * for the product with a number.");
        }

        Broadcasting.CheckDevices(this, other, "MatMul");
        int inner = Size(-1), otherInner = other.Size(other.Rank == 1 ? -1 : -2);
        if (inner != otherInner)
        {
            throw new ShapeException($"MatMul: inner dimensions differ: {Shape} x {other.Shape} ({inner} != {otherInner}).");
        }

        DType dtype = DTypes.Promote(DType, other.DType);
        if (dtype == DType.Bool)
        {
            throw new DTypeException(
                "MatMul: not defined for two bool tensors; convert one with To(DType.Int64), or to a floating-point type.");
        }

        Tensor a = To(dtype), b = other.To(dtype);
        if (a.Rank >= 2 && b.Rank >= 2)
        {
            return MatrixProduct.OfBatches(a, b);
        }

        // Vectors: seen as a row or a column, whose axis the result drops again.
        Tensor left = a.Rank == 1 ? a.Reshape(1, inner) : a, right = b.Rank == 1 ? b.Reshape(inner, 1) : b;
        Tensor product = MatrixProduct.OfBatches(left, right);
        List<int> shape = [.. product.Layout.Lengths];
        if (b.Rank == 1)
        {
            shape.RemoveAt(shape.Count - 1);
        }

        if (a.Rank == 1)
        {
            shape.RemoveAt(shape.Count - (b.Rank == 1 ? 1 : 2));
        }

        return product.Reshape([.. shape]);
    }
}
