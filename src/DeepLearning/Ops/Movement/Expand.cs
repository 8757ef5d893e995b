namespace DeepLearning;

public partial class Tensor
{
    /// <summary>A view in which axes of length 1 are repeated to the given lengths, and new outer axes are added, without a copy.</summary>
    /// <param name="shape">The wanted lengths; −1 keeps an axis as it is.</param>
    /// <exception cref="ShapeException">An axis that is not of length 1 would change.</exception>
    public Tensor Expand(params ReadOnlySpan<int> shape)
    {
        int added = shape.Length - Rank;
        int[] lengths = shape.ToArray();
        for (int axis = 0; axis < shape.Length; axis++)
        {
            int own = axis < added ? 1 : Size(axis - Math.Max(added, 0));
            if (lengths[axis] == -1 && axis >= added)
            {
                lengths[axis] = own;
            }

            if (added < 0 || lengths[axis] < 0 || (own != 1 && own != lengths[axis]))
            {
                throw new ShapeException(
                    $"Expand: a tensor {Shape} cannot be expanded to {Shape.Format(shape)}: "
                    + "only axes of length 1 repeat, and new axes come first.");
            }
        }

        if (lengths.AsSpan().SequenceEqual(Layout.Lengths))
        {
            return this;
        }

        Tensor view = MakeView(Layout.BroadcastTo(lengths));
        // The gradient is summed back to this shape where all gradients are.
        return Recording.Of(new ExpandOperation(lengths), view, this);
    }

    /// <summary>A view at another tensor's shape, as <see cref="Expand"/>.</summary>
    /// <param name="other">The other tensor.</param>
    public Tensor ExpandAs(Tensor other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return Expand(other.Shape);
    }

    /// <summary>A view at a given shape, with NumPy's broadcasting: as <see cref="Expand"/>.</summary>
    /// <param name="shape">The wanted lengths.</param>
    /// <exception cref="ShapeException">The tensor does not broadcast to the shape.</exception>
    public Tensor BroadcastTo(params ReadOnlySpan<int> shape) => Expand(shape);
}

file readonly struct ExpandOperation(int[] shape) : IDerivative
{
    public string Name => "Expand";

    public void Describe(OperationAttributes attributes) => attributes.Add("shape", shape);

    public Node CreateNode() => new OperationNode<ExpandOperation>(this);

    public void Backward(Node node, Tensor gradient, Span<Tensor?> gradients) => gradients[0] = gradient;

    public Replay CreateReplay()
    {
        int[] lengths = shape;
        return (inputs, outputs) => outputs[0] = inputs[0]!.Expand(lengths);
    }
}
