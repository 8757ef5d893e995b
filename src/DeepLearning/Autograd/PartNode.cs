namespace DeepLearning;

/// <summary>
/// The node of a view that picks elements of its only input, none twice. Its gradient is the input's but for zeros, so the pass adds later
/// ones in place where one is there already: to take every step of a sequence costs one pass over it backward, not one sequence of zeros
/// a step.
/// </summary>
internal abstract class PartNode() : Node(NodeKind.Part)
{
    /// <summary>The part of a tensor of the input's shape.</summary>
    public abstract Tensor Take(Tensor whole);

    /// <summary>Adds a gradient of the part to one of the input's shape, in place and without a record.</summary>
    public abstract void AddTo(Tensor whole, Tensor part);
}

/// <summary>
/// Several gradients of parts, put together into one of the input's shape: the recorded form, whose derivative takes apart.
/// </summary>
internal readonly struct PartsOperation(PartNode[] nodes) : IDerivative
{
    public string Name => "Parts";

    /// <summary>The sum of the parts at their places, zero elsewhere.</summary>
    public static Tensor Sum(List<(PartNode Node, Tensor Part)> parts, Layout whole, DType dtype)
    {
        PartNode[] nodes = [.. parts.Select(static p => p.Node)];
        Tensor[] values = [.. parts.Select(static p => p.Part)];
        Tensor sum = Tensor.Zeros(whole.Lengths, dtype, values[0].Device);
        using (GradMode.NoGrad())
        {
            for (int i = 0; i < nodes.Length; i++)
            {
                nodes[i].AddTo(sum, values[i]);
            }
        }

        return Recording.Of(new PartsOperation(nodes), sum, values);
    }

    public Node CreateNode() => new OperationNode<PartsOperation>(this);

    public void Backward(Node node, Tensor gradient, Span<Tensor?> gradients)
    {
        for (int i = 0; i < nodes.Length; i++)
        {
            gradients[i] = node.Needs(i) ? nodes[i].Take(gradient) : null;
        }
    }
}
