using System.Runtime.CompilerServices;
using DeepLearning.Numerics;

namespace DeepLearning;

public partial class Tensor
{
    /// <summary>
    /// Limits every element to an interval: y = min(max(x, min), max). The gradient is 1 inside and at both ends, 0 outside. With
    /// min above max everything becomes max. Defined for integers; a fractional limit makes them float32, and one outside their type
    /// limits nothing.
    /// </summary>
    /// <param name="min">The lower limit; null for none.</param>
    /// <param name="max">The upper limit; null for none.</param>
    /// <exception cref="ArgumentException">Both limits are null.</exception>
    /// <exception cref="DTypeException">All results would be a number that the integer type does not hold.</exception>
    public Tensor Clamp(Scalar? min = null, Scalar? max = null)
    {
        CheckLimits(min is null && max is null);
        DType dtype = LimitedType(min, max);
        KeepEffective(dtype, ref min, ref max);
        return min is null && max is null
            ? ReferenceEquals(To(dtype), this) ? Clone() : To(dtype)
            : !NumberOperands.IsExact(min, dtype) || !NumberOperands.IsExact(max, dtype)
            ? Clamp(min is { } low ? FromScalar(low, dtype, Device) : null, max is { } high ? FromScalar(high, dtype, Device) : null)
            : To(dtype).Map(ClampOp.Of(dtype, min, max));
    }

    /// <summary>
    /// Limits every element to an interval of its own: y = min(max(x, min), max), with broadcasting; NaN if any of the three is. A
    /// limit gets the gradient of the elements it replaced.
    /// </summary>
    /// <param name="min">The lower limits; null for none.</param>
    /// <param name="max">The upper limits; null for none.</param>
    /// <exception cref="ArgumentException">Both limits are null.</exception>
    /// <exception cref="ShapeException">The shapes do not broadcast.</exception>
    /// <exception cref="DTypeException">All results would be a number that the integer type does not hold.</exception>
    public Tensor Clamp(Tensor? min, Tensor? max)
    {
        CheckLimits(min is null && max is null);
        DType dtype = DTypes.ResultOf(this, min ?? this, max ?? this);
        (Scalar lowest, Scalar highest) = Extremes(dtype);
        Tensor low = EffectiveLimit(min, dtype, isLower: true) ?? FromScalar(lowest, dtype, Device);
        Tensor high = EffectiveLimit(max, dtype, isLower: false) ?? FromScalar(highest, dtype, Device);
        return MapNodes.Ternary(this, low, high, default(ClampTensorOp), dtype);
    }

    /// <summary>As <see cref="Clamp(Scalar?, Scalar?)"/>, written into this tensor.</summary>
    /// <param name="min">The lower limit; null for none.</param>
    /// <param name="max">The upper limit; null for none.</param>
    /// <returns>This tensor.</returns>
    /// <exception cref="ArgumentException">Both limits are null.</exception>
    /// <exception cref="DTypeException">
    /// A fractional limit for integers, or all results would be a number that the integer type does not hold.
    /// </exception>
    public Tensor ClampInPlace(Scalar? min = null, Scalar? max = null)
    {
        CheckLimits(min is null && max is null);
        DType dtype = LimitedType(min, max);
        KeepEffective(dtype, ref min, ref max);
        return dtype == DType && NumberOperands.IsExact(min, DType) && NumberOperands.IsExact(max, DType)
            ? MapInPlace(ClampOp.Of(dtype, min, max))
            : this.Assign(Clamp(min, max), nameof(Clamp));
    }

    /// <summary>As <see cref="Clamp(Tensor, Tensor)"/>, written into this tensor.</summary>
    /// <param name="min">The lower limits; null for none.</param>
    /// <param name="max">The upper limits; null for none.</param>
    /// <returns>This tensor.</returns>
    /// <exception cref="DTypeException">All results would be a number that the integer type does not hold.</exception>
    public Tensor ClampInPlace(Tensor? min, Tensor? max) =>
        this.Assign(this.Source(GradMode.Records(this, min, max)).Clamp(min, max), nameof(Clamp));

    private static void CheckLimits(bool none)
    {
        if (none)
        {
            throw new ArgumentException("Clamp: neither min nor max is given; give at least one of them.");
        }
    }

