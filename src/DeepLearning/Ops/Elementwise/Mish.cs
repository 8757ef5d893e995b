using System.Runtime.CompilerServices;
using DeepLearning.Numerics;

namespace DeepLearning;

public partial class Tensor
{
    /// <summary>Mish: y = x · tanh(ln(1 + eˣ)). Misra, "Mish: a self regularized non-monotonic activation function", 2019.</summary>
    public Tensor Mish() => Map(default(MishOp));

    /// <summary>As <see cref="Mish()"/>, written into this tensor.</summary>
    /// <returns>This tensor.</returns>
    public Tensor MishInPlace() => MapInPlace(default(MishOp));
}

internal readonly struct MishOp : IUnaryOp<MishOp>
{
    public static bool BackwardNeedsOutput => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public R Forward<R>(R x)
        where R : struct, IReal<R>
    {
        // tanh(ln(1 + e)) = n / (n + 2) with n = e (e + 2); beyond 20 it is 1 to the last bit of a double.
        R e = R.Exp(R.Select(R.Less(x, 20.0), x, 20.0));
        R n = e * (e + 2.0);
        return x * (n / (n + 2.0));
    }
}
