using System.Runtime.CompilerServices;
using DeepLearning.Numerics;

namespace DeepLearning;

public partial class Tensor
{
    /// <summary>Error function: erf(x) = 2/√π ∫₀ˣ e^(−t²) dt.</summary>
    public Tensor Erf() => Map(default(ErfOp));

    /// <summary>As <see cref="Erf()"/>, written into this tensor.</summary>
    /// <returns>This tensor.</returns>
    public Tensor ErfInPlace() => MapInPlace(default(ErfOp));
}

internal readonly struct ErfOp : IUnaryOp<ErfOp>
{
    public static bool BackwardNeedsOutput => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public R Forward<R>(R x)
        where R : struct, IReal<R> => R.Erf(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static R Backward<R>(in ErfOp op, R x, R y, R dy)
        where R : struct, IReal<R> => dy * (R.Exp(-(x * x)) * 1.128379167095512573896);
}
