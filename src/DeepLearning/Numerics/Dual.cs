using System.Runtime.CompilerServices;

namespace DeepLearning.Numerics;

/// <summary>A value with its derivative along one direction; arithmetic and functions follow the chain rule.</summary>
/// <remarks>
/// At kinks the derivatives are PyTorch's: |x| has derivative 0 at 0, a maximum or minimum halves it between equals, and rounding
/// functions have derivative 0. Comparisons look at values only.
/// </remarks>
/// <typeparam name="R">The number type of both parts.</typeparam>
/// <param name="v">The value.</param>
/// <param name="d">The derivative.</param>
public readonly struct Dual<R>(R v, R d) : IReal<Dual<R>>
    where R : struct, IReal<R>
{
    private const double TwoOverSqrtPi = 1.1283791670955126;
    private const double Ln2 = 0.6931471805599453;

    private readonly R _v = v;
    private readonly R _d = d;

    /// <summary>The value.</summary>
    public R V
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => _v;
    }

    /// <summary>The derivative.</summary>
    public R D
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => _d;
    }

    /// <summary>A constant: its derivative is 0.</summary>
    /// <param name="value">The constant.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static implicit operator Dual<R>(double value) => new(value, 0.0);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Dual<R> operator +(Dual<R> a, Dual<R> b) => new(a._v + b._v, a._d + b._d);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Dual<R> operator -(Dual<R> a, Dual<R> b) => new(a._v - b._v, a._d - b._d);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Dual<R> operator *(Dual<R> a, Dual<R> b) => new(a._v * b._v, (a._d * b._v) + (a._v * b._d));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Dual<R> operator /(Dual<R> a, Dual<R> b)
    {
        R y = a._v / b._v;
        return new(y, (a._d - (y * b._d)) / b._v);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Dual<R> operator -(Dual<R> a) => new(-a._v, -a._d);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Mask<Dual<R>> Less(Dual<R> a, Dual<R> b) => Wrap(R.Less(a._v, b._v));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Mask<Dual<R>> LessOrEqual(Dual<R> a, Dual<R> b) => Wrap(R.LessOrEqual(a._v, b._v));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Mask<Dual<R>> Equal(Dual<R> a, Dual<R> b) => Wrap(R.Equal(a._v, b._v));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Mask<Dual<R>> IsNaN(Dual<R> x) => Wrap(R.IsNaN(x._v));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Mask<Dual<R>> IsNegative(Dual<R> x) => Wrap(R.IsNegative(x._v));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Dual<R> Select(Mask<Dual<R>> mask, Dual<R> a, Dual<R> b)
    {
        Mask<R> values = new(mask._bits._v);
        return new(R.Select(values, a._v, b._v), R.Select(values, a._d, b._d));
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Dual<R> MaskAnd(Dual<R> a, Dual<R> b) => new(R.MaskAnd(a._v, b._v), a._d);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Dual<R> MaskOr(Dual<R> a, Dual<R> b) => new(R.MaskOr(a._v, b._v), a._d);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Dual<R> MaskNot(Dual<R> a) => new(R.MaskNot(a._v), a._d);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Dual<R> MultiplyAdd(Dual<R> a, Dual<R> b, Dual<R> c) =>
        new(R.MultiplyAdd(a._v, b._v, c._v), R.MultiplyAdd(a._d, b._v, R.MultiplyAdd(a._v, b._d, c._d)));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Dual<R> Max(Dual<R> a, Dual<R> b) => new(R.Max(a._v, b._v), Between(R.Less(b._v, a._v), R.Less(a._v, b._v), a._d, b._d));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Dual<R> Min(Dual<R> a, Dual<R> b) => new(R.Min(a._v, b._v), Between(R.Less(a._v, b._v), R.Less(b._v, a._v), a._d, b._d));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Dual<R> Abs(Dual<R> x) =>
        new(R.Abs(x._v), R.Select(R.Less(0.0, x._v), x._d, R.Select(R.Less(x._v, 0.0), -x._d, 0.0)));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Dual<R> Floor(Dual<R> x) => new(R.Floor(x._v), 0.0);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Dual<R> Ceiling(Dual<R> x) => new(R.Ceiling(x._v), 0.0);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Dual<R> Round(Dual<R> x) => new(R.Round(x._v), 0.0);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Dual<R> Truncate(Dual<R> x) => new(R.Truncate(x._v), 0.0);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Dual<R> Sqrt(Dual<R> x)
    {
        R y = R.Sqrt(x._v);
        return new(y, x._d / (y + y));
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Dual<R> Exp(Dual<R> x)
    {
        R y = R.Exp(x._v);
        return new(y, x._d * y);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Dual<R> Expm1(Dual<R> x) => new(R.Expm1(x._v), x._d * R.Exp(x._v));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Dual<R> Log(Dual<R> x) => new(R.Log(x._v), x._d / x._v);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Dual<R> Log1p(Dual<R> x) => new(R.Log1p(x._v), x._d / (x._v + 1.0));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Dual<R> Log2(Dual<R> x) => new(R.Log2(x._v), x._d / (x._v * Ln2));

    /// <summary>
    /// The power aᵇ. As in PyTorch the derivative by a is 0 where b is 0, and the derivative by b is 0 where a is 0 and b ≥ 0.
    /// </summary>
    /// <param name="a">The base.</param>
    /// <param name="b">The exponent.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Dual<R> Pow(Dual<R> a, Dual<R> b)
    {
        R y = R.Pow(a._v, b._v);
        R byBase = R.Select(R.Equal(b._v, 0.0), 0.0, b._v * R.Pow(a._v, b._v - 1.0));

        // A constant exponent must not bring in the logarithm of a negative base.
        Mask<R> flat = (R.Equal(a._v, 0.0) & R.LessOrEqual(0.0, b._v)) | R.Equal(b._d, 0.0);
        R byExponent = R.Select(flat, 0.0, y * R.Log(R.Select(flat, 1.0, a._v)));
        return new(y, (a._d * byBase) + (b._d * byExponent));
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Dual<R> Sin(Dual<R> x) => new(R.Sin(x._v), x._d * R.Cos(x._v));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Dual<R> Cos(Dual<R> x) => new(R.Cos(x._v), -x._d * R.Sin(x._v));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Dual<R> Tan(Dual<R> x)
    {
        R y = R.Tan(x._v);
        return new(y, x._d * ((y * y) + 1.0));
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Dual<R> Asin(Dual<R> x) => new(R.Asin(x._v), x._d / R.Sqrt((1.0 - x._v) * (x._v + 1.0)));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Dual<R> Acos(Dual<R> x) => new(R.Acos(x._v), -x._d / R.Sqrt((1.0 - x._v) * (x._v + 1.0)));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Dual<R> Atan(Dual<R> x) => new(R.Atan(x._v), x._d / ((x._v * x._v) + 1.0));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Dual<R> Atan2(Dual<R> y, Dual<R> x) =>
        new(R.Atan2(y._v, x._v), ((y._d * x._v) - (x._d * y._v)) / ((x._v * x._v) + (y._v * y._v)));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Dual<R> Sinh(Dual<R> x) => new(R.Sinh(x._v), x._d * R.Cosh(x._v));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Dual<R> Cosh(Dual<R> x) => new(R.Cosh(x._v), x._d * R.Sinh(x._v));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Dual<R> Tanh(Dual<R> x)
    {
        R y = R.Tanh(x._v);
        return new(y, x._d * (1.0 - (y * y)));
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Dual<R> Erf(Dual<R> x) => new(R.Erf(x._v), x._d * (R.Exp(-(x._v * x._v)) * TwoOverSqrtPi));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Dual<R> Erfc(Dual<R> x) => new(R.Erfc(x._v), -x._d * (R.Exp(-(x._v * x._v)) * TwoOverSqrtPi));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Dual<R> ErfInv(Dual<R> x)
    {
        R y = R.ErfInv(x._v);
        return new(y, x._d * (R.Exp(y * y) / TwoOverSqrtPi));
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Dual<R> LGamma(Dual<R> x) => new(R.LGamma(x._v), x._d * R.Digamma(x._v));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Dual<R> Digamma(Dual<R> x) => new(R.Digamma(x._v), x._d * R.Trigamma(x._v));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Dual<R> Trigamma(Dual<R> x) => new(R.Trigamma(x._v), x._d * Polygamma.Tetragamma(x._v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Mask<Dual<R>> Wrap(Mask<R> mask) => new(new(mask._bits, mask._bits));

    /// <summary>The derivative of whichever wins, the mean of both between equals; a NaN wins and passes its own on.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static R Between(Mask<R> firstWins, Mask<R> secondWins, R first, R second) =>
        R.Select(firstWins, first, R.Select(secondWins, second, (first + second) * 0.5));
}
