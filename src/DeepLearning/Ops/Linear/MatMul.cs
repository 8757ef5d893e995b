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
        ArgumentNullException.ThrowIfNull(other);
        if (Rank == 0 || other.Rank == 0)
        {
            throw new ShapeException(
                $"MatMul: operands need at least one axis: {Shape} x {other.Shape}; use * for the product with a number.");
        }

        Broadcasting.CheckDevices(this, other, "MatMul");
        int inner = Layout.Lengths[^1], otherInner = other.Layout.Lengths[other.Rank == 1 ? ^1 : ^2];
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
            return MatMul(a, b);
        }

        // Vectors: seen as a row or a column, whose axis the result drops again.
        Tensor left = a.Rank == 1 ? a.Reshape(1, inner) : a, right = b.Rank == 1 ? b.Reshape(inner, 1) : b;
        Tensor product = MatMul(left, right);
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

    private static Tensor MatMul(Tensor a, Tensor b)
    {
        if (b.Rank == 2
            && a.Rank > 2
            && a.Layout.TryReshape([(int)(a.Count / Math.Max(a.Layout.Lengths[^1], 1)), a.Layout.Lengths[^1]]) is not null
            && a.Layout.Lengths[^1] > 0)
        {
            // One matrix for the whole batch: a single product over all rows.
            int[] shape = [.. a.Layout.Lengths.AsSpan(0, a.Rank - 1), b.Layout.Lengths[^1]];
            return MatMul(a.Reshape(-1, a.Layout.Lengths[^1]), b).Reshape(shape);
        }

        Tensor y = Product(a, false, b, false);
        return Recording.Of(new MatMulOperation(a, b), y, a, b);
    }

    /// <summary>op(a) · op(b), not recorded.</summary>
    private static Tensor Product(Tensor a, bool transposeA, Tensor b, bool transposeB)
    {
        int m = a.Layout.Lengths[transposeA ? ^1 : ^2], n = b.Layout.Lengths[transposeB ? ^2 : ^1];
        Tensor y;
        if (a.Rank == 2 && b.Rank == 2)
        {
            y = Allocate([m, n], a.DType, a.Device);
        }
        else
        {
            int[] batch = Shape.Broadcast(a.Layout.Lengths.AsSpan(0, a.Rank - 2), b.Layout.Lengths.AsSpan(0, b.Rank - 2), "MatMul");
            y = Allocate([.. batch, m, n], a.DType, a.Device);
        }

        a.Backend.MatMul(a, transposeA, b, transposeB, y);
        return y;
    }

    private readonly struct MatMulOperation(Tensor a, Tensor b) : IOperation
    {
        public string Name => "MatMul";

        public Node CreateNode() => new MatMulNode(a, b);
    }

    private sealed class MatMulNode : Node
    {
        public MatMulNode(Tensor a, Tensor b) => Save(b.RequiresGrad ? a : null, a.RequiresGrad ? b : null);

        protected internal override void Backward(Tensor gradient, Span<Tensor?> gradients)
        {
            Tensor? a = HasSaved(0) ? Saved(0) : null, b = HasSaved(1) ? Saved(1) : null;
            if (gradient.DType.Compute() is var compute && compute != gradient.DType && !(IsWhole(a, gradient) && IsWhole(b, gradient)))
            {
                // Summed over the batch afterwards, and rounded then.
                (a, b, gradient) = (a?.To(compute), b?.To(compute), gradient.To(compute));
            }

            if (GradMode.Enabled)
            {
                gradients[0] = Needs(0) ? MatMul(gradient, b!.T) : null;
                gradients[1] = Needs(1) ? MatMul(a!.T, gradient) : null;
                return;
            }

            gradients[0] = Needs(0) ? Product(gradient, false, b!, true) : null;
            gradients[1] = Needs(1) ? Product(a!, true, gradient, false) : null;
        }

        private static bool IsWhole(Tensor? operand, Tensor gradient) => operand is not null
            && operand.Layout.Lengths.AsSpan(0, operand.Rank - 2).SequenceEqual(gradient.Layout.Lengths.AsSpan(0, gradient.Rank - 2));
    }
}
