using System.Runtime.CompilerServices;
using DeepLearning.Numerics;

namespace DeepLearning;

/// <summary>Formulas that several operations share.</summary>
internal static class Formulas
{
    /// <summary>1 / (1 + e^(−x)) with finite derivatives of every order: e is never raised to a positive power.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static R Sigmoid<R>(R x)
        where R : struct, IReal<R>
    {
        Mask<R> negative = R.Less(x, 0.0);
        R e = R.Exp(R.Select(negative, x, -x));
        return R.Select(negative, e, 1.0) / (e + 1.0);
    }
}
