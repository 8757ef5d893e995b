using System.Runtime.CompilerServices;
using DeepLearning.Numerics;

namespace DeepLearning;

public partial class Tensor
{
    /// <summary>
    /// Clips to an interval: y = min(max(x, minValue), maxValue); the gradient at both ends is 0. Defined for integers.
    /// </summary>
    /// <param name="minValue">The smallest result.</param>
    /// <param name="maxValue">The largest result.</param>
    public Tensor Hardtanh(double minValue = -1.0, double maxValue = 1.0) => Map(new HardtanhOp(minValue, maxValue));

    /// <summary>As <see cref="Hardtanh(double, double)"/>, written into this tensor.</summary>
    /// <param name="minValue">The smallest result.</param>
    /// <param name="maxValue">The largest result.</param>
    /// <returns>This tensor.</returns>
    public Tensor HardtanhInPlace(double minValue = -1.0, double maxValue = 1.0) => MapInPlace(new HardtanhOp(minValue, maxValue));
}

internal readonly struct HardtanhOp(double minValue, double maxValue) : IUnaryOp<HardtanhOp>
{
    private readonly double _minValue = minValue;
    private readonly double _maxValue = maxValue;

    public static Domain Domain => Domain.Number;

    public static bool BackwardNeedsInput => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public R Forward<R>(R x)
        where R : struct, IReal<R> => R.Select(R.Less(x, _minValue), _minValue, R.Select(R.Less(_maxValue, x), _maxValue, x));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static R Backward<R>(in HardtanhOp op, R x, R y, R dy)
        where R : struct, IReal<R> => R.Select(R.Less(op._minValue, y) & R.Less(y, op._maxValue), dy, 0.0);
}
