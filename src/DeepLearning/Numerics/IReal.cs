namespace DeepLearning.Numerics;

/// <summary>
/// A number type that formulas are written over: <see cref="Lane{T}"/> (one value), <see cref="Lanes512{T}"/> and its narrower
/// siblings (a SIMD vector), <see cref="Dual{R}"/> (a value and its derivative), or a recorder of tensor operations.
/// </summary>
/// <remarks>
/// A formula never branches on a value: it compares, which gives a <see cref="Mask{R}"/>, and selects. Where an untaken branch of a
/// selection could overflow or divide by zero, clamp its input, for the derivative of the selection is the selection of derivatives
/// and infinity times zero is NaN.
/// <para>
/// Each function states a bound of its error in float and in double lanes, in units of the last place (ulp). The bounds are
/// empirical: they leave a margin over the largest error found among thousands of sampled arguments, in double against values of 40
/// digits, in float against double. What is given as 0.51 ulp in float is the double formula's value, rounded. All lane types give the
/// same bits. The tests hold with and without fused multiply-add.
/// </para>
/// </remarks>
/// <typeparam name="R">The implementing type.</typeparam>
public interface IReal<R>
    where R : struct, IReal<R>
{
    /// <summary>The constant <paramref name="value"/>, rounded to the element type.</summary>
    /// <param name="value">The constant.</param>
    static abstract implicit operator R(double value);

    /// <summary>The sum a + b.</summary>
    /// <param name="a">The first term.</param>
    /// <param name="b">The second term.</param>
    static abstract R operator +(R a, R b);

    /// <summary>The difference a − b.</summary>
    /// <param name="a">The minuend.</param>
    /// <param name="b">The subtrahend.</param>
    static abstract R operator -(R a, R b);

    /// <summary>The product a · b.</summary>
    /// <param name="a">The first factor.</param>
    /// <param name="b">The second factor.</param>
    static abstract R operator *(R a, R b);

    /// <summary>The quotient a / b; integers are truncated towards zero.</summary>
    /// <param name="a">The dividend.</param>
    /// <param name="b">The divisor.</param>
    static abstract R operator /(R a, R b);

    /// <summary>The negative −a.</summary>
    /// <param name="a">The number.</param>
    static abstract R operator -(R a);

    /// <summary>Where a &lt; b; false where either is NaN.</summary>
    /// <param name="a">The left side.</param>
    /// <param name="b">The right side.</param>
    static abstract Mask<R> Less(R a, R b);

    /// <summary>Where a ≤ b; false where either is NaN.</summary>
    /// <param name="a">The left side.</param>
    /// <param name="b">The right side.</param>
    static abstract Mask<R> LessOrEqual(R a, R b);

    /// <summary>Where a = b; false where either is NaN.</summary>
    /// <param name="a">The left side.</param>
    /// <param name="b">The right side.</param>
    static abstract Mask<R> Equal(R a, R b);

    /// <summary>Where x is not a number.</summary>
    /// <param name="x">The number.</param>
    static abstract Mask<R> IsNaN(R x);

    /// <summary>Where the sign bit is set: below 0, and at −0 and a NaN that carries it.</summary>
    /// <param name="x">The number.</param>
    static virtual Mask<R> IsNegative(R x) => R.Less(x, 0.0) | (R.Equal(x, 0.0) & R.Less((R)1.0 / x, 0.0));

    /// <summary>Takes <paramref name="a"/> where the mask is true and <paramref name="b"/> elsewhere.</summary>
    /// <param name="mask">Which to take.</param>
    /// <param name="a">The value where true.</param>
    /// <param name="b">The value where false.</param>
    static abstract R Select(Mask<R> mask, R a, R b);

    /// <summary>The conjunction of two masks in the form of <see cref="Mask{R}.Bits"/>.</summary>
    /// <param name="a">One mask.</param>
    /// <param name="b">The other mask.</param>
    static abstract R MaskAnd(R a, R b);

    /// <summary>The disjunction of two masks in the form of <see cref="Mask{R}.Bits"/>.</summary>
    /// <param name="a">One mask.</param>
    /// <param name="b">The other mask.</param>
    static abstract R MaskOr(R a, R b);

    /// <summary>The negation of a mask in the form of <see cref="Mask{R}.Bits"/>.</summary>
    /// <param name="a">The mask.</param>
    static abstract R MaskNot(R a);

    /// <summary>The product and sum a · b + c, rounded once where the processor has a fused instruction.</summary>
    /// <param name="a">The first factor.</param>
    /// <param name="b">The second factor.</param>
    /// <param name="c">The term.</param>
    static abstract R MultiplyAdd(R a, R b, R c);

    /// <summary>The larger of two; NaN where either is NaN. The derivative is halved between equals.</summary>
    /// <param name="a">One number.</param>
    /// <param name="b">The other number.</param>
    static abstract R Max(R a, R b);

    /// <summary>The smaller of two; NaN where either is NaN. The derivative is halved between equals.</summary>
    /// <param name="a">One number.</param>
    /// <param name="b">The other number.</param>
    static abstract R Min(R a, R b);

    /// <summary>The absolute value |x|; its derivative at 0 is 0.</summary>
    /// <param name="x">The number.</param>
    static abstract R Abs(R x);

    /// <summary>The largest integer that is not above x.</summary>
    /// <param name="x">The number.</param>
    static abstract R Floor(R x);

    /// <summary>The smallest integer that is not below x.</summary>
    /// <param name="x">The number.</param>
    static abstract R Ceiling(R x);

    /// <summary>The nearest integer, halves to the even one.</summary>
    /// <param name="x">The number.</param>
    static abstract R Round(R x);

    /// <summary>The integer part of x.</summary>
    /// <param name="x">The number.</param>
    static abstract R Truncate(R x);

    /// <summary>The square root; NaN below 0.</summary>
    /// <param name="x">The number.</param>
    static abstract R Sqrt(R x);

    /// <summary>The exponential eˣ.</summary>
    /// <param name="x">The exponent.</param>
    /// <remarks>Error: 1 ulp in float, 1.2 ulp in double.</remarks>
    static abstract R Exp(R x);

    /// <summary>eˣ − 1, precise near 0.</summary>
    /// <param name="x">The exponent.</param>
    /// <remarks>Error: 1.6 ulp in float, 2 ulp in double.</remarks>
    static abstract R Expm1(R x);

    /// <summary>The natural logarithm; −∞ at 0, NaN below.</summary>
    /// <param name="x">The number.</param>
    /// <remarks>Error: 0.8 ulp in float, 1 ulp in double.</remarks>
    static abstract R Log(R x);

    /// <summary>ln(1 + x), precise near 0.</summary>
    /// <param name="x">The number.</param>
    /// <remarks>Error: 0.8 ulp in float, 1 ulp in double.</remarks>
    static abstract R Log1p(R x);

    /// <summary>The logarithm to base 2; −∞ at 0, NaN below.</summary>
    /// <param name="x">The number.</param>
    /// <remarks>Error: 1.1 ulp in float, 1 ulp in double.</remarks>
    static abstract R Log2(R x);

    /// <summary>The power aᵇ with the special cases of IEEE 754's <c>pow</c>.</summary>
    /// <param name="a">The base.</param>
    /// <param name="b">The exponent.</param>
    /// <remarks>Error: 0.51 ulp in float, 2 ulp in double.</remarks>
    static abstract R Pow(R a, R b);

    /// <summary>The sine of x in radians.</summary>
    /// <param name="x">The angle.</param>
    /// <remarks>
    /// Error: 1.6 ulp in float, 2.2 ulp in double. Angles are reduced by π/2 in parts; float angles from 2¹⁵ on are computed in double,
    /// double angles from 2²⁷ on by <see cref="Math"/>, element by element.
    /// </remarks>
    static abstract R Sin(R x);

    /// <summary>The cosine of x in radians.</summary>
    /// <param name="x">The angle.</param>
    /// <remarks>
    /// Error: 1.7 ulp in float, 2.2 ulp in double. Angles are reduced by π/2 in parts; float angles from 2¹⁵ on are computed in double,
    /// double angles from 2²⁷ on by <see cref="Math"/>, element by element.
    /// </remarks>
    static abstract R Cos(R x);

    /// <summary>The tangent of x in radians.</summary>
    /// <param name="x">The angle.</param>
    /// <remarks>
    /// Error: 0.51 ulp in float, 2.5 ulp in double. Angles are reduced by π/2 in parts; float angles from 2¹⁵ on are computed in double,
    /// double angles from 2²⁷ on by <see cref="Math"/>, element by element.
    /// </remarks>
    static abstract R Tan(R x);

    /// <summary>The arc sine in [−π/2, π/2]; NaN outside [−1, 1].</summary>
    /// <param name="x">The sine.</param>
    /// <remarks>Error: 0.51 ulp in float, 1.3 ulp in double.</remarks>
    static abstract R Asin(R x);

    /// <summary>The arc cosine in [0, π]; NaN outside [−1, 1].</summary>
    /// <param name="x">The cosine.</param>
    /// <remarks>Error: 0.51 ulp in float, 1.3 ulp in double.</remarks>
    static abstract R Acos(R x);

    /// <summary>The arc tangent in [−π/2, π/2].</summary>
    /// <param name="x">The tangent.</param>
    /// <remarks>Error: 0.51 ulp in float, 2 ulp in double.</remarks>
    static abstract R Atan(R x);

    /// <summary>The angle of the point (x, y) in [−π, π].</summary>
    /// <param name="y">The ordinate.</param>
    /// <param name="x">The abscissa.</param>
    /// <remarks>Error: 0.51 ulp in float, 2.2 ulp in double.</remarks>
    static abstract R Atan2(R y, R x);

    /// <summary>The hyperbolic sine.</summary>
    /// <param name="x">The number.</param>
    /// <remarks>Error: 1.6 ulp in float, 2 ulp in double.</remarks>
    static abstract R Sinh(R x);

    /// <summary>The hyperbolic cosine.</summary>
    /// <param name="x">The number.</param>
    /// <remarks>Error: 1.6 ulp in float, 2 ulp in double.</remarks>
    static abstract R Cosh(R x);

    /// <summary>The hyperbolic tangent.</summary>
    /// <param name="x">The number.</param>
    /// <remarks>Error: 2.4 ulp in float, 2.5 ulp in double.</remarks>
    static abstract R Tanh(R x);

    /// <summary>The error function 2/√π ∫₀ˣ exp(−t²) dt.</summary>
    /// <param name="x">The number.</param>
    /// <remarks>Error: 1.1 ulp in float, 1.2 ulp in double.</remarks>
    static abstract R Erf(R x);

    /// <summary>The complementary error function 1 − erf x, precise where it is small.</summary>
    /// <param name="x">The number.</param>
    /// <remarks>Error: 0.51 ulp in float, 4 ulp in double.</remarks>
    static abstract R Erfc(R x);

    /// <summary>The inverse of <see cref="Erf"/>; ±∞ at ±1, NaN outside [−1, 1].</summary>
    /// <param name="x">The value of the error function.</param>
    /// <remarks>Error: 0.51 ulp in float, 7 ulp in double.</remarks>
    static abstract R ErfInv(R x);

    /// <summary>The logarithm of the absolute value of the gamma function, ln |Γ(x)|.</summary>
    /// <param name="x">The number.</param>
    /// <remarks>Error: 0.51 ulp in float, 10 ulp in double; below 0, where it is a difference, 10 ulp of 4 if it is smaller.</remarks>
    static abstract R LGamma(R x);

    /// <summary>The digamma function, the derivative of ln Γ(x).</summary>
    /// <param name="x">The number.</param>
    /// <remarks>Error: 0.51 ulp in float, 6 ulp in double, or 6 ulp of 4 where it is smaller.</remarks>
    static abstract R Digamma(R x);

    /// <summary>The trigamma function, the second derivative of ln Γ(x).</summary>
    /// <param name="x">The number.</param>
    /// <remarks>Error: 0.51 ulp in float, 6 ulp in double.</remarks>
    static abstract R Trigamma(R x);
}
