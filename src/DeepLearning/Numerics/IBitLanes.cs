using System.Runtime.CompilerServices;

namespace DeepLearning.Numerics;

/// <summary>
/// What the library's own function formulas need beyond arithmetic: the elements' bits, as unsigned integers of the same size. It
/// also ties every function of <see cref="IReal{R}"/> to its formula, so that the four lane types share one spelling.
/// </summary>
internal interface IBitLanes<V, T> : ILanes<V, T>
    where V : struct, IBitLanes<V, T>
    where T : unmanaged
{
    /// <summary>All elements with the low bits of <paramref name="bits"/>.</summary>
    static abstract V FromBits(long bits);

    static abstract V And(V a, V b);

    /// <summary>a and not b.</summary>
    static abstract V AndNot(V a, V b);

    static abstract V Or(V a, V b);

    static abstract V Xor(V a, V b);

    /// <summary>The sum of the bits as integers, modulo their size.</summary>
    static abstract V AddBits(V a, V b);

    /// <summary>The difference of the bits as integers, modulo their size.</summary>
    static abstract V SubtractBits(V a, V b);

    static abstract V ShiftLeft(V a, int count);

    /// <summary>Shifts right and fills with zeros.</summary>
    static abstract V ShiftRight(V a, int count);

    /// <summary>x · 2ⁿ, rounded once, for an integral n up to twice the largest exponent.</summary>
    static abstract V Scale(V x, V n);

    /// <summary>
    /// Writes x as m · 2ᵉ with m in [¾, 1½). Zero gives m = 1 and e = −∞, infinity m = 1 and e = ∞; m is NaN below 0 and for NaN.
    /// </summary>
    static abstract V Split(V x, out V exponent);

    /// <summary>The smaller of two by the processor's own rule: <paramref name="b"/> where either is NaN.</summary>
    static abstract V MinNative(V a, V b);

    /// <summary>The larger of two by the processor's own rule: <paramref name="b"/> where either is NaN.</summary>
    static abstract V MaxNative(V a, V b);

    /// <summary>Whether the mask is true anywhere.</summary>
    static abstract bool Any(Mask<V> mask);

    /// <summary>Whether <see cref="IReal{R}.MultiplyAdd"/> rounds once; a constant to whoever compiles the formulas.</summary>
    static virtual bool HasFusedMultiplyAdd
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Elements.HasFusedMultiplyAdd;
    }

    /// <summary>A function of float lanes by way of the formula's double lanes, rounded.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static virtual V Widen<TOp>(V x)
        where TOp : struct, IUnaryOp<TOp> => Widened.Map<V, T, TOp>(x);

    /// <summary>A function of two float lanes by way of the formula's double lanes, rounded.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static virtual V Widen<TOp>(V a, V b)
        where TOp : struct, IBinaryOp<TOp> => Widened.Map<V, T, TOp>(a, b);

    /// <summary>A polynomial; a compiler of kernels that knows no tables writes its steps out.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static virtual V Polynomial<TCoefficients>(V x)
        where TCoefficients : struct, ICoefficients => Functions.Polynomial(x, TCoefficients.Values);

    /// <summary>The sine of double angles from 2²⁷ on.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static virtual V LargeSin(V x) => ScalarFallback.Map<V, T>(x, Math.Sin);

    /// <summary>The cosine of double angles from 2²⁷ on.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static virtual V LargeCos(V x) => ScalarFallback.Map<V, T>(x, Math.Cos);

    /// <summary>The tangent of double angles from 2²⁷ on.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static virtual V LargeTan(V x) => ScalarFallback.Map<V, T>(x, Math.Tan);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static V IReal<V>.Exp(V x) => Functions.Exp<V, T>(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static V IReal<V>.Expm1(V x) => Functions.Expm1<V, T>(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static V IReal<V>.Log(V x) => Functions.Log<V, T>(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static V IReal<V>.Log1p(V x) => Functions.Log1p<V, T>(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static V IReal<V>.Log2(V x) => Functions.Log2<V, T>(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static V IReal<V>.Sin(V x) => Functions.Sin<V, T>(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static V IReal<V>.Cos(V x) => Functions.Cos<V, T>(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static V IReal<V>.Tan(V x) => Functions.Tan<V, T>(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static V IReal<V>.Asin(V x) => Functions.Asin<V, T>(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static V IReal<V>.Acos(V x) => Functions.Acos<V, T>(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static V IReal<V>.Atan(V x) => Functions.Atan<V, T>(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static V IReal<V>.Sinh(V x) => Functions.Sinh<V, T>(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static V IReal<V>.Cosh(V x) => Functions.Cosh<V, T>(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static V IReal<V>.Tanh(V x) => Functions.Tanh<V, T>(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static V IReal<V>.Erf(V x) => Functions.Erf<V, T>(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static V IReal<V>.Erfc(V x) => Functions.Erfc<V, T>(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static V IReal<V>.ErfInv(V x) => Functions.ErfInv<V, T>(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static V IReal<V>.LGamma(V x) => Functions.LGamma<V, T>(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static V IReal<V>.Digamma(V x) => Functions.Digamma<V, T>(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static V IReal<V>.Trigamma(V x) => Functions.Trigamma<V, T>(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static V IReal<V>.Pow(V a, V b) => Functions.Pow<V, T>(a, b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static V IReal<V>.Atan2(V y, V x) => Functions.Atan2<V, T>(y, x);
}
