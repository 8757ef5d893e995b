using System.Runtime.CompilerServices;
using DeepLearning.Numerics;

namespace DeepLearning;

public partial class Tensor
{
    /// <summary>Inverse of the error function; ±∞ at ±1, NaN outside −1 … 1.</summary>
    public Tensor ErfInv() => Map(default(ErfInvOp));

    /// <summary>As <see cref="ErfInv()"/>, written into this tensor.</summary>
    /// <returns>This tensor.</returns>
    public Tensor ErfInvInPlace() => MapInPlace(default(ErfInvOp));
}

internal readonly struct ErfInvOp : IUnaryOp<ErfInvOp>
{
    public static bool BackwardNeedsInput => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public R Forward<R>(R x)
        where R : struct, IReal<R> => R.ErfInv(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static R Backward<R>(in ErfInvOp op, R x, R y, R dy)
        where R : struct, IReal<R> => dy * (R.Exp(y * y) * 0.886226925452758013649);
}
