namespace DeepLearning;

public partial class Tensor
{
    /// <summary>A view with the axes in another order.</summary>
    /// <param name="axes">For each axis of the result, the axis of this tensor; negative counts from the end.</param>
    /// <exception cref="ShapeException">The axes are not a permutation of this tensor's.</exception>
    public Tensor Permute(params ReadOnlySpan<int> axes)
    {
        int[] order = new int[axes.Length];
        int[] lengths = new int[axes.Length];
        long[] strides = new long[axes.Length];
        bool[] seen = new bool[Rank];
        if (axes.Length != Rank)
        {
            throw new ShapeException($"Permute: a tensor {Shape} needs {Rank} axes, not {axes.Length}: {Shape.Format(axes)}.");
        }

        for (int i = 0; i < order.Length; i++)
        {
            int axis = Shape.Axis(axes[i], Rank, "Permute");
            if (seen[axis])
            {
                throw new ShapeException($"Permute: axis {axis} stands twice in {Shape.Format(axes)}.");
            }

            seen[axis] = true;
            order[i] = axis;
            lengths[i] = Size(axis);
            strides[i] = Layout.Strides[axis];
        }

        Tensor view = MakeView(new Layout(lengths, strides, Layout.Offset));
        return Recording.Of(new PermuteOperation(order), view, this);
    }

    /// <summary>A view with two axes exchanged.</summary>
    /// <param name="first">One axis.</param>
    /// <param name="second">The other.</param>
    /// <exception cref="ShapeException">An axis is out of range.</exception>
    public Tensor Transpose(int first, int second)
    {
        int a = Shape.Axis(first, Rank, "Transpose"), b = Shape.Axis(second, Rank, "Transpose");
        int[] axes = new int[Rank];
        for (int i = 0; i < axes.Length; i++)
        {
            axes[i] = i == a ? b : i == b ? a : i;
        }

        return Permute(axes);
    }

    /// <summary>The matrix transpose: a view with the last two axes exchanged.</summary>
    /// <exception cref="ShapeException">There are fewer than two axes.</exception>
    public Tensor T => Rank >= 2 ? Transpose(-2, -1) : throw new ShapeException($"T: a tensor {Shape} has no two axes to exchange.");
}

file readonly struct PermuteOperation(int[] order) : IDerivative
{
    public string Name => "Permute";

    public void Describe(OperationAttributes attributes) => attributes.Add("axes", order);

    public Node CreateNode() => new OperationNode<PermuteOperation>(this);

    public void Backward(Node node, Tensor gradient, Span<Tensor?> gradients)
    {
        int[] inverse = new int[order.Length];
        for (int i = 0; i < order.Length; i++)
        {
            inverse[order[i]] = i;
        }

        gradients[0] = gradient.Permute(inverse);
    }

    public Replay CreateReplay()
    {
        int[] axes = order;
        return (inputs, outputs) => outputs[0] = inputs[0]!.Permute(axes);
    }
}
