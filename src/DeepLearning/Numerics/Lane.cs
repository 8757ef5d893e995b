using System.Numerics;
using System.Runtime.CompilerServices;

namespace DeepLearning.Numerics;

/// <summary>One <typeparamref name="T"/> as a number type.</summary>
/// <remarks>Its functions give the same bits as the SIMD lanes do element by element, for the formulas are the same.</remarks>
/// <typeparam name="T">float, double, int, long or byte.</typeparam>
/// <param name="value">The number.</param>
public readonly struct Lane<T>(T value) : IBitLanes<Lane<T>, T>
    where T : unmanaged, INumber<T>
{
    /// <summary>The number.</summary>
    public T Value { get; } = value;

    /// <inheritdoc/>
    public static int Width => 1;

    /// <inheritdoc/>
    public static bool IsHardwareAccelerated => true;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static implicit operator Lane<T>(double value) => new(Elements.FromDouble<T>(value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane<T> operator +(Lane<T> a, Lane<T> b) => new(a.Value + b.Value);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane<T> operator -(Lane<T> a, Lane<T> b) => new(a.Value - b.Value);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane<T> operator *(Lane<T> a, Lane<T> b) => new(a.Value * b.Value);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane<T> operator /(Lane<T> a, Lane<T> b) => new(a.Value / b.Value);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane<T> operator -(Lane<T> a) => new(-a.Value);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane<T> Create(T value) => new(value);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane<T> Load(ref readonly T source, nuint offset) => new(Unsafe.Add(ref Unsafe.AsRef(in source), offset));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store(ref T destination, nuint offset) => Unsafe.Add(ref destination, offset) = Value;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void StoreNonTemporal(ref T destination, nuint offset) => Unsafe.Add(ref destination, offset) = Value;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Mask<Lane<T>> Less(Lane<T> a, Lane<T> b) => FromBool(a.Value < b.Value);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Mask<Lane<T>> LessOrEqual(Lane<T> a, Lane<T> b) => FromBool(a.Value <= b.Value);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Mask<Lane<T>> Equal(Lane<T> a, Lane<T> b) => FromBool(a.Value == b.Value);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Mask<Lane<T>> IsNaN(Lane<T> x) => FromBool(T.IsNaN(x.Value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Mask<Lane<T>> IsNegative(Lane<T> x) => FromBool(T.IsNegative(x.Value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane<T> Select(Mask<Lane<T>> mask, Lane<T> a, Lane<T> b) => Elements.ToBits(mask.Bits.Value) != 0 ? a : b;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane<T> MaskAnd(Lane<T> a, Lane<T> b) => FromBits(Bits(a) & Bits(b));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane<T> MaskOr(Lane<T> a, Lane<T> b) => FromBits(Bits(a) | Bits(b));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane<T> MaskNot(Lane<T> a) => FromBits(~Bits(a));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane<T> MultiplyAdd(Lane<T> a, Lane<T> b, Lane<T> c)
    {
        if (Elements.HasFusedMultiplyAdd && typeof(T) == typeof(float))
        {
            return new((T)(object)float.FusedMultiplyAdd((float)(object)a.Value, (float)(object)b.Value, (float)(object)c.Value));
        }

        if (Elements.HasFusedMultiplyAdd && typeof(T) == typeof(double))
        {
            return new((T)(object)double.FusedMultiplyAdd((double)(object)a.Value, (double)(object)b.Value, (double)(object)c.Value));
        }

        return new((a.Value * b.Value) + c.Value);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane<T> Max(Lane<T> a, Lane<T> b) => new(T.Max(a.Value, b.Value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane<T> Min(Lane<T> a, Lane<T> b) => new(T.Min(a.Value, b.Value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane<T> Abs(Lane<T> x) => new(T.Abs(x.Value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane<T> Floor(Lane<T> x)
    {
        if (typeof(T) == typeof(float))
        {
            return new((T)(object)MathF.Floor((float)(object)x.Value));
        }

        if (typeof(T) == typeof(double))
        {
            return new((T)(object)Math.Floor((double)(object)x.Value));
        }

        return x;
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane<T> Ceiling(Lane<T> x)
    {
        if (typeof(T) == typeof(float))
        {
            return new((T)(object)MathF.Ceiling((float)(object)x.Value));
        }

        if (typeof(T) == typeof(double))
        {
            return new((T)(object)Math.Ceiling((double)(object)x.Value));
        }

        return x;
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane<T> Round(Lane<T> x)
    {
        if (typeof(T) == typeof(float))
        {
            return new((T)(object)MathF.Round((float)(object)x.Value));
        }

        if (typeof(T) == typeof(double))
        {
            return new((T)(object)Math.Round((double)(object)x.Value));
        }

        return x;
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane<T> Truncate(Lane<T> x)
    {
        if (typeof(T) == typeof(float))
        {
            return new((T)(object)MathF.Truncate((float)(object)x.Value));
        }

        if (typeof(T) == typeof(double))
        {
            return new((T)(object)Math.Truncate((double)(object)x.Value));
        }

        return x;
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane<T> Sqrt(Lane<T> x)
    {
        if (typeof(T) == typeof(float))
        {
            return new((T)(object)MathF.Sqrt((float)(object)x.Value));
        }

        if (typeof(T) == typeof(double))
        {
            return new((T)(object)Math.Sqrt((double)(object)x.Value));
        }

        throw Functions.NotReal<T>(nameof(Sqrt));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Lane<T> IBitLanes<Lane<T>, T>.FromBits(long bits) => FromBits(bits);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Lane<T> IBitLanes<Lane<T>, T>.And(Lane<T> a, Lane<T> b) => FromBits(Bits(a) & Bits(b));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Lane<T> IBitLanes<Lane<T>, T>.AndNot(Lane<T> a, Lane<T> b) => FromBits(Bits(a) & ~Bits(b));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Lane<T> IBitLanes<Lane<T>, T>.Or(Lane<T> a, Lane<T> b) => FromBits(Bits(a) | Bits(b));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Lane<T> IBitLanes<Lane<T>, T>.Xor(Lane<T> a, Lane<T> b) => FromBits(Bits(a) ^ Bits(b));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Lane<T> IBitLanes<Lane<T>, T>.AddBits(Lane<T> a, Lane<T> b) => FromBits(Bits(a) + Bits(b));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Lane<T> IBitLanes<Lane<T>, T>.SubtractBits(Lane<T> a, Lane<T> b) => FromBits(Bits(a) - Bits(b));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Lane<T> IBitLanes<Lane<T>, T>.ShiftLeft(Lane<T> a, int count) => FromBits(Bits(a) << count);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Lane<T> IBitLanes<Lane<T>, T>.ShiftRight(Lane<T> a, int count) => FromBits(Bits(a) >>> count);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Lane<T> IBitLanes<Lane<T>, T>.Scale(Lane<T> x, Lane<T> n) => Functions.ScaleInTwoSteps<Lane<T>, T>(x, n);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Lane<T> IBitLanes<Lane<T>, T>.Split(Lane<T> x, out Lane<T> exponent) => Functions.SplitBits<Lane<T>, T>(x, out exponent);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Lane<T> IBitLanes<Lane<T>, T>.MinNative(Lane<T> a, Lane<T> b) => a.Value < b.Value ? a : b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Lane<T> IBitLanes<Lane<T>, T>.MaxNative(Lane<T> a, Lane<T> b) => a.Value > b.Value ? a : b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static bool IBitLanes<Lane<T>, T>.Any(Mask<Lane<T>> mask) => Bits(mask.Bits) != 0;

    /// <summary>All bits set where true, as the SIMD comparisons do.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Mask<Lane<T>> FromBool(bool value) => new(FromBits(value ? -1L : 0L));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Lane<T> FromBits(long bits) => new(Elements.FromBits<T>(bits));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static long Bits(Lane<T> a) => Elements.ToBits(a.Value);
}
