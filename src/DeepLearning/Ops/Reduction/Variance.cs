using DeepLearning.Backends;
using DeepLearning.Numerics;

namespace DeepLearning;

public partial class Tensor
{
    /// <summary>The variance Σ (x − mean)² / max(0, n − correction) over some axes, in two passes.</summary>
    /// <param name="axes">The axes; none means all.</param>
    /// <param name="keepDim">Keep the axes with length 1.</param>
    /// <param name="correction">1 for the unbiased estimate (the default), 0 for the variance of the elements themselves.</param>
    /// <exception cref="ShapeException">An axis is out of range or stands twice.</exception>
    /// <exception cref="DTypeException">The tensor is not of a floating-point type.</exception>
    public Tensor Var(ReadOnlySpan<int> axes = default, bool keepDim = false, double correction = 1) =>
        Variance(axes, keepDim, correction, false, "Var", out _);

    /// <summary>The variance along one axis.</summary>
    /// <param name="axis">The axis; negative counts from the end.</param>
    /// <param name="keepDim">Keep the axis with length 1.</param>
    /// <param name="correction">1 for the unbiased estimate (the default), 0 for the variance of the elements themselves.</param>
    /// <inheritdoc cref="Var(ReadOnlySpan{int}, bool, double)" path="/exception"/>
    public Tensor Var(int axis, bool keepDim = false, double correction = 1) => Var([axis], keepDim, correction);

    /// <summary>
    /// The standard deviation: the root of <see cref="Var(ReadOnlySpan{int}, bool, double)"/>, right also where the variance is outside
    /// the type. Where it is 0, so is its gradient.
    /// </summary>
    /// <param name="axes">The axes; none means all.</param>
    /// <param name="keepDim">Keep the axes with length 1.</param>
    /// <param name="correction">1 for the unbiased estimate (the default), 0 for the deviation of the elements themselves.</param>
    /// <inheritdoc cref="Var(ReadOnlySpan{int}, bool, double)" path="/exception"/>
    public Tensor Std(ReadOnlySpan<int> axes = default, bool keepDim = false, double correction = 1) =>
        Variance(axes, keepDim, correction, true, "Std", out _);

    /// <summary>The standard deviation along one axis.</summary>
    /// <param name="axis">The axis; negative counts from the end.</param>
    /// <param name="keepDim">Keep the axis with length 1.</param>
    /// <param name="correction">1 for the unbiased estimate (the default), 0 for the deviation of the elements themselves.</param>
    /// <inheritdoc cref="Var(ReadOnlySpan{int}, bool, double)" path="/exception"/>
    public Tensor Std(int axis, bool keepDim = false, double correction = 1) => Std([axis], keepDim, correction);

    /// <summary>The variance and the mean over the same axes.</summary>
    /// <param name="axes">The axes; none means all.</param>
    /// <param name="keepDim">Keep the axes with length 1.</param>
    /// <param name="correction">1 for the unbiased estimate (the default), 0 for the variance of the elements themselves.</param>
    /// <inheritdoc cref="Var(ReadOnlySpan{int}, bool, double)" path="/exception"/>
    public VarianceAndMean VarMean(ReadOnlySpan<int> axes = default, bool keepDim = false, double correction = 1)
    {
        Tensor variance = Variance(axes, keepDim, correction, false, "VarMean", out Tensor mean);
        return new VarianceAndMean(variance, mean.Reshape(variance.Shape));
    }

    /// <summary>The standard deviation and the mean over the same axes.</summary>
    /// <param name="axes">The axes; none means all.</param>
    /// <param name="keepDim">Keep the axes with length 1.</param>
    /// <param name="correction">1 for the unbiased estimate (the default), 0 for the deviation of the elements themselves.</param>
    /// <inheritdoc cref="Var(ReadOnlySpan{int}, bool, double)" path="/exception"/>
    public VarianceAndMean StdMean(ReadOnlySpan<int> axes = default, bool keepDim = false, double correction = 1)
    {
        Tensor deviation = Variance(axes, keepDim, correction, true, "StdMean", out Tensor mean);
        return new VarianceAndMean(deviation, mean.Reshape(deviation.Shape));
    }

