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

    /// <summary>x, but not below a bound; NaN stays.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static R AtLeast<R>(R x, R bound)
        where R : struct, IReal<R> => R.Select(R.Less(x, bound), bound, x);

    /// <summary>x, but not above a bound; NaN stays.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static R AtMost<R>(R x, R bound)
        where R : struct, IReal<R> => R.Select(R.Less(bound, x), bound, x);

    /// <summary>x cut off at ±bound; NaN stays.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static R Within<R>(R x, double bound)
        where R : struct, IReal<R> => AtLeast(AtMost(x, bound), -bound);

    /// <summary>The product of a weight and a term in which a weight of 0 counts an infinite term as nothing.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static R Weighed<R>(R weight, R term)
        where R : struct, IReal<R> =>
        R.Select(R.Equal(weight, 0.0) & R.Equal(R.Abs(term), double.PositiveInfinity), 0.0, weight * term);

    /// <summary>log(1 + eˣ), as max(x, 0) + log(1 + e^−|x|): rounding apart, exact for every x.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static R StableSoftplus<R>(R x)
        where R : struct, IReal<R> => R.Max(x, 0.0) + R.Log1p(R.Exp(-R.Abs(x)));
}
