using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace DeepLearning.Numerics;

/// <summary>A 256-bit SIMD vector of <typeparamref name="T"/> as a number type.</summary>
/// <remarks>
/// The functions exist for float and double and give the same bits as <see cref="Lane{T}"/> does element by element; arithmetic,
/// comparisons, selection, absolute value, minimum and maximum exist for int, long and byte too.
/// </remarks>
/// <typeparam name="T">float, double, int, long or byte.</typeparam>
/// <param name="value">The elements.</param>
public readonly struct Lanes256<T>(Vector256<T> value) : IBitLanes<Lanes256<T>, T>
    where T : unmanaged
{
    // Read directly by the members: a property would cost the compiler one inlining at every use, and formulas are long.
    private readonly Vector256<T> _value = value;

    /// <summary>The elements.</summary>
    public Vector256<T> Value
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => _value;
    }

    /// <inheritdoc/>
    public static int Width
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Vector256<T>.Count;
    }

    /// <inheritdoc/>
    public static bool IsHardwareAccelerated
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Vector256.IsHardwareAccelerated;
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static implicit operator Lanes256<T>(double value) => new(Vector256.Create(Elements.FromDouble<T>(value)));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256<T> operator +(Lanes256<T> a, Lanes256<T> b) => new(a._value + b._value);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256<T> operator -(Lanes256<T> a, Lanes256<T> b) => new(a._value - b._value);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256<T> operator *(Lanes256<T> a, Lanes256<T> b) => new(a._value * b._value);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256<T> operator /(Lanes256<T> a, Lanes256<T> b) => new(a._value / b._value);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256<T> operator -(Lanes256<T> a) => new(-a._value);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256<T> Create(T value) => new(Vector256.Create(value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256<T> Load(ref readonly T source, nuint offset) => new(Vector256.LoadUnsafe(in source, offset));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store(ref T destination, nuint offset) => _value.StoreUnsafe(ref destination, offset);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public unsafe void StoreNonTemporal(ref T destination, nuint offset) =>
        _value.StoreAlignedNonTemporal((T*)Unsafe.AsPointer(ref destination) + offset);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Mask<Lanes256<T>> Less(Lanes256<T> a, Lanes256<T> b) => new(new(Vector256.LessThan(a._value, b._value)));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Mask<Lanes256<T>> LessOrEqual(Lanes256<T> a, Lanes256<T> b) =>
        new(new(Vector256.LessThanOrEqual(a._value, b._value)));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Mask<Lanes256<T>> Equal(Lanes256<T> a, Lanes256<T> b) => new(new(Vector256.Equals(a._value, b._value)));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Mask<Lanes256<T>> IsNaN(Lanes256<T> x) => new(new(~Vector256.Equals(x._value, x._value)));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Mask<Lanes256<T>> IsNegative(Lanes256<T> x)
    {
        if (typeof(T) == typeof(float))
        {
            return new(new(Vector256.LessThan(x._value.AsInt32(), Vector256<int>.Zero).As<int, T>()));
        }

        return typeof(T) == typeof(double)
            ? new(new(Vector256.LessThan(x._value.AsInt64(), Vector256<long>.Zero).As<long, T>()))
            : new(new(Vector256.LessThan(x._value, Vector256<T>.Zero)));
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256<T> Select(Mask<Lanes256<T>> mask, Lanes256<T> a, Lanes256<T> b) =>
        new(Vector256.ConditionalSelect(mask._bits._value, a._value, b._value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256<T> MaskAnd(Lanes256<T> a, Lanes256<T> b) => new(a._value & b._value);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256<T> MaskOr(Lanes256<T> a, Lanes256<T> b) => new(a._value | b._value);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256<T> MaskNot(Lanes256<T> a) => new(~a._value);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256<T> MultiplyAdd(Lanes256<T> a, Lanes256<T> b, Lanes256<T> c)
    {
        if (typeof(T) == typeof(float) && (Fma.IsSupported || AdvSimd.IsSupported))
        {
            return new(Vector256.FusedMultiplyAdd(a._value.AsSingle(), b._value.AsSingle(), c._value.AsSingle()).As<float, T>());
        }

        if (typeof(T) == typeof(double) && (Fma.IsSupported || AdvSimd.IsSupported))
        {
            return new(Vector256.FusedMultiplyAdd(a._value.AsDouble(), b._value.AsDouble(), c._value.AsDouble()).As<double, T>());
        }

        return new((a._value * b._value) + c._value);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256<T> Max(Lanes256<T> a, Lanes256<T> b) => new(Vector256.Max(a._value, b._value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256<T> Min(Lanes256<T> a, Lanes256<T> b) => new(Vector256.Min(a._value, b._value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256<T> Abs(Lanes256<T> x) => new(Vector256.Abs(x._value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256<T> Floor(Lanes256<T> x)
    {
        if (typeof(T) == typeof(float))
        {
            return new(Vector256.Floor(x._value.AsSingle()).As<float, T>());
        }

        if (typeof(T) == typeof(double))
        {
            return new(Vector256.Floor(x._value.AsDouble()).As<double, T>());
        }

        return x;
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256<T> Ceiling(Lanes256<T> x)
    {
        if (typeof(T) == typeof(float))
        {
            return new(Vector256.Ceiling(x._value.AsSingle()).As<float, T>());
        }

        if (typeof(T) == typeof(double))
        {
            return new(Vector256.Ceiling(x._value.AsDouble()).As<double, T>());
        }

        return x;
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256<T> Round(Lanes256<T> x)
    {
        if (typeof(T) == typeof(float))
        {
            return new(Vector256.Round(x._value.AsSingle()).As<float, T>());
        }

        if (typeof(T) == typeof(double))
        {
            return new(Vector256.Round(x._value.AsDouble()).As<double, T>());
        }

        return x;
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256<T> Truncate(Lanes256<T> x)
    {
        if (typeof(T) == typeof(float))
        {
            return new(Vector256.Truncate(x._value.AsSingle()).As<float, T>());
        }

        if (typeof(T) == typeof(double))
        {
            return new(Vector256.Truncate(x._value.AsDouble()).As<double, T>());
        }

        return x;
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256<T> Sqrt(Lanes256<T> x) => new(Vector256.Sqrt(x._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Lanes256<T> IBitLanes<Lanes256<T>, T>.FromBits(long bits) => Unsafe.SizeOf<T>() == sizeof(int)
        ? new(Vector256.Create((int)bits).As<int, T>())
        : new(Vector256.Create(bits).As<long, T>());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Lanes256<T> IBitLanes<Lanes256<T>, T>.And(Lanes256<T> a, Lanes256<T> b) => new(a._value & b._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Lanes256<T> IBitLanes<Lanes256<T>, T>.AndNot(Lanes256<T> a, Lanes256<T> b) => new(Vector256.AndNot(a._value, b._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Lanes256<T> IBitLanes<Lanes256<T>, T>.Or(Lanes256<T> a, Lanes256<T> b) => new(a._value | b._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Lanes256<T> IBitLanes<Lanes256<T>, T>.Xor(Lanes256<T> a, Lanes256<T> b) => new(a._value ^ b._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Lanes256<T> IBitLanes<Lanes256<T>, T>.AddBits(Lanes256<T> a, Lanes256<T> b) => Unsafe.SizeOf<T>() == sizeof(int)
        ? new((a._value.AsInt32() + b._value.AsInt32()).As<int, T>())
        : new((a._value.AsInt64() + b._value.AsInt64()).As<long, T>());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Lanes256<T> IBitLanes<Lanes256<T>, T>.SubtractBits(Lanes256<T> a, Lanes256<T> b) => Unsafe.SizeOf<T>() == sizeof(int)
        ? new((a._value.AsInt32() - b._value.AsInt32()).As<int, T>())
        : new((a._value.AsInt64() - b._value.AsInt64()).As<long, T>());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Lanes256<T> IBitLanes<Lanes256<T>, T>.ShiftLeft(Lanes256<T> a, int count) => Unsafe.SizeOf<T>() == sizeof(int)
        ? new((a._value.AsInt32() << count).As<int, T>())
        : new((a._value.AsInt64() << count).As<long, T>());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Lanes256<T> IBitLanes<Lanes256<T>, T>.ShiftRight(Lanes256<T> a, int count) => Unsafe.SizeOf<T>() == sizeof(int)
        ? new((a._value.AsInt32() >>> count).As<int, T>())
        : new((a._value.AsInt64() >>> count).As<long, T>());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Lanes256<T> IBitLanes<Lanes256<T>, T>.Scale(Lanes256<T> x, Lanes256<T> n)
    {
        if (typeof(T) == typeof(float) && Avx512F.VL.IsSupported)
        {
            return new(Avx512F.VL.Scale(x._value.AsSingle(), n.Value.AsSingle()).As<float, T>());
        }

        if (typeof(T) == typeof(double) && Avx512F.VL.IsSupported)
        {
            return new(Avx512F.VL.Scale(x._value.AsDouble(), n.Value.AsDouble()).As<double, T>());
        }

        return Functions.ScaleInTwoSteps<Lanes256<T>, T>(x, n);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Lanes256<T> IBitLanes<Lanes256<T>, T>.Split(Lanes256<T> x, out Lanes256<T> exponent)
    {
        // The normalization to [¾, 1½) with NaN for negative numbers.
        const byte control = 0b1011;
        if (typeof(T) == typeof(float) && Avx512F.VL.IsSupported)
        {
            Vector256<float> mantissa = Avx512F.VL.GetMantissa(x._value.AsSingle(), control);
            Vector256<float> e = Avx512F.VL.GetExponent(x._value.AsSingle()) - Avx512F.VL.GetExponent(mantissa);
            exponent = new(e.As<float, T>());
            return new(mantissa.As<float, T>());
        }

        if (typeof(T) == typeof(double) && Avx512F.VL.IsSupported)
        {
            Vector256<double> mantissa = Avx512F.VL.GetMantissa(x._value.AsDouble(), control);
            Vector256<double> e = Avx512F.VL.GetExponent(x._value.AsDouble()) - Avx512F.VL.GetExponent(mantissa);
            exponent = new(e.As<double, T>());
            return new(mantissa.As<double, T>());
        }

        return Functions.SplitBits<Lanes256<T>, T>(x, out exponent);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Lanes256<T> IBitLanes<Lanes256<T>, T>.MinNative(Lanes256<T> a, Lanes256<T> b) =>
        new(Vector256.MinNative(a._value, b._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Lanes256<T> IBitLanes<Lanes256<T>, T>.MaxNative(Lanes256<T> a, Lanes256<T> b) =>
        new(Vector256.MaxNative(a._value, b._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static bool IBitLanes<Lanes256<T>, T>.Any(Mask<Lanes256<T>> mask) => Unsafe.SizeOf<T>() == sizeof(int)
        ? Vector256.ExtractMostSignificantBits(mask._bits._value.AsInt32()) != 0
        : Vector256.ExtractMostSignificantBits(mask._bits._value.AsInt64()) != 0;
}