    private Tensor Variance(ReadOnlySpan<int> axes, bool keepDim, double correction, bool root, string operation, out Tensor mean)
    {
        if (!DType.IsFloatingPoint())
        {
            throw new DTypeException($"{operation}: defined for floating-point tensors, not {DType.Name()}; convert with "
                + "To(DType.Float32).");
        }

        if (DType.Compute() != DType)
        {
            Tensor wide = To(DType.Compute()).Variance(axes, keepDim, correction, root, operation, out mean);
            mean = mean.To(DType);
            return wide.To(DType);
        }

        Reduction reduction = Reduction.Of(this, axes, keepDim, operation);
        double divisor = Math.Max(0, reduction.Length - correction);
        mean = Mean(axes, keepDim: true);
        Tensor y = Spread(this, mean, reduction, divisor, root);
        if (reduction.Length > 0 && (Backend.DefersChecks || !IsInRange(y, root)))
        {
            // The squares overflow, or vanish, though the result need not: once more with the greatest magnitude as the unit. Where looking
            // would wait, always once more, with a unit of 1 for what was right.
            Tensor unit = Detach().Norm(double.PositiveInfinity, axes, keepDim: true);
            Tensor isUseless = unit.EqualTo(0).LogicalOr(unit.IsFinite().LogicalNot());
            isUseless = Backend.DefersChecks ? isUseless.LogicalOr(InRange(y, root).Reshape(unit.Shape)) : isUseless;
            unit = Where(isUseless, OnesLike(unit), unit);
            Tensor scaled = this / unit, scaledMean = scaled.Mean(axes, keepDim: true);
            mean = scaledMean * unit;
            y = Spread(scaled, scaledMean, reduction, divisor, root);
            unit = unit.Reshape(y.Shape);
            y.MultiplyInPlace(unit);
            y = root ? y : y.MultiplyInPlace(unit);
        }

        return Recording.Of(new VarianceOperation(reduction, divisor, root, this, mean, y), y, this);
    }

    private static Tensor Spread(Tensor x, Tensor mean, Reduction reduction, double divisor, bool root)
    {
        using GradMode.Region region = GradMode.NoGrad();
        Tensor centered = x.Detach() - mean.Detach();
        Tensor y = reduction.Allocate(x.DType);
        if (root)
        {
            x.Backend.Reduce(new DeviationOp(divisor), centered, reduction.Axes, y, x.DType);
        }
        else
        {
            x.Backend.Reduce(new MeanSquareOp(divisor), centered, reduction.Axes, y, x.DType);
        }

        return y;
    }

    /// <summary>The results between which squares, and their sums, were far from the ends of their type.</summary>
    private static (double Least, double Most) Range(DType dtype, bool root)
    {
        (double least, double most) = dtype switch
        {
            DType.Float32 => (1e-30, float.MaxValue),
            DType.Float64 => (1e-280, double.MaxValue),
            _ => throw DTypes.Unsupported(dtype),
        };
        return root ? (Math.Sqrt(least), Math.Sqrt(most)) : (least, most);
    }

    /// <summary>As <see cref="IsInRange"/>, of each result, unread.</summary>
    private static Tensor InRange(Tensor y, bool root)
    {
        (double least, double most) = Range(y.DType, root);
        return y.GreaterOrEqual(least).LogicalAnd(y.LessOrEqual(most));
    }

