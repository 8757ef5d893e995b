using System.Runtime.CompilerServices;
using DeepLearning.Numerics;

namespace DeepLearning;

public partial class Tensor
{
    /// <summary>Digamma function ψ(x) = d/dx ln Γ(x).</summary>
    public Tensor Digamma() => Map(default(DigammaOp));

    /// <summary>As <see cref="Digamma()"/>, written into this tensor.</summary>
    /// <returns>This tensor.</returns>
    public Tensor DigammaInPlace() => MapInPlace(default(DigammaOp));
}

internal readonly struct DigammaOp : IUnaryOp<DigammaOp>
{
    public static bool BackwardNeedsOutput => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public R Forward<R>(R x)
        where R : struct, IReal<R> => R.Digamma(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static R Backward<R>(in DigammaOp op, R x, R y, R dy)
        where R : struct, IReal<R> => dy * R.Trigamma(x);
}
