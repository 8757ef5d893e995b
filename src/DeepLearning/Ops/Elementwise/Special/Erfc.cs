using System.Runtime.CompilerServices;
using DeepLearning.Numerics;

namespace DeepLearning;

public partial class Tensor
{
    /// <summary>Complementary error function, 1 − erf(x), accurate for large x.</summary>
    public Tensor Erfc() => Map(default(ErfcOp));

    /// <summary>As <see cref="Erfc()"/>, written into this tensor.</summary>
    /// <returns>This tensor.</returns>
    public Tensor ErfcInPlace() => MapInPlace(default(ErfcOp));
}

internal readonly struct ErfcOp : IUnaryOp<ErfcOp>
{
    public static bool BackwardNeedsOutput => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public R Forward<R>(R x)
        where R : struct, IReal<R> => R.Erfc(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static R Backward<R>(in ErfcOp op, R x, R y, R dy)
        where R : struct, IReal<R> => dy * (R.Exp(-(x * x)) * -1.128379167095512573896);
}
