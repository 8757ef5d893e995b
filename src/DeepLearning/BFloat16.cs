using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace DeepLearning;

/// <summary>
/// The 16-bit "brain" floating-point number: the sign, the 8 exponent bits and the upper 7 fraction bits of a float. Its range is
/// float's, its precision 2⁻⁸ relative.
/// </summary>
/// <remarks>Arithmetic is float's, rounded to nearest, halves to even.</remarks>
public readonly struct BFloat16 : IComparable, IComparable<BFloat16>, IEquatable<BFloat16>, ISpanFormattable, ISpanParsable<BFloat16>,
    IAdditionOperators<BFloat16, BFloat16, BFloat16>, ISubtractionOperators<BFloat16, BFloat16, BFloat16>,
    IMultiplyOperators<BFloat16, BFloat16, BFloat16>, IDivisionOperators<BFloat16, BFloat16, BFloat16>,
    IUnaryNegationOperators<BFloat16, BFloat16>, IComparisonOperators<BFloat16, BFloat16, bool>, IMinMaxValue<BFloat16>
{
    private readonly ushort _bits;

    private BFloat16(ushort bits) => _bits = bits;

    /// <summary>The difference between 1 and the next larger number, 2⁻⁷.</summary>
    public static BFloat16 MachineEpsilon => new(0x3C00);

    /// <summary>The smallest positive number, 2⁻¹³³.</summary>
    public static BFloat16 Epsilon => new(0x0001);

    /// <summary>Not a number.</summary>
    public static BFloat16 NaN => new(0xFFC0);

    /// <summary>Positive infinity.</summary>
    public static BFloat16 PositiveInfinity => new(0x7F80);

    /// <summary>Negative infinity.</summary>
    public static BFloat16 NegativeInfinity => new(0xFF80);

    /// <summary>The largest finite number, about 3.39·10³⁸.</summary>
    public static BFloat16 MaxValue => new(0x7F7F);

    /// <summary>The smallest finite number, about −3.39·10³⁸.</summary>
    public static BFloat16 MinValue => new(0xFF7F);

    /// <summary>Zero.</summary>
    public static BFloat16 Zero => default;

    /// <summary>One.</summary>
    public static BFloat16 One => new(0x3F80);

    /// <summary>Makes the number with the given bits.</summary>
    /// <param name="bits">Sign, exponent and fraction.</param>
    /// <returns>The number.</returns>
    public static BFloat16 FromBits(ushort bits) => new(bits);

    /// <summary>The number's bits.</summary>
    /// <returns>Sign, exponent and fraction.</returns>
    public ushort ToBits() => _bits;

    /// <summary>Whether the number is not a number.</summary>
    /// <param name="value">The number.</param>
    /// <returns>True for NaN.</returns>
    public static bool IsNaN(BFloat16 value) => (value._bits & 0x7FFF) > 0x7F80;

    /// <summary>Whether the number is infinite.</summary>
    /// <param name="value">The number.</param>
    /// <returns>True for ±∞.</returns>
    public static bool IsInfinity(BFloat16 value) => (value._bits & 0x7FFF) == 0x7F80;

    /// <summary>Whether the number is neither infinite nor NaN.</summary>
    /// <param name="value">The number.</param>
    /// <returns>True for finite numbers.</returns>
    public static bool IsFinite(BFloat16 value) => (value._bits & 0x7FFF) < 0x7F80;

    /// <summary>Rounds to the nearest, halves to even.</summary>
    /// <param name="value">The number to round.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static explicit operator BFloat16(float value) => new(RoundUpperHalf(BitConverter.SingleToUInt32Bits(value)));

    /// <summary>Rounds to the nearest, halves to even, once.</summary>
    /// <param name="value">The number to round.</param>
    public static explicit operator BFloat16(double value)
    {
        float single = (float)value;
        if (!double.IsFinite(value) || single == value)
        {
            return (BFloat16)single;
        }

        // The float is rounded to odd, so that the second rounding sees on which side of a tie the double lies.
        uint bits = BitConverter.SingleToUInt32Bits(single);
        if (float.IsInfinity(single) || Math.Abs((double)single) > Math.Abs(value))
        {
            bits--;
        }

        return new BFloat16(RoundUpperHalf(bits | 1));
    }

    /// <summary>Rounds a half-precision number to the nearest, halves to even.</summary>
    /// <param name="value">The number to round.</param>
    public static explicit operator BFloat16(Half value) => (BFloat16)(float)value;

    /// <summary>Widens exactly.</summary>
    /// <param name="value">The number.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static implicit operator float(BFloat16 value) => BitConverter.UInt32BitsToSingle((uint)value._bits << 16);

    /// <summary>Widens exactly.</summary>
    /// <param name="value">The number.</param>
    public static implicit operator double(BFloat16 value) => (float)value;

    /// <summary>The sum, rounded.</summary>
    /// <param name="left">The first term.</param>
    /// <param name="right">The second term.</param>
    public static BFloat16 operator +(BFloat16 left, BFloat16 right) => (BFloat16)((float)left + (float)right);

    /// <summary>The difference, rounded.</summary>
    /// <param name="left">The minuend.</param>
    /// <param name="right">The subtrahend.</param>
    public static BFloat16 operator -(BFloat16 left, BFloat16 right) => (BFloat16)((float)left - (float)right);

    /// <summary>The product, rounded.</summary>
    /// <param name="left">The first factor.</param>
    /// <param name="right">The second factor.</param>
    public static BFloat16 operator *(BFloat16 left, BFloat16 right) => (BFloat16)((float)left * (float)right);

    /// <summary>The quotient, rounded.</summary>
    /// <param name="left">The dividend.</param>
    /// <param name="right">The divisor.</param>
    public static BFloat16 operator /(BFloat16 left, BFloat16 right) => (BFloat16)((float)left / (float)right);

    /// <summary>The negative.</summary>
    /// <param name="value">The number.</param>
    public static BFloat16 operator -(BFloat16 value) => new((ushort)(value._bits ^ 0x8000));

    /// <summary>Whether both are equal; NaN equals nothing, and the two zeros are equal.</summary>
    /// <param name="left">The left side.</param>
    /// <param name="right">The right side.</param>
    public static bool operator ==(BFloat16 left, BFloat16 right) => (float)left == (float)right;

    /// <summary>Whether both differ; NaN differs from everything.</summary>
    /// <param name="left">The left side.</param>
    /// <param name="right">The right side.</param>
    public static bool operator !=(BFloat16 left, BFloat16 right) => (float)left != (float)right;

    /// <summary>Whether the left side is smaller.</summary>
    /// <param name="left">The left side.</param>
    /// <param name="right">The right side.</param>
    public static bool operator <(BFloat16 left, BFloat16 right) => (float)left < (float)right;

    /// <summary>Whether the left side is larger.</summary>
    /// <param name="left">The left side.</param>
    /// <param name="right">The right side.</param>
    public static bool operator >(BFloat16 left, BFloat16 right) => (float)left > (float)right;

    /// <summary>Whether the left side is smaller or equal.</summary>
    /// <param name="left">The left side.</param>
    /// <param name="right">The right side.</param>
    public static bool operator <=(BFloat16 left, BFloat16 right) => (float)left <= (float)right;

    /// <summary>Whether the left side is larger or equal.</summary>
    /// <param name="left">The left side.</param>
    /// <param name="right">The right side.</param>
    public static bool operator >=(BFloat16 left, BFloat16 right) => (float)left >= (float)right;

    /// <inheritdoc/>
    public static BFloat16 Parse(string s, IFormatProvider? provider) => (BFloat16)double.Parse(s, provider);

    /// <inheritdoc/>
    public static BFloat16 Parse(ReadOnlySpan<char> s, IFormatProvider? provider) => (BFloat16)double.Parse(s, provider);

    /// <inheritdoc/>
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out BFloat16 result) =>
        TryParse(s.AsSpan(), provider, out result);

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<char> s, IFormatProvider? provider, out BFloat16 result)
    {
        bool parsed = double.TryParse(s, provider, out double value);
        result = (BFloat16)value;
        return parsed;
    }

    /// <inheritdoc/>
    public int CompareTo(BFloat16 other) => ((float)this).CompareTo(other);

    /// <inheritdoc/>
    /// <exception cref="ArgumentException"><paramref name="obj"/> is not a <see cref="BFloat16"/>.</exception>
    public int CompareTo(object? obj) => obj switch
    {
        null => 1,
        BFloat16 other => CompareTo(other),
        _ => throw new ArgumentException($"A BFloat16 cannot be compared with a {obj.GetType().Name}.", nameof(obj)),
    };

    /// <summary>Whether both are equal; NaN equals NaN here, as in <see cref="float.Equals(float)"/>.</summary>
    /// <param name="other">The other number.</param>
    /// <returns>True if they are equal.</returns>
    public bool Equals(BFloat16 other) => ((float)this).Equals(other);

    /// <inheritdoc/>
    public override bool Equals([NotNullWhen(true)] object? obj) => obj is BFloat16 other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => ((float)this).GetHashCode();

    /// <inheritdoc/>
    public override string ToString() => ToString(null, null);

    /// <inheritdoc/>
    public string ToString(string? format, IFormatProvider? formatProvider) => ((float)this).ToString(format, formatProvider);

    /// <inheritdoc/>
    public bool TryFormat(Span<char> destination, out int charsWritten, ReadOnlySpan<char> format, IFormatProvider? provider) =>
        ((float)this).TryFormat(destination, out charsWritten, format, provider);

    /// <summary>The upper half of a float's bits, rounded to nearest, halves to even; a NaN stays one, made quiet.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static ushort RoundUpperHalf(uint bits) => (bits & 0x7FFFFFFF) > 0x7F800000
        ? (ushort)((bits >> 16) | 0x40)
        : (ushort)((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16);
}
