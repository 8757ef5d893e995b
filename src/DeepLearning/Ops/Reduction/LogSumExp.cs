namespace DeepLearning;

public partial class Tensor
{
    /// <summary>ln Σ exp(x) over some axes, without overflow; −∞ where all elements are −∞.</summary>
    /// <param name="axes">The axes; none means all.</param>
    /// <param name="keepDim">Keep the axes with length 1.</param>
    /// <exception cref="ShapeException">An axis is out of range or stands twice.</exception>
    public Tensor LogSumExp(ReadOnlySpan<int> axes = default, bool keepDim = false)
    {
        if (Autocast.Enabled)
        {
            using Autocast.Operation cast = Autocast.Enter("LogSumExp");
            return cast.Of(this).LogSumExp(axes, keepDim);
        }

        Reduction reduction = Reduction.Of(this, axes, keepDim, "LogSumExp");
        if (DType.Compute() != DType)
        {
            return To(DType.Compute()).LogSumExp(axes, keepDim).To(DType);
        }

        Tensor x = DType.IsFloatingPoint() ? this : To(DType.Float32);
        Tensor y;
        using (GradMode.NoGrad())
        {
            if (reduction.Length == 0)
            {
                y = x.Exp().Sum(axes, keepDim).Log();
            }
            else
            {
                // An infinite peak is its own result: the differences are taken from 0 then, and stay what they are.
                Tensor peak = x.Amax(axes, keepDim: true);
                peak = Where(peak.Abs().EqualTo(double.PositiveInfinity), FromScalar(0.0, x.DType, Device), peak);
                y = (x - peak).Exp().Sum(axes, keepDim).Log();
                y = y + peak.Reshape(y.Shape);
            }
        }

        return Recording.Of(new LogSumExpOperation(reduction, x, y), y, x);
    }

    /// <summary>ln Σ exp(x) along one axis.</summary>
    /// <param name="axis">The axis; negative counts from the end.</param>
    /// <param name="keepDim">Keep the axis with length 1.</param>
    /// <exception cref="ShapeException">The axis is out of range.</exception>
    public Tensor LogSumExp(int axis, bool keepDim = false) => LogSumExp([axis], keepDim);
}

file readonly struct LogSumExpOperation(Reduction reduction, Tensor x, Tensor y) : IOperation
{
    public string Name => "LogSumExp";

    public void Describe(OperationAttributes attributes) => reduction.Describe(attributes);

    public Node CreateNode() => new LogSumExpNode(reduction.Kept(), x, y);

    public Replay CreateReplay() => reduction.Replay(static (x, axes, keepDim) => x.LogSumExp(axes, keepDim));
}

file sealed class LogSumExpNode : Node
{
    private readonly int[] _kept;

    public LogSumExpNode(int[] kept, Tensor x, Tensor y)
    {
        _kept = kept;
        Save(x, y);
    }

    public override string Name => "LogSumExp";

    protected internal override void Backward(Tensor gradient, Span<Tensor?> gradients) =>
        gradients[0] = (Saved(0) - Logarithm.Finite(Saved(1).Reshape(_kept))).Exp() * gradient.Reshape(_kept);
}
