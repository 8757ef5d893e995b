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

    /// <summary>Where the sign bit is set: below 0, and at −0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Mask<R> IsNegative<R>(R x)
        where R : struct, IReal<R> => R.Less(x, 0.0) | (R.Equal(x, 0.0) & R.Less(1.0 / x, 0.0));
}