    /// <summary>Whether all results are so far from the ends of their type that their squares, and the sums of those, were too.</summary>
    private static bool IsInRange(Tensor y, bool root)
    {
        if (y.Count == 0)
        {
            return true;
        }

        (double least, double most) = Range(y.DType, root);
        if (y.Count == 1)
        {
            return y.Item<double>() is var only && only >= least && only <= most;
        }

        Tensor low = Allocate([], y.DType, y.Device), high = EmptyLike(low);
        ulong all = y.Rank == 0 ? 0 : ulong.MaxValue >> (64 - y.Rank);
        y.Backend.Reduce(default(AminOp), y, all, low, y.DType);
        y.Backend.Reduce(default(AmaxOp), y, all, high, y.DType);
        return low.Item<double>() >= least && high.Item<double>() <= most;
    }
}

file readonly struct VarianceOperation(Reduction reduction, double divisor, bool root, Tensor x, Tensor mean, Tensor y) : IOperation
{
    public string Name => root ? "Std" : "Var";

    public void Describe(OperationAttributes attributes) => reduction.Describe(attributes.Add("divisor", divisor));

    public Node CreateNode() => root
        ? new DeviationNode(reduction.Kept(), divisor, x, mean, y)
        : new VarianceNode(reduction.Kept(), divisor, x, mean);

    public Replay CreateReplay()
    {
        bool deviation = root;
        double correction = reduction.Length - divisor;
        return reduction.Replay((x, axes, keepDim) => deviation ? x.Std(axes, keepDim, correction) : x.Var(axes, keepDim, correction));
    }
}

file sealed class VarianceNode : Node
{
    private readonly int[] _kept;
    private readonly double _divisor;

    public VarianceNode(int[] kept, double divisor, Tensor x, Tensor mean)
    {
        _kept = kept;
        _divisor = divisor;
        Save(x, mean);
    }

    public override string Name => "Var";

    // The mean depends on x too, but the centered elements sum to 0, so that it takes no part in the first derivative.
    protected internal override void Backward(Tensor gradient, Span<Tensor?> gradients) =>
        gradients[0] = (Saved(0) - Saved(1)) * (gradient.Reshape(_kept) * (2 / _divisor));
}

/// <summary>(x − mean) / (y · divisor), 0 where y is: no direction changes a deviation of 0 more than another.</summary>
file sealed class DeviationNode : Node
{
    private readonly int[] _kept;
    private readonly double _divisor;

    public DeviationNode(int[] kept, double divisor, Tensor x, Tensor mean, Tensor y)
    {
        _kept = kept;
        _divisor = divisor;
        Save(x, mean, y);
    }

    public override string Name => "Std";

    protected internal override void Backward(Tensor gradient, Span<Tensor?> gradients)
    {
        Tensor y = Saved(2).Reshape(_kept), isZero = y.Detach().EqualTo(0);
        Tensor safe = Tensor.Where(isZero, Tensor.FromScalar(double.PositiveInfinity, y.DType, y.Device), y);
        gradients[0] = (Saved(0) - Saved(1)) / safe * (gradient.Reshape(_kept) / _divisor);
    }
}

/// <summary>Σ x² / divisor</summary>
file readonly struct MeanSquareOp(double divisor) : IReduceOp<MeanSquareOp>
{
    private readonly double _divisor = divisor;

    public static double Identity => 0;

    public static R Combine<R>(R a, R b)
        where R : struct, IReal<R> => a + b;

    public R Map<R>(R x)
        where R : struct, IReal<R> => x * x;

    public R Finish<R>(R total)
        where R : struct, IReal<R> => total / (R)_divisor;
}

/// <summary>√(Σ x² / divisor)</summary>
file readonly struct DeviationOp(double divisor) : IReduceOp<DeviationOp>
{
    private readonly double _divisor = divisor;

    public static double Identity => 0;

    public static R Combine<R>(R a, R b)
        where R : struct, IReal<R> => a + b;

    public R Map<R>(R x)
        where R : struct, IReal<R> => x * x;

    public R Finish<R>(R total)
        where R : struct, IReal<R> => R.Sqrt(total / (R)_divisor);
}
