using System.Runtime.CompilerServices;
using DeepLearning.Numerics;

namespace DeepLearning;

public partial class Tensor
{
    /// <summary>
    /// Mish: y = x · tanh(ln(1 + eˣ)); 0, its limit, at −∞. Misra, "Mish: a self regularized non-monotonic activation function", 2019.
    /// </summary>
    public Tensor Mish() => Map(default(MishOp));

    /// <summary>As <see cref="Mish()"/>, written into this tensor.</summary>
    /// <returns>This tensor.</returns>
    public Tensor MishInPlace() => MapInPlace(default(MishOp));
}

internal readonly struct MishOp : IUnaryOp<MishOp>
{
    /// <summary>Beyond 20 the factor of x is 1 to the last bit of a double; far below 0 it is 0, where x itself would make 0 · ∞.</summary>
    private const double High = 20.0;
    private const double Low = -1000.0;

    public static bool BackwardNeedsOutput => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public R Forward<R>(R x)
        where R : struct, IReal<R>
    {
        // tanh(ln(1 + e)) = n / (n + 2) with n = e (e + 2).
        R low = Formulas.AtLeast(x, Low), e = R.Exp(Formulas.AtMost(low, High));
        R n = e * (e + 2.0);
        return low * (n / (n + 2.0));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static R Backward<R>(in MishOp op, R x, R y, R dy)
        where R : struct, IReal<R>
    {
        // The derivative of n / (n + 2) is 2 n′ / (n + 2)² with n′ = 2 e (e + 1).
        R near = Formulas.AtLeast(Formulas.AtMost(x, High), Low), e = R.Exp(near);
        R n = e * (e + 2.0), d = n + 2.0;
        return dy * ((n / d) + (near * (e / d * 4.0 * ((e + 1.0) / d))));
    }
}
