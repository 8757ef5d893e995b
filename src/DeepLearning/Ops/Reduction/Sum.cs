namespace DeepLearning;

public partial class Tensor
{
    /// <summary>The sum of all elements, as a zero-dimensional tensor; integers and truth values add up in int64.</summary>
    public Tensor Sum() => Sum([]);

    /// <summary>The sum over some axes.</summary>
    /// <param name="axes">The axes to sum over; none means all.</param>
    /// <param name="keepDim">Keep the summed axes with length 1.</param>
    /// <exception cref="ShapeException">An axis is out of range or stands twice.</exception>
    public Tensor Sum(ReadOnlySpan<int> axes, bool keepDim = false)
    {
        Reduction reduction = Reduction.Of(this, axes, keepDim, "Sum");
        Tensor y = Allocate(reduction.Kept, DType.IsFloatingPoint() ? DType : DType.Int64, Device);
        Backend.Sum(this, y);
        Tensor result = y.Reshape(reduction.Result);
        return GradMode.Records(this) ? new SumNode(reduction.Kept, Layout.Lengths).Attach(result, this) : result;
    }

    /// <summary>The sum over one axis.</summary>
    /// <param name="axis">The axis; negative counts from the end.</param>
    /// <param name="keepDim">Keep the axis with length 1.</param>
    /// <exception cref="ShapeException">The axis is out of range.</exception>
    public Tensor Sum(int axis, bool keepDim = false) => Sum([axis], keepDim);

    private sealed class SumNode(int[] kept, int[] shape) : Node
    {
        protected internal override void Backward(Tensor gradient, Span<Tensor?> gradients) =>
            gradients[0] = gradient.Reshape(kept).Expand(shape);
    }
}
