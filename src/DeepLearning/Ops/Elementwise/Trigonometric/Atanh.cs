using System.Runtime.CompilerServices;
using DeepLearning.Numerics;

namespace DeepLearning;

public partial class Tensor
{
    /// <summary>Inverse hyperbolic tangent: y = ½ ln((1 + x) / (1 − x)); ±∞ at ±1, NaN outside.</summary>
    public Tensor Atanh() => Map(default(AtanhOp));

    /// <summary>As <see cref="Atanh()"/>, written into this tensor.</summary>
    /// <returns>This tensor.</returns>
    public Tensor AtanhInPlace() => MapInPlace(default(AtanhOp));
}

internal readonly struct AtanhOp : IUnaryOp<AtanhOp>
{
    public static bool BackwardNeedsOutput => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public R Forward<R>(R x)
        where R : struct, IReal<R> => (R.Log1p(x) - R.Log1p(-x)) * 0.5;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static R Backward<R>(in AtanhOp op, R x, R y, R dy)
        where R : struct, IReal<R> => dy / ((1.0 - x) * (x + 1.0));
}
