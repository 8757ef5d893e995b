using DeepLearning.Backends;
using DeepLearning.Numerics;

namespace DeepLearning;

public partial class Tensor
{
    /// <summary>
    /// The vector norm (Σ |x|ᵖ)^(1/p) over some axes; p = 2 over all is the Frobenius norm. p = 0 counts the elements that are not 0; p = ∞
    /// and −∞ give the greatest and the least magnitude. Where it is not differentiable at 0, its gradient there is 0. Powers that the type
    /// does not hold do no harm: the elements are then scaled first.
    /// </summary>
    /// <param name="order">The order p.</param>
    /// <param name="axes">The axes; none means all.</param>
    /// <param name="keepDim">Keep the axes with length 1.</param>
    /// <exception cref="ShapeException">An axis is out of range, stands twice, or has no elements where the order is negative or
    /// infinite.</exception>
    /// <exception cref="DTypeException">The tensor is not of a floating-point type.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The order is NaN.</exception>
    public Tensor Norm(double order = 2, ReadOnlySpan<int> axes = default, bool keepDim = false)
    {
        if (Autocast.Enabled)
        {
            using Autocast.Operation cast = Autocast.Enter("Norm");
            return cast.Of(this).Norm(order, axes, keepDim);
        }

        if (!DType.IsFloatingPoint())
        {
            throw new DTypeException($"Norm: defined for floating-point tensors, not {DType.Name()}; convert with To(DType.Float32).");
        }

        OptionChecks.NotNaN(order, nameof(Norm));
        Reduction reduction = Reduction.Of(this, axes, keepDim, "Norm");
        if (order < 0 || double.IsInfinity(order))
        {
            reduction.CheckNotEmpty("Norm");
        }

        if (DType != DType.Compute() && GradMode.Records(this))
        {
            // The gradient divides by the norm, which 16 bits would round, or could not hold.
            return To(DType.Compute()).Norm(order, axes, keepDim).To(DType);
        }

        Tensor y = PowerSum(order, reduction);
        if (order is not (0 or 1) && double.IsFinite(order) && Count > 0)
        {
            // Where reading would be waited for, it is not asked whether a norm must be put right.
            NormRange range = NormRange.Of(order, DType);
            y = !Backend.DefersChecks && range.HoldsAll(y) ? y : Rescaled(order, axes, reduction, y, range);
        }

        return Recording.Of(new NormOperation(order, reduction, this, y), y, this);
    }

    /// <summary>The norm by its definition, whose sum of powers may be too large or too small for the type.</summary>
    private Tensor PowerSum(double order, Reduction reduction)
    {
        Tensor y = reduction.Allocate(DType);
        switch (order)
        {
            case 0: Backend.Reduce(default(NonZeroOp), this, reduction.Axes, y, DType); break;
            case 1: Backend.Reduce(default(AbsSumOp), this, reduction.Axes, y, DType); break;
            case 2: Backend.Reduce(default(EuclideanOp), this, reduction.Axes, y, DType); break;
            case double.PositiveInfinity: Backend.Reduce(default(AbsMaxOp), this, reduction.Axes, y, DType); break;
            case double.NegativeInfinity: Backend.Reduce(default(AbsMinOp), this, reduction.Axes, y, DType); break;
            default: Backend.Reduce(new PowerNormOp(order), this, reduction.Axes, y, DType); break;
        }

        return y;
    }

    /// <summary>
    /// The norm with those results put right whose powers left the range: ‖x‖ = s · ‖x / s‖, s the magnitude that the sum is made of.
    /// </summary>
    private Tensor Rescaled(double order, ReadOnlySpan<int> axes, Reduction reduction, Tensor y, NormRange range)
    {
        using (GradMode.NoGrad())
        {
            Tensor x = Detach();
            if (DType != DType.Compute())
            {
                return x.To(DType.Compute()).Norm(order, axes).Reshape(y.Shape).To(DType);
            }

            Tensor size = x.Norm(order > 0 ? double.PositiveInfinity : double.NegativeInfinity, axes).Reshape(y.Shape);
            Tensor isOutside = range.Outside(y).LogicalAnd(size.Greater(0)).LogicalAnd(size.Less(double.PositiveInfinity));
            if (!Backend.DefersChecks && !isOutside.Any().Item<bool>())
            {
                return y;
            }

            Tensor scale = Where(isOutside, size, OnesLike(size));
            return Where(isOutside, (x / scale.Reshape(reduction.Kept())).PowerSum(order, reduction) * scale, y);
        }
    }
}

file readonly struct NormOperation(double order, Reduction reduction, Tensor x, Tensor y) : IOperation
{
    public string Name => "Norm";

    public void Describe(OperationAttributes attributes) => reduction.Describe(attributes.Add("order", order));

    public Node CreateNode() => new NormNode(order, reduction.Kept(), x, y);

    public Replay CreateReplay()
    {
        double p = order;
        return reduction.Replay((x, axes, keepDim) => x.Norm(p, axes, keepDim));
    }
}

