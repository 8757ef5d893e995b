using System.Runtime.CompilerServices;
using DeepLearning.Numerics;

namespace DeepLearning;

public partial class Tensor
{
    /// <summary>
    /// Clips to an interval: y = min(max(x, minValue), maxValue); the gradient at both ends is 0. Defined for integers; a bound that lies
    /// outside their type has no effect.
    /// </summary>
    /// <param name="minValue">The smallest result.</param>
    /// <param name="maxValue">The largest result.</param>
    /// <exception cref="ArgumentException"><paramref name="minValue"/> is above <paramref name="maxValue"/>.</exception>
    /// <exception cref="DTypeException">All results would be a number that the tensor's integer type does not hold.</exception>
    public Tensor Hardtanh(double minValue = -1.0, double maxValue = 1.0) => Map(HardtanhOp.Of(DType, minValue, maxValue));

    /// <summary>As <see cref="Hardtanh(double, double)"/>, written into this tensor.</summary>
    /// <param name="minValue">The smallest result.</param>
    /// <param name="maxValue">The largest result.</param>
    /// <returns>This tensor.</returns>
    /// <exception cref="ArgumentException"><paramref name="minValue"/> is above <paramref name="maxValue"/>.</exception>
    /// <exception cref="DTypeException">All results would be a number that the tensor's integer type does not hold.</exception>
    public Tensor HardtanhInPlace(double minValue = -1.0, double maxValue = 1.0) =>
        MapInPlace(HardtanhOp.Of(DType, minValue, maxValue));
}

internal readonly struct HardtanhOp(double minValue, double maxValue) : IUnaryOp<HardtanhOp>
{
    private readonly double _minValue = minValue;
    private readonly double _maxValue = maxValue;

    public static Domain Domain => Domain.AnyNumber;

    public static bool BackwardNeedsInput => false;

    /// <summary>Refuses an interval whose ends are the wrong way round.</summary>
    public static void CheckOrder(double minValue, double maxValue)
    {
        if (!(minValue <= maxValue))
        {
            string ends = FormattableString.Invariant($"{minValue} to {maxValue}");
            throw new ArgumentException(
                $"Hardtanh: {ends} is no interval; give two numbers, minValue and maxValue, the lower one first.", nameof(minValue));
        }
    }

    /// <summary>The bounds as the type holds them, for the gradient compares them with results.</summary>
    public static HardtanhOp Of(DType dtype, double minValue, double maxValue)
    {
        CheckOrder(minValue, maxValue);
        if (!dtype.IsInteger())
        {
            return dtype switch
            {
                DType.Float16 => new((double)(Half)minValue, (double)(Half)maxValue),
                DType.BFloat16 => new((BFloat16)minValue, (BFloat16)maxValue),
                DType.Float32 or DType.Float64 or DType.Bool => new(minValue, maxValue),
                _ => throw DTypes.Unsupported(dtype),
            };
        }

        (long least, long most) = DTypes.Range(dtype);
        double low = Math.Max(minValue, least), high = Math.Min(maxValue, most);
        dtype.CheckHolds(low, "Hardtanh");
        dtype.CheckHolds(high, "Hardtanh");
        return new(low, high);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public R Forward<R>(R x)
        where R : struct, IReal<R> => R.Select(R.Less(x, _minValue), _minValue, R.Select(R.Less(_maxValue, x), _maxValue, x));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static R Backward<R>(in HardtanhOp op, R x, R y, R dy)
        where R : struct, IReal<R> => R.Select(R.Less(op._minValue, y) & R.Less(y, op._maxValue), dy, 0.0);

    public void Describe(OperationAttributes attributes) => attributes.Add("min_value", _minValue).Add("max_value", _maxValue);
}
