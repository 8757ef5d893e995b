using DeepLearning.Backends;
using DeepLearning.Numerics;

namespace DeepLearning;

public partial class Tensor
{
    /// <summary>The mean of all elements, as a zero-dimensional tensor; NaN for none.</summary>
    /// <param name="dtype">The type to compute in and of the result; needed for integers.</param>
    /// <exception cref="DTypeException">The result would not be of a floating-point type.</exception>
    public Tensor Mean(DType? dtype = null) => Mean([], false, dtype);

    /// <summary>The mean over one axis.</summary>
    /// <param name="axis">The axis; negative counts from the end.</param>
    /// <param name="keepDim">Keep the axis with length 1.</param>
    /// <param name="dtype">The type to compute in and of the result; needed for integers.</param>
    /// <exception cref="ShapeException">The axis is out of range.</exception>
    /// <exception cref="DTypeException">The result would not be of a floating-point type.</exception>
    public Tensor Mean(int axis, bool keepDim = false, DType? dtype = null) => Mean([axis], keepDim, dtype);

    /// <summary>The mean over some axes.</summary>
    /// <param name="axes">The axes; none means all.</param>
    /// <param name="keepDim">Keep the axes with length 1.</param>
    /// <param name="dtype">The type to compute in and of the result; needed for integers.</param>
    /// <exception cref="ShapeException">An axis is out of range or stands twice.</exception>
    /// <exception cref="DTypeException">The result would not be of a floating-point type.</exception>
    public Tensor Mean(ReadOnlySpan<int> axes, bool keepDim = false, DType? dtype = null)
    {
        Reduction reduction = Reduction.Of(this, axes, keepDim, "Mean");
        DType result = dtype ?? DType;
        if (!result.IsFloatingPoint())
        {
            throw new DTypeException($"Mean: a mean is not of type {result.Name()}; give a floating-point dtype, such as DType.Float32.");
        }

        long length = reduction.Length;
        Tensor y = reduction.Allocate(result);
        Backend.Reduce(new MeanOp(length), this, reduction.Axes, y, result);
        return Recording.Of(new MeanOperation(reduction, Layout.Lengths, result), y, this);
    }
}

file readonly struct MeanOperation(Reduction reduction, int[] shape, DType dtype) : IOperation
{
    public string Name => "Mean";

    public void Describe(OperationAttributes attributes) => reduction.Describe(attributes);

    public Node CreateNode() => new MeanNode(reduction.Kept(), shape, reduction.Length);

    public Replay CreateReplay()
    {
        DType type = dtype;
        return reduction.Replay((x, axes, keepDim) => x.Mean(axes, keepDim, type));
    }
}

file sealed class MeanNode(int[] kept, int[] shape, long length) : Node
{
    public override string Name => "Mean";

    protected internal override void Backward(Tensor gradient, Span<Tensor?> gradients) =>
        gradients[0] = (gradient / (double)length).Reshape(kept).Expand(shape);
}

file readonly struct MeanOp(double length) : IReduceOp<MeanOp>
{
    private readonly double _length = length;

    public static double Identity => 0;

    public static R Combine<R>(R a, R b)
        where R : struct, IReal<R> => a + b;

    public R Map<R>(R x)
        where R : struct, IReal<R> => x;

    public R Finish<R>(R total)
        where R : struct, IReal<R> => total / (R)_length;
}
