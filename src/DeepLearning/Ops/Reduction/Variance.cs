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
        Variance(axes, keepDim, correction, "Var", out _);

    /// <summary>The variance along one axis.</summary>
    /// <param name="axis">The axis; negative counts from the end.</param>
    /// <param name="keepDim">Keep the axis with length 1.</param>
    /// <param name="correction">1 for the unbiased estimate (the default), 0 for the variance of the elements themselves.</param>
    /// <inheritdoc cref="Var(ReadOnlySpan{int}, bool, double)" path="/exception"/>
    public Tensor Var(int axis, bool keepDim = false, double correction = 1) => Var([axis], keepDim, correction);

    /// <summary>The standard deviation: the root of <see cref="Var(ReadOnlySpan{int}, bool, double)"/>. Where it is 0, so is its
    /// gradient.</summary>
    /// <param name="axes">The axes; none means all.</param>
    /// <param name="keepDim">Keep the axes with length 1.</param>
    /// <param name="correction">1 for the unbiased estimate (the default), 0 for the deviation of the elements themselves.</param>
    /// <inheritdoc cref="Var(ReadOnlySpan{int}, bool, double)" path="/exception"/>
    public Tensor Std(ReadOnlySpan<int> axes = default, bool keepDim = false, double correction = 1) =>
        Variance(axes, keepDim, correction, "Std", out _).Map(default(DeviationOp));

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
        Tensor variance = Variance(axes, keepDim, correction, "VarMean", out Tensor mean);
        return new VarianceAndMean(variance, mean.Reshape(variance.Shape));
    }

    /// <summary>The standard deviation and the mean over the same axes.</summary>
    /// <param name="axes">The axes; none means all.</param>
    /// <param name="keepDim">Keep the axes with length 1.</param>
    /// <param name="correction">1 for the unbiased estimate (the default), 0 for the deviation of the elements themselves.</param>
    /// <inheritdoc cref="Var(ReadOnlySpan{int}, bool, double)" path="/exception"/>
    public VarianceAndMean StdMean(ReadOnlySpan<int> axes = default, bool keepDim = false, double correction = 1)
    {
        VarianceAndMean result = VarMean(axes, keepDim, correction);
        return result with { Variance = result.Variance.Map(default(DeviationOp)) };
    }

    private Tensor Variance(ReadOnlySpan<int> axes, bool keepDim, double correction, string operation, out Tensor mean)
    {
        if (!DType.IsFloatingPoint())
        {
            throw new DTypeException($"{operation}: defined for floating-point tensors, not {DType.Name()}; convert with "
                + $"To(DType.Float32).");
        }

        Reduction reduction = Reduction.Of(this, axes, keepDim, operation);
        double divisor = Math.Max(0, reduction.Length - correction);
        mean = Mean(axes, keepDim: true);
        Tensor centered = Detach() - mean.Detach();
        Tensor y = reduction.Allocate(DType);
        Backend.Reduce(new MeanSquareOp(divisor), centered, reduction.Axes, y, DType);
        return GradMode.Records(this) ? new VarianceNode(reduction.Kept(), divisor, this, mean).Attach(y, this) : y;
    }

    private sealed class VarianceNode : Node
    {
        private readonly int[] _kept;
        private readonly double _divisor;

        public VarianceNode(int[] kept, double divisor, Tensor x, Tensor mean)
        {
            _kept = kept;
            _divisor = divisor;
            Save(x, mean);
        }

        // The mean depends on x too, but the centred elements sum to 0, so that it takes no part in the first derivative.
        protected internal override void Backward(Tensor gradient, Span<Tensor?> gradients) =>
            gradients[0] = (Saved(0) - Saved(1)) * (gradient.Reshape(_kept) * (2 / _divisor));
    }
}

/// <summary>Σ x² / divisor</summary>
internal readonly struct MeanSquareOp(double divisor) : IReduceOp<MeanSquareOp>
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

/// <summary>The root whose derivative at 0 is 0: no direction changes a deviation of 0 more than another.</summary>
internal readonly struct DeviationOp : IUnaryOp<DeviationOp>
{
    public static bool BackwardNeedsInput => false;

    public R Forward<R>(R x)
        where R : struct, IReal<R> => R.Sqrt(x);

    public static R Backward<R>(in DeviationOp op, R x, R y, R dy)
        where R : struct, IReal<R>
    {
        Mask<R> isZero = R.Equal(y, 0.0);
        return R.Select(isZero, 0.0, dy / (R.Select(isZero, 1.0, y) * 2.0));
    }
}