file sealed class NormNode : Node
{
    private readonly double _order;
    private readonly int[] _kept;

    public NormNode(double order, int[] kept, Tensor x, Tensor y)
    {
        _order = order;
        _kept = kept;
        Save(x, y);
    }

    public override string Name => "Norm";

    protected internal override void Backward(Tensor gradient, Span<Tensor?> gradients)
    {
        Tensor x = Saved(0), y = Saved(1).Reshape(_kept), dy = gradient.Reshape(_kept);
        gradients[0] = _order switch
        {
            0 => Tensor.ZerosLike(x) * dy,
            1 => x.Sign() * dy,
            2 => NotZero(x / OneIfZero(y), y) * dy,
            double.PositiveInfinity or double.NegativeInfinity => AtExtreme(x, y, dy),
            _ => Power(x, y, dy),
        };
    }

    /// <summary>sign(x) |x|^(p − 1) y^(1 − p) dy, 0 where x or y is 0.</summary>
    private Tensor Power(Tensor x, Tensor y, Tensor dy)
    {
        Tensor magnitude = OneIfZero(x.Abs());
        Tensor ratio = NotZero((magnitude / OneIfZero(y)).Pow(Tensor.FromScalar(_order - 1, x.DType, x.Device)), y);
        return x.Sign() * ratio * dy;
    }

    private Tensor AtExtreme(Tensor x, Tensor y, Tensor dy)
    {
        Tensor equal = x.Abs().EqualTo(y).LogicalOr(x.IsNaN().LogicalAnd(y.IsNaN())).To(x.DType);
        int[] axes = [.. Enumerable.Range(0, x.Rank).Where(axis => _kept[axis] == 1)];
        return x.Sign() * equal * (dy / equal.Sum(axes, keepDim: true));
    }

    private static Tensor OneIfZero(Tensor x) => Tensor.Where(x.EqualTo(0), Tensor.OnesLike(x), x);

    private static Tensor NotZero(Tensor value, Tensor y) =>
        Tensor.Where(y.EqualTo(0), Tensor.FromScalar(0.0, value.DType, value.Device), value);
}

file readonly struct NonZeroOp : IReduceOp<NonZeroOp>
{
    public static double Identity => 0;

    public static R Combine<R>(R a, R b)
        where R : struct, IReal<R> => a + b;

    public R Map<R>(R x)
        where R : struct, IReal<R> => R.Select(R.Equal(x, 0.0), 0.0, 1.0);

    public R Finish<R>(R total)
        where R : struct, IReal<R> => total;
}

file readonly struct AbsSumOp : IReduceOp<AbsSumOp>
{
    public static double Identity => 0;

    public static R Combine<R>(R a, R b)
        where R : struct, IReal<R> => a + b;

    public R Map<R>(R x)
        where R : struct, IReal<R> => R.Abs(x);

    public R Finish<R>(R total)
        where R : struct, IReal<R> => total;
}

file readonly struct EuclideanOp : IReduceOp<EuclideanOp>
{
    public static double Identity => 0;

    public static R Combine<R>(R a, R b)
        where R : struct, IReal<R> => a + b;

    public R Map<R>(R x)
        where R : struct, IReal<R> => x * x;

    public R Finish<R>(R total)
        where R : struct, IReal<R> => R.Sqrt(total);
}

file readonly struct AbsMaxOp : IReduceOp<AbsMaxOp>
{
    public static double Identity => 0;

    public static R Combine<R>(R a, R b)
        where R : struct, IReal<R> => R.Max(a, b);

    public R Map<R>(R x)
        where R : struct, IReal<R> => R.Abs(x);

    public R Finish<R>(R total)
        where R : struct, IReal<R> => total;
}

file readonly struct AbsMinOp : IReduceOp<AbsMinOp>
{
    public static double Identity => double.PositiveInfinity;

    public static R Combine<R>(R a, R b)
        where R : struct, IReal<R> => R.Min(a, b);

    public R Map<R>(R x)
        where R : struct, IReal<R> => R.Abs(x);

    public R Finish<R>(R total)
        where R : struct, IReal<R> => total;
}

file readonly struct PowerNormOp(double order) : IReduceOp<PowerNormOp>
{
    private readonly double _order = order;

    public static double Identity => 0;

    public static R Combine<R>(R a, R b)
        where R : struct, IReal<R> => a + b;

    public R Map<R>(R x)
        where R : struct, IReal<R> => R.Pow(R.Abs(x), _order);

    public R Finish<R>(R total)
        where R : struct, IReal<R> => R.Pow(total, 1 / _order);
}
