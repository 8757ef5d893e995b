using DeepLearning.Backends;

namespace DeepLearning;

public partial class Tensor
{
    /// <summary>The greatest element, as a zero-dimensional tensor; NaN if any is. The gradient is shared evenly among equals.</summary>
    /// <exception cref="ShapeException">The tensor has no elements.</exception>
    public Tensor Max() => Extreme(default(AmaxOp), [], false, "Max", nanTakesAll: true);

    /// <summary>The least element, as a zero-dimensional tensor; NaN if any is. The gradient is shared evenly among equals.</summary>
    /// <exception cref="ShapeException">The tensor has no elements.</exception>
    public Tensor Min() => Extreme(default(AminOp), [], false, "Min", nanTakesAll: true);

    /// <summary>The greatest elements over some axes; NaN if any is. The gradient is shared evenly among equals.</summary>
    /// <param name="axes">The axes; none means all.</param>
    /// <param name="keepDim">Keep the axes with length 1.</param>
    /// <exception cref="ShapeException">An axis is out of range, stands twice, or has no elements.</exception>
    public Tensor Amax(ReadOnlySpan<int> axes = default, bool keepDim = false) => Extreme(default(AmaxOp), axes, keepDim, "Amax");

    /// <summary>The greatest elements over one axis.</summary>
    /// <param name="axis">The axis; negative counts from the end.</param>
    /// <param name="keepDim">Keep the axis with length 1.</param>
    /// <inheritdoc cref="Amax(ReadOnlySpan{int}, bool)" path="/exception"/>
    public Tensor Amax(int axis, bool keepDim = false) => Amax([axis], keepDim);

    /// <summary>The least elements over some axes; NaN if any is. The gradient is shared evenly among equals.</summary>
    /// <param name="axes">The axes; none means all.</param>
    /// <param name="keepDim">Keep the axes with length 1.</param>
    /// <exception cref="ShapeException">An axis is out of range, stands twice, or has no elements.</exception>
    public Tensor Amin(ReadOnlySpan<int> axes = default, bool keepDim = false) => Extreme(default(AminOp), axes, keepDim, "Amin");

    /// <summary>The least elements over one axis.</summary>
    /// <param name="axis">The axis; negative counts from the end.</param>
    /// <param name="keepDim">Keep the axis with length 1.</param>
    /// <inheritdoc cref="Amin(ReadOnlySpan{int}, bool)" path="/exception"/>
    public Tensor Amin(int axis, bool keepDim = false) => Amin([axis], keepDim);

    private Tensor Extreme<TOp>(TOp op, ReadOnlySpan<int> axes, bool keepDim, string operation, bool nanTakesAll = false)
        where TOp : struct, IReduceOp<TOp>
    {
        Reduction reduction = Reduction.Of(this, axes, keepDim, operation);
        reduction.CheckNotEmpty(operation);
        Tensor y = reduction.Allocate(DType);
        Backend.Reduce(in op, this, reduction.Axes, y, DType);
        return Recording.Of(new ExtremeOperation(reduction, operation, nanTakesAll, this, y), y, this);
    }
}

file readonly struct ExtremeOperation(Reduction reduction, string name, bool nanTakesAll, Tensor x, Tensor y) : IOperation
{
    public string Name => name;

    public void Describe(OperationAttributes attributes) => reduction.Describe(attributes);

    public Node CreateNode() => new ExtremeNode(reduction.Kept(), name, nanTakesAll, x, y);

    public Replay CreateReplay() => reduction.Replay(name switch
    {
        "Max" or "Amax" => static (x, axes, keepDim) => x.Amax(axes, keepDim),
        "Min" or "Amin" => static (x, axes, keepDim) => x.Amin(axes, keepDim),
        _ => throw new InvalidOperationException(name),
    });
}

file sealed class ExtremeNode : Node
{
    private readonly int[] _kept;
    private readonly bool _nanTakesAll;

    public ExtremeNode(int[] kept, string name, bool nanTakesAll, Tensor x, Tensor y)
    {
        _kept = kept;
        _nanTakesAll = nanTakesAll;
        Name = name;
        Save(x, y);
    }

    public override string Name { get; }

    protected internal override void Backward(Tensor gradient, Span<Tensor?> gradients)
    {
        Tensor x = Saved(0).Detach(), y = Saved(1).Detach().Reshape(_kept);
        Tensor equal = x.EqualTo(y);
        if (_nanTakesAll)
        {
            equal = equal.LogicalOr(x.IsNaN());
        }

        equal = equal.To(gradient.DType.Compute());
        int[] axes = [.. Enumerable.Range(0, x.Rank).Where(axis => _kept[axis] == 1)];
        gradients[0] = gradient.Reshape(_kept) / equal.Sum(axes, keepDim: true) * equal;
    }
}
