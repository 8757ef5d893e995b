using DeepLearning.Backends;

namespace DeepLearning;

public partial class Tensor
{
    /// <summary>The sum of all elements, as a zero-dimensional tensor; integers and truth values add up in int64.</summary>
    /// <param name="dtype">The type to add in and of the result; by default this tensor's own, or int64 for integers and truth
    /// values.</param>
    public Tensor Sum(DType? dtype = null) => Sum([], false, dtype);

    /// <summary>The sum over some axes.</summary>
    /// <param name="axes">The axes to sum over; none means all.</param>
    /// <param name="keepDim">Keep the summed axes with length 1.</param>
    /// <param name="dtype">The type to add in and of the result; by default this tensor's own, or int64 for integers and truth
    /// values.</param>
    /// <exception cref="ShapeException">An axis is out of range or stands twice.</exception>
    public Tensor Sum(ReadOnlySpan<int> axes, bool keepDim = false, DType? dtype = null)
    {
        dtype = Autocast.SumType(this, dtype);
        Reduction reduction = Reduction.Of(this, axes, keepDim, "Sum");
        DType result = dtype ?? (DType.IsFloatingPoint() ? DType : DType.Int64);
        Tensor y = reduction.Allocate(result);
        Backend.Reduce(default(SumOp), this, reduction.Axes, y, result);
        return Recording.Of(new SumOperation(reduction, Layout.Lengths, result), y, this);
    }

    /// <summary>The sum over one axis.</summary>
    /// <param name="axis">The axis; negative counts from the end.</param>
    /// <param name="keepDim">Keep the axis with length 1.</param>
    /// <param name="dtype">The type to add in and of the result; by default this tensor's own, or int64 for integers and truth
    /// values.</param>
    /// <exception cref="ShapeException">The axis is out of range.</exception>
    public Tensor Sum(int axis, bool keepDim = false, DType? dtype = null) => Sum([axis], keepDim, dtype);
}

file readonly struct SumOperation(Reduction reduction, int[] shape, DType dtype) : IOperation
{
    public string Name => "Sum";

    public void Describe(OperationAttributes attributes) => reduction.Describe(attributes);

    public Node CreateNode() => new SumNode(reduction.Kept(), shape);

    public Replay CreateReplay()
    {
        DType type = dtype;
        return reduction.Replay((x, axes, keepDim) => x.Sum(axes, keepDim, type));
    }
}

file sealed class SumNode(int[] kept, int[] shape) : Node
{
    public override string Name => "Sum";

    protected internal override void Backward(Tensor gradient, Span<Tensor?> gradients) =>
        gradients[0] = gradient.Reshape(kept).Expand(shape);
}
