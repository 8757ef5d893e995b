using System.Runtime.CompilerServices;
using DeepLearning.Numerics;

namespace DeepLearning;

public partial class Tensor
{
    /// <summary>Trigamma function ψ₁(x) = d²/dx² ln Γ(x).</summary>
    public Tensor Trigamma() => Map(default(TrigammaOp));

    /// <summary>As <see cref="Trigamma()"/>, written into this tensor.</summary>
    /// <returns>This tensor.</returns>
    public Tensor TrigammaInPlace() => MapInPlace(default(TrigammaOp));
}

internal readonly struct TrigammaOp : IUnaryOp<TrigammaOp>
{
    public static bool BackwardNeedsOutput => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public R Forward<R>(R x)
        where R : struct, IReal<R> => R.Trigamma(x);
}
