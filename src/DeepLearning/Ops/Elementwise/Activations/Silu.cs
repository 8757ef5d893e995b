using System.Runtime.CompilerServices;
using DeepLearning.Numerics;

namespace DeepLearning;

public partial class Tensor
{
    /// <summary>Sigmoid linear unit, also called swish: y = x · σ(x); 0, its limit, at −∞.</summary>
    public Tensor Silu() => Map(default(SiluOp));

    /// <summary>As <see cref="Silu()"/>, written into this tensor.</summary>
    /// <returns>This tensor.</returns>
    public Tensor SiluInPlace() => MapInPlace(default(SiluOp));
}

internal readonly struct SiluOp : IUnaryOp<SiluOp>
{
    /// <summary>Beyond ±1000 σ(x) is 0 or 1 to the last bit, and stays so where x itself would make 0 · ∞.</summary>
    private const double Far = 1000.0;

    public static bool BackwardNeedsOutput => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public R Forward<R>(R x)
        where R : struct, IReal<R>
    {
        R low = Formulas.AtLeast(x, -Far);
        return low / (R.Exp(-low) + 1.0);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static R Backward<R>(in SiluOp op, R x, R y, R dy)
        where R : struct, IReal<R>
    {
        R near = Formulas.Within(x, Far), s = Formulas.Sigmoid(near);
        return dy * (s * ((near * (1.0 - s)) + 1.0));
    }
}
