namespace DeepLearning;

public partial class Tensor
{
    /// <summary>The same elements at another shape. A view where the layout allows it, else a copy.</summary>
    /// <param name="shape">The length of each axis; one may be −1 and follows from the others.</param>
    /// <exception cref="ShapeException">The number of elements differs.</exception>
    public Tensor Reshape(params ReadOnlySpan<int> shape)
    {
        Span<int> lengths = stackalloc int[shape.Length];
        ResolveShape(shape, lengths, "Reshape");
        if (lengths.SequenceEqual(Layout.Lengths))
        {
            return this;
        }

        return Layout.TryReshape(lengths) is { } layout ? this.ReshapeView(layout) : Contiguous().Reshape(lengths);
    }

    /// <summary>The same elements at another shape, always sharing memory.</summary>
    /// <param name="shape">The length of each axis; one may be −1 and follows from the others.</param>
    /// <exception cref="ShapeException">
    /// The number of elements differs, or only a copy could have this shape: use <see cref="Reshape"/>.
    /// </exception>
    public Tensor View(params ReadOnlySpan<int> shape)
    {
        Span<int> lengths = stackalloc int[shape.Length];
        ResolveShape(shape, lengths, "View");
        return Layout.TryReshape(lengths) is { } layout
            ? this.ReshapeView(layout)
            : throw new ShapeException(
                $"View: a tensor {Shape} with strides [{string.Join(", ", Layout.Strides)}] cannot be seen as {Shape.Format(lengths)} "
                + "without a copy; use Reshape.");
    }

    private void ResolveShape(ReadOnlySpan<int> shape, Span<int> lengths, string operation)
    {
        int unknown = -1;
        long known = 1;
        for (int axis = 0; axis < shape.Length; axis++)
        {
            lengths[axis] = shape[axis];
            if (shape[axis] >= 0)
            {
                known = Shape.Product(known, shape[axis]);
            }
            else if (shape[axis] == -1 && unknown < 0)
            {
                unknown = axis;
            }
            else
            {
                throw new ShapeException($"{operation}: {Shape.Format(shape)} is no shape: at most one length may be -1, none below.");
            }
        }

        if (unknown >= 0 && known > 0 && Count % known == 0)
        {
            lengths[unknown] = Shape.AxisLength(Count / known, operation);
            known = Count;
        }

        if (known != Count || (unknown >= 0 && lengths[unknown] < 0))
        {
            throw new ShapeException($"{operation}: a tensor {Shape} of {Count} elements cannot have the shape {Shape.Format(shape)}.");
        }
    }
}

/// <summary>The same elements under another shape.</summary>
internal static class Reshaping
{
    public static Tensor ReshapeView(this Tensor x, Layout layout)
    {
        Tensor view = x.MakeView(layout);
        return Recording.Of(new ReshapeOperation(x.Layout.Lengths, layout.Lengths), view, x);
    }
}

file readonly struct ReshapeOperation(int[] from, int[] to) : IDerivative
{
    public string Name => "Reshape";

    public void Describe(OperationAttributes attributes) => attributes.Add("shape", to);

    public Node CreateNode() => new OperationNode<ReshapeOperation>(this);

    public void Backward(Node node, Tensor gradient, Span<Tensor?> gradients) => gradients[0] = gradient.Reshape(from);

    public Replay CreateReplay()
    {
        int[] lengths = to;
        return (inputs, outputs) => outputs[0] = inputs[0]!.Reshape(lengths);
    }
}
