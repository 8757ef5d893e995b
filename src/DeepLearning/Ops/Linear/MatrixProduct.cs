namespace DeepLearning;

/// <summary>
/// Products of matrices over the last two axes, one or both transposed when asked; the axes before broadcast. Their gradients are such
/// products again, which makes them differentiable to any order.
/// </summary>
internal static class MatrixProduct
{
    /// <summary>
    /// a · b of operands of one type that are known to fit; of one matrix for a whole batch as a single product over all rows.
    /// </summary>
    public static Tensor OfBatches(Tensor a, Tensor b)
    {
        if (b.Rank == 2
            && a.Rank > 2
            && a.Layout.TryReshape([(int)(a.Count / Math.Max(a.Size(-1), 1)), a.Size(-1)]) is not null
            && a.Size(-1) > 0)
        {
            int[] shape = [.. a.Layout.Lengths.AsSpan(0, a.Rank - 1), b.Size(-1)];
            return Of(a.Reshape(-1, a.Size(-1)), false, b, false).Reshape(shape);
        }

        return Of(a, false, b, false);
    }

    /// <summary>op(a) · op(b), where op transposes when asked.</summary>
    public static Tensor Of(Tensor a, bool transposeA, Tensor b, bool transposeB)
    {
        int m = a.Size(transposeA ? -1 : -2), n = b.Size(transposeB ? -2 : -1);
        Tensor y;
        if (a.Rank == 2 && b.Rank == 2)
        {
            y = Tensor.Allocate([m, n], a.DType, a.Device);
        }
        else
        {
            int[] batch = Shape.Broadcast(a.Layout.Lengths.AsSpan(0, a.Rank - 2), b.Layout.Lengths.AsSpan(0, b.Rank - 2), "MatMul");
            y = Tensor.Allocate([.. batch, m, n], a.DType, a.Device);
        }

        a.Backend.MatMul(a, transposeA, b, transposeB, y);
        return Recording.Of(new MatMulOperation(a, transposeA, b, transposeB), y, a, b);
    }
}

file readonly struct MatMulOperation(Tensor a, bool transposeA, Tensor b, bool transposeB) : IOperation
{
    public string Name => "MatMul";

    public void Describe(OperationAttributes attributes)
    {
        if (transposeA || transposeB)
        {
            attributes.Add("transpose_a", transposeA).Add("transpose_b", transposeB);
        }
    }

    public Node CreateNode() => new MatMulNode(a, transposeA, b, transposeB);

    public Replay CreateReplay()
    {
        bool first = transposeA, second = transposeB;
        return (inputs, outputs) => outputs[0] = MatrixProduct.Of(inputs[0]!, first, inputs[1]!, second);
    }
}

/// <summary>For y = op(a) · op(b): d op(a) = dy · op(b)ᵀ and d op(b) = op(a)ᵀ · dy, or transposed when op transposes.</summary>
file sealed class MatMulNode : Node
{
    private readonly bool _transposeA;
    private readonly bool _transposeB;

    public MatMulNode(Tensor a, bool transposeA, Tensor b, bool transposeB)
    {
        (_transposeA, _transposeB) = (transposeA, transposeB);
        Save(b.RequiresGrad ? a : null, a.RequiresGrad ? b : null);
    }

    public override string Name => "MatMul";

    protected internal override void Backward(Tensor gradient, Span<Tensor?> gradients)
    {
        Tensor? a = HasSaved(0) ? Saved(0) : null, b = HasSaved(1) ? Saved(1) : null;
        if (gradient.DType.Compute() is var compute && compute != gradient.DType && !(IsWhole(a, gradient) && IsWhole(b, gradient)))
        {
            // Summed over the batch afterwards, and rounded then.
            (a, b, gradient) = (a?.To(compute), b?.To(compute), gradient.To(compute));
        }

        gradients[0] = !Needs(0) ? null
            : _transposeA ? MatrixProduct.Of(b!, _transposeB, gradient, true)
            : MatrixProduct.Of(gradient, false, b!, !_transposeB);
        gradients[1] = !Needs(1) ? null
            : _transposeB ? MatrixProduct.Of(gradient, true, a!, _transposeA)
            : MatrixProduct.Of(a!, !_transposeA, gradient, false);
    }

    private static bool IsWhole(Tensor? operand, Tensor gradient) => operand is not null
        && operand.Layout.Lengths.AsSpan(0, operand.Rank - 2).SequenceEqual(gradient.Layout.Lengths.AsSpan(0, gradient.Rank - 2));
}
