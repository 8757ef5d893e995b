using System.Runtime.CompilerServices;
using DeepLearning.Numerics;

namespace DeepLearning;

public partial class Tensor
{
    /// <summary>Sigmoid linear unit, also called swish: y = x · σ(x).</summary>
    public Tensor Silu() => Map(default(SiluOp));

    /// <summary>As <see cref="Silu()"/>, written into this tensor.</summary>
    /// <returns>This tensor.</returns>
    public Tensor SiluInPlace() => MapInPlace(default(SiluOp));
}

internal readonly struct SiluOp : IUnaryOp<SiluOp>
{
    public static bool BackwardNeedsOutput => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public R Forward<R>(R x)
        where R : struct, IReal<R> => x / (R.Exp(-x) + 1.0);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static R Backward<R>(in SiluOp op, R x, R y, R dy)
        where R : struct, IReal<R>
    {
        R s = Formulas.Sigmoid(x);
        return dy * (s * ((x * (1.0 - s)) + 1.0));
    }
}
