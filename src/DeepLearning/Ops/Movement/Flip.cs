namespace DeepLearning;

public partial class Tensor
{
    /// <summary>A copy with the order of elements reversed along some axes.</summary>
    /// <param name="axes">The axes; negative counts from the end. None leaves the order as it is.</param>
    /// <exception cref="ShapeException">An axis is out of range or stands twice.</exception>
    public Tensor Flip(params ReadOnlySpan<int> axes)
    {
        int[] flipped = new int[axes.Length];
        long[] strides = Layout.Strides.AsSpan().ToArray();
        long offset = Layout.Offset;
        for (int i = 0; i < axes.Length; i++)
        {
            int axis = this.AxisOf(axes[i], "Flip");
            if (flipped.AsSpan(0, i).Contains(axis))
            {
                throw new ShapeException($"Flip: axis {axis} stands twice in {Shape.Format(axes)}.");
            }

            flipped[i] = axis;
            offset += Math.Max(Size(axis) - 1, 0) * strides[axis];
            strides[axis] = -strides[axis];
        }

        // Negative strides live only for the length of this copy: no other operation has to expect them.
        Tensor result = Allocate(Layout, DType, Device);
        Tensor reversed = ViewAs(new Layout(Layout.Lengths, strides, offset));
        Backend.Copy(reversed, result);
        reversed.Return();
        return Recording.Of(new FlipOperation(flipped), result, this);
    }

    /// <summary>A copy of a matrix with the rows in reverse order; axis 0 of any tensor.</summary>
    /// <exception cref="ShapeException">The tensor has no axis.</exception>
    public Tensor FlipUD() => Flip(0);

    /// <summary>A copy of a matrix with the columns in reverse order; axis 1 of any tensor.</summary>
    /// <exception cref="ShapeException">The tensor has fewer than two axes.</exception>
    public Tensor FlipLR() => Flip(1);

    /// <summary>A copy rotated by quarter turns in the plane of two axes, from the first toward the second.</summary>
    /// <param name="turns">How often; negative turns the other way.</param>
    /// <param name="first">The first axis of the plane.</param>
    /// <param name="second">The second axis of the plane.</param>
    /// <exception cref="ShapeException">An axis is out of range, or both are the same.</exception>
    public Tensor Rot90(int turns = 1, int first = 0, int second = 1)
    {
        int a = this.AxisOf(first, "Rot90"), b = this.AxisOf(second, "Rot90");
        if (a == b)
        {
            throw new ShapeException($"Rot90: axes {first} and {second} of a tensor {Shape} are the same; a plane needs two.");
        }

        return (turns & 3) switch
        {
            0 => Clone(),
            1 => Transpose(a, b).Flip(a),
            2 => Flip(a, b),
            _ => Transpose(a, b).Flip(b),
        };
    }
}

file readonly struct FlipOperation(int[] axes) : IDerivative
{
    public string Name => "Flip";

    public void Describe(OperationAttributes attributes) => attributes.Add("axes", axes);

    public Node CreateNode() => new OperationNode<FlipOperation>(this);

    public void Backward(Node node, Tensor gradient, Span<Tensor?> gradients) => gradients[0] = gradient.Flip(axes);

    public Replay CreateReplay()
    {
        int[] flipped = axes;
        return (inputs, outputs) => outputs[0] = inputs[0]!.Flip(flipped);
    }
}
