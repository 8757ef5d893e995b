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

    /// <summary>The value.</summary>
    public R V { get; } = v;

    /// <summary>The derivative.</summary>
    public R D { get; } = d;

    /// <summary>A constant: its derivative is 0.</summary>
    /// <param name="value">The constant.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static implicit operator Dual<R>(double value) => new(value, 0.0);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Dual<R> operator +(Dual<R> a, Dual<R> b) => new(a.V + b.V, a.D + b.D);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Dual<R> operator -(Dual<R> a, Dual<R> b) => new(a.V - b.V, a.D - b.D);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Dual<R> operator *(Dual<R> a, Dual<R> b) => new(a.V * b.V, (a.D * b.V) + (a.V * b.D));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Dual<R> operator /(Dual<R> a, Dual<R> b)
    {
        R y = a.V / b.V;
        return new(y, (a.D - (y * b.D)) / b.V);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Dual<R> operator -(Dual<R> a) => new(-a.V, -a.D);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Mask<Dual<R>> Less(Dual<R> a, Dual<R> b) => Wrap(R.Less(a.V, b.V));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Mask<Dual<R>> LessOrEqual(Dual<R> a, Dual<R> b) => Wrap(R.LessOrEqual(a.V, b.V));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Mask<Dual<R>> Equal(Dual<R> a, Dual<R> b) => Wrap(R.Equal(a.V, b.V));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Mask<Dual<R>> IsNaN(Dual<R> x) => Wrap(R.IsNaN(x.V));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Dual<R> Select(Mask<Dual<R>> mask, Dual<R> a, Dual<R> b)
    {
        Mask<R> values = new(mask.Bits.V);
        return new(R.Select(values, a.V, b.V), R.Select(values, a.D, b.D));
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Dual<R> MaskAnd(Dual<R> a, Dual<R> b) => new(R.MaskAnd(a.V, b.V), a.D);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Dual<R> MaskOr(Dual<R> a, Dual<R> b) => new(R.MaskOr(a.V, b.V), a.D);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Dual<R> MaskNot(Dual<R> a) => new(R.MaskNot(a.V), a.D);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Dual<R> MultiplyAdd(Dual<R> a, Dual<R> b, Dual<R> c) =>
        new(R.MultiplyAdd(a.V, b.V, c.V), R.MultiplyAdd(a.D, b.V, R.MultiplyAdd(a.V, b.D, c.D)));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Dual<R> Max(Dual<R> a, Dual<R> b) => new(R.Max(a.V, b.V), Between(R.Less(b.V, a.V), R.Less(a.V, b.V), a.D, b.D));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Dual<R> Min(Dual<R> a, Dual<R> b) => new(R.Min(a.V, b.V), Between(R.Less(a.V, b.V), R.Less(b.V, a.V), a.D, b.D));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Dual<R> Abs(Dual<R> x) =>
        new(R.Abs(x.V), R.Select(R.Less(0.0, x.V), x.D, R.Select(R.Less(x.V, 0.0), -x.D, 0.0)));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Dual<R> Floor(Dual<R> x) => new(R.Floor(x.V), 0.0);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Dual<R> Ceiling(Dual<R> x) => new(R.Ceiling(x.V), 0.0);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Dual<R> Round(Dual<R> x) => new(R.Round(x.V), 0.0);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Dual<R> Truncate(Dual<R> x) => new(R.Truncate(x.V), 0.0);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Dual<R> Sqrt(Dual<R> x)
    {
        R y = R.Sqrt(x.V);
        return new(y, x.D / (y + y));
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Dual<R> Exp(Dual<R> x)
    {
        R y = R.Exp(x.V);
        return new(y, x.D * y);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Dual<R> Expm1(Dual<R> x)
    {
        R y = R.Expm1(x.V);
        return new(y, x.D * (y + 1.0));
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Dual<R> Log(Dual<R> x) => new(R.Log(x.V), x.D / x.V);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Dual<R> Log1p(Dual<R> x) => new(R.Log1p(x.V), x.D / (x.V + 1.0));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Dual<R> Log2(Dual<R> x) => new(R.Log2(x.V), x.D / (x.V * Ln2));

    /// <summary>
    /// The power aᵇ. As in PyTorch the derivative by a is 0 where b is 0, and the derivative by b is 0 where a is 0 and b ≥ 0.
    /// </summary>
    /// <param name="a">The base.</param>
    /// <param name="b">The exponent.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Dual<R> Pow(Dual<R> a, Dual<R> b)
    {
        R y = R.Pow(a.V, b.V);
        R byBase = R.Select(R.Equal(b.V, 0.0), 0.0, b.V * R.Pow(a.V, b.V - 1.0));
        Mask<R> flat = R.Equal(a.V, 0.0) & R.LessOrEqual(0.0, b.V);
        R byExponent = R.Select(flat, 0.0, y * R.Log(R.Select(flat, 1.0, a.V)));
        return new(y, (a.D * byBase) + (b.D * byExponent));
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Dual<R> Sin(Dual<R> x) => new(R.Sin(x.V), x.D * R.Cos(x.V));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Dual<R> Cos(Dual<R> x) => new(R.Cos(x.V), -x.D * R.Sin(x.V));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Dual<R> Tan(Dual<R> x)
    {
        R y = R.Tan(x.V);
        return new(y, x.D * ((y * y) + 1.0));
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Dual<R> Asin(Dual<R> x) => new(R.Asin(x.V), x.D / R.Sqrt((1.0 - x.V) * (x.V + 1.0)));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Dual<R> Acos(Dual<R> x) => new(R.Acos(x.V), -x.D / R.Sqrt((1.0 - x.V) * (x.V + 1.0)));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Dual<R> Atan(Dual<R> x) => new(R.Atan(x.V), x.D / ((x.V * x.V) + 1.0));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Dual<R> Atan2(Dual<R> y, Dual<R> x) =>
        new(R.Atan2(y.V, x.V), ((y.D * x.V) - (x.D * y.V)) / ((x.V * x.V) + (y.V * y.V)));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Dual<R> Sinh(Dual<R> x) => new(R.Sinh(x.V), x.D * R.Cosh(x.V));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Dual<R> Cosh(Dual<R> x) => new(R.Cosh(x.V), x.D * R.Sinh(x.V));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Dual<R> Tanh(Dual<R> x)
    {
        R y = R.Tanh(x.V);
        return new(y, x.D * (1.0 - (y * y)));
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Dual<R> Erf(Dual<R> x) => new(R.Erf(x.V), x.D * (R.Exp(-(x.V * x.V)) * TwoOverSqrtPi));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Dual<R> Erfc(Dual<R> x) => new(R.Erfc(x.V), -x.D * (R.Exp(-(x.V * x.V)) * TwoOverSqrtPi));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Dual<R> ErfInv(Dual<R> x)
    {
        R y = R.ErfInv(x.V);
        return new(y, x.D * (R.Exp(y * y) / TwoOverSqrtPi));
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Dual<R> LGamma(Dual<R> x) => new(R.LGamma(x.V), x.D * R.Digamma(x.V));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Dual<R> Digamma(Dual<R> x) => new(R.Digamma(x.V), x.D * R.Trigamma(x.V));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Dual<R> Trigamma(Dual<R> x) => new(R.Trigamma(x.V), x.D * Polygamma.Tetragamma(x.V));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Mask<Dual<R>> Wrap(Mask<R> mask) => new(new(mask.Bits, mask.Bits));

    /// <summary>The derivative of whichever wins, the mean of both between equals; a NaN wins and passes its own on.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static R Between(Mask<R> firstWins, Mask<R> secondWins, R first, R second) =>
        R.Select(firstWins, first, R.Select(secondWins, second, (first + second) * 0.5));
}
