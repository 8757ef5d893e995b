using System.Runtime.CompilerServices;
using DeepLearning.Numerics;

namespace DeepLearning;

public partial class Tensor
{
    /// <summary>
    /// Piecewise quadratic swish: y = x · min(max(x + 3, 0), 6) / 6; 0, its limit, at −∞. Howard and others, "Searching for
    /// MobileNetV3", 2019.
    /// </summary>
    public Tensor Hardswish() => Map(default(HardswishOp));

    /// <summary>As <see cref="Hardswish()"/>, written into this tensor.</summary>
    /// <returns>This tensor.</returns>
    public Tensor HardswishInPlace() => MapInPlace(default(HardswishOp));
}

internal readonly struct HardswishOp : IUnaryOp<HardswishOp>
{
    public static bool BackwardNeedsOutput => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public R Forward<R>(R x)
        where R : struct, IReal<R>
    {
        R low = Formulas.AtLeast(x, -3.0);
        return R.Select(R.Less(3.0, x), x, low * (low + 3.0) / 6.0);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static R Backward<R>(in HardswishOp op, R x, R y, R dy)
        where R : struct, IReal<R> => dy * R.Select(R.Less(x, -3.0), 0.0, R.Select(R.LessOrEqual(3.0, x), 1.0, (x / 3.0) + 0.5));
}
