using DeepLearning.Backends;
using DeepLearning.Numerics;

namespace DeepLearning;

public partial class Tensor
{
    /// <summary>Whether any element is not 0, as a bool tensor (uint8 of a uint8 tensor, as in PyTorch); false for none.</summary>
    /// <param name="axes">The axes; none means all.</param>
    /// <param name="keepDim">Keep the axes with length 1.</param>
    /// <exception cref="ShapeException">An axis is out of range or stands twice.</exception>
    public Tensor Any(ReadOnlySpan<int> axes = default, bool keepDim = false) => Truth(default(AnyOp), axes, keepDim, "Any");

    /// <summary>Whether any element along an axis is not 0.</summary>
    /// <param name="axis">The axis; negative counts from the end.</param>
    /// <param name="keepDim">Keep the axis with length 1.</param>
    /// <exception cref="ShapeException">The axis is out of range.</exception>
    public Tensor Any(int axis, bool keepDim = false) => Any([axis], keepDim);

    /// <summary>Whether all elements are not 0, as a bool tensor (uint8 of a uint8 tensor, as in PyTorch); true for none.</summary>
    /// <param name="axes">The axes; none means all.</param>
    /// <param name="keepDim">Keep the axes with length 1.</param>
    /// <exception cref="ShapeException">An axis is out of range or stands twice.</exception>
    public Tensor All(ReadOnlySpan<int> axes = default, bool keepDim = false) => Truth(default(AllOp), axes, keepDim, "All");

    /// <summary>Whether all elements along an axis are not 0.</summary>
    /// <param name="axis">The axis; negative counts from the end.</param>
    /// <param name="keepDim">Keep the axis with length 1.</param>
    /// <exception cref="ShapeException">The axis is out of range.</exception>
    public Tensor All(int axis, bool keepDim = false) => All([axis], keepDim);

    /// <summary>How many elements are not 0, int64.</summary>
    /// <param name="axes">The axes to count over; none means all.</param>
    /// <param name="keepDim">Keep the axes with length 1.</param>
    /// <exception cref="ShapeException">An axis is out of range or stands twice.</exception>
    public Tensor CountNonZero(ReadOnlySpan<int> axes = default, bool keepDim = false) => NotEqualTo(0).Sum(axes, keepDim);

    /// <summary>How many elements along an axis are not 0, int64.</summary>
    /// <param name="axis">The axis; negative counts from the end.</param>
    /// <param name="keepDim">Keep the axis with length 1.</param>
    /// <exception cref="ShapeException">The axis is out of range.</exception>
    public Tensor CountNonZero(int axis, bool keepDim = false) => CountNonZero([axis], keepDim);

    private Tensor Truth<TOp>(TOp op, ReadOnlySpan<int> axes, bool keepDim, string operation)
        where TOp : struct, IReduceOp<TOp>
    {
        Reduction reduction = Reduction.Of(this, axes, keepDim, operation);
        Tensor y = reduction.Allocate(DType == DType.UInt8 ? DType.UInt8 : DType.Bool);
        Backend.Reduce(in op, this, reduction.Axes, y, DType);
        return Recording.Of(new TruthOperation(operation, reduction), y, this);
    }
}

file readonly struct AnyOp : IReduceOp<AnyOp>
{
    public static double Identity => 0;

    public static R Combine<R>(R a, R b)
        where R : struct, IReal<R> => R.Max(a, b);

    public R Map<R>(R x)
        where R : struct, IReal<R> => R.Select(R.Equal(x, 0.0), 0.0, 1.0);

    public R Finish<R>(R total)
        where R : struct, IReal<R> => total;
}

file readonly struct AllOp : IReduceOp<AllOp>
{
    public static double Identity => 1;

    public static R Combine<R>(R a, R b)
        where R : struct, IReal<R> => R.Min(a, b);

    public R Map<R>(R x)
        where R : struct, IReal<R> => R.Select(R.Equal(x, 0.0), 0.0, 1.0);

    public R Finish<R>(R total)
        where R : struct, IReal<R> => total;
}

file readonly struct TruthOperation(string name, Reduction reduction) : IOperation
{
    public string Name => name;

    public void Describe(OperationAttributes attributes) => reduction.Describe(attributes);

    public Replay CreateReplay() => reduction.Replay(name switch
    {
        "Any" => static (x, axes, keepDim) => x.Any(axes, keepDim),
        "All" => static (x, axes, keepDim) => x.All(axes, keepDim),
        _ => throw new InvalidOperationException(name),
    });
}