    /// <summary>
    /// Leaves out limits that integers of a type never reach; refuses those that all of them pass, for the result would be the limit.
    /// </summary>
    private static void KeepEffective(DType dtype, ref Scalar? min, ref Scalar? max)
    {
        if (!dtype.IsInteger())
        {
            return;
        }

        (long least, long most) = DTypes.Range(dtype);
        if (max is { } high && high.ToInt64() < least)
        {
            dtype.CheckHolds(high, nameof(Clamp));
        }

        max = max?.ToInt64() > most ? null : max;
        if (min is { } low && low.ToInt64() > most)
        {
            if (max is null)
            {
                dtype.CheckHolds(low, nameof(Clamp));
            }

            // Everything becomes the upper limit.
            min = most;
        }

        min = min?.ToInt64() < least ? null : min;
    }

    /// <summary>A tensor of limits; none where it is a number that integers of a type never reach.</summary>
    private static Tensor? EffectiveLimit(Tensor? limit, DType dtype, bool isLower)
    {
        if (limit is null || limit.Rank > 0 || limit.DType == dtype || !limit.DType.IsInteger() || !dtype.IsInteger())
        {
            return limit;
        }

        (long least, long most) = DTypes.Range(dtype);
        long number = limit.Item<long>();
        if (isLower ? number < least : number > most)
        {
            return null;
        }

        dtype.CheckHolds(number, nameof(Clamp));
        return limit;
    }

    /// <summary>Limits that limit nothing.</summary>
    private static (Scalar Lowest, Scalar Highest) Extremes(DType dtype) =>
        dtype.IsInteger() ? DTypes.Range(dtype)
        : dtype == DType.Bool ? (false, true)
        : (double.NegativeInfinity, double.PositiveInfinity);

    private DType LimitedType(Scalar? min, Scalar? max)
    {
        DType dtype = min is { } low ? DTypes.ResultOf(DType, low) : DType;
        return max is { } high ? DTypes.ResultOf(dtype, high) : dtype;
    }
}

internal readonly struct ClampOp(double min, double max) : IUnaryOp<ClampOp>
{
    private readonly double _min = min;
    private readonly double _max = max;

    public static Domain Domain => Domain.AnyNumber;

    public static bool BackwardNeedsOutput => false;

    public static ClampOp Of(DType dtype, Scalar? min, Scalar? max)
    {
        (double lowest, double highest) = dtype.IsInteger() ? DTypes.Range(dtype) : (double.NegativeInfinity, double.PositiveInfinity);
        return new(min?.ToDouble() ?? lowest, max?.ToDouble() ?? highest);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public R Forward<R>(R x)
        where R : struct, IReal<R>
    {
        // A NaN stays, whether element or limit.
        R low = _min, high = _max;
        R y = R.Select(R.Less(x, low) | R.IsNaN(low), low, x);
        return R.Select(R.Less(high, y) | R.IsNaN(high), high, y);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static R Backward<R>(in ClampOp op, R x, R y, R dy)
        where R : struct, IReal<R> => R.Select(R.LessOrEqual(op._min, x) & R.LessOrEqual(x, op._max), dy, 0.0);

    public void Describe(OperationAttributes attributes) => attributes.Add("min", _min).Add("max", _max);
}

internal readonly struct ClampTensorOp : ITernaryOp<ClampTensorOp>
{
    public static Domain Domain => Domain.AnyNumber;

    public static bool BackwardNeedsOutput => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public R Forward<R>(R a, R b, R c)
        where R : struct, IReal<R>
    {
        R y = R.Select(R.Less(a, b) | R.IsNaN(b), b, a);
        return R.Select(R.Less(c, y) | R.IsNaN(c), R.Select(R.IsNaN(y), y, c), y);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static R BackwardFirst<R>(in ClampTensorOp op, R a, R b, R c, R y, R dy)
        where R : struct, IReal<R> => R.Select(R.LessOrEqual(b, a) & R.LessOrEqual(a, c), dy, 0.0);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static R BackwardSecond<R>(in ClampTensorOp op, R a, R b, R c, R y, R dy)
        where R : struct, IReal<R> => R.Select(R.Less(a, b) & R.Less(b, c), dy, 0.0);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static R BackwardThird<R>(in ClampTensorOp op, R a, R b, R c, R y, R dy)
        where R : struct, IReal<R> => R.Select(R.Less(c, a) | R.Less(c, b), dy, 0.0);
}
