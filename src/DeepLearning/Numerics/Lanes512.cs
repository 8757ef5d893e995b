using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace DeepLearning.Numerics;

/// <summary>A 512-bit SIMD vector of <typeparamref name="T"/> as a number type.</summary>
/// <remarks>
/// The functions exist for float and double and give the same bits as <see cref="Lane{T}"/> does element by element; arithmetic,
/// comparisons, selection, absolute value, minimum and maximum exist for int, long and byte too.
/// </remarks>
/// <typeparam name="T">float, double, int, long or byte.</typeparam>
/// <param name="value">The elements.</param>
public readonly struct Lanes512<T>(Vector512<T> value) : IBitLanes<Lanes512<T>, T>
    where T : unmanaged
{
    // Read directly by the members: a property would cost the compiler one inlining at every use, and formulas are long.
    private readonly Vector512<T> _value = value;

    /// <summary>The elements.</summary>
    public Vector512<T> Value
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => _value;
    }

    /// <inheritdoc/>
    public static int Width
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Vector512<T>.Count;
    }

    /// <inheritdoc/>
    public static bool IsHardwareAccelerated
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Vector512.IsHardwareAccelerated;
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static implicit operator Lanes512<T>(double value) => new(Vector512.Create(Elements.FromDouble<T>(value)));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512<T> operator +(Lanes512<T> a, Lanes512<T> b) => new(a._value + b._value);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512<T> operator -(Lanes512<T> a, Lanes512<T> b) => new(a._value - b._value);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512<T> operator *(Lanes512<T> a, Lanes512<T> b) => new(a._value * b._value);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512<T> operator /(Lanes512<T> a, Lanes512<T> b) => new(a._value / b._value);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512<T> operator -(Lanes512<T> a) => new(-a._value);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512<T> Create(T value) => new(Vector512.Create(value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512<T> Load(ref readonly T source, nuint offset) => new(Vector512.LoadUnsafe(in source, offset));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store(ref T destination, nuint offset) => _value.StoreUnsafe(ref destination, offset);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public unsafe void StoreNonTemporal(ref T destination, nuint offset) =>
        _value.StoreAlignedNonTemporal((T*)Unsafe.AsPointer(ref destination) + offset);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Mask<Lanes512<T>> Less(Lanes512<T> a, Lanes512<T> b) => new(new(Vector512.LessThan(a._value, b._value)));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Mask<Lanes512<T>> LessOrEqual(Lanes512<T> a, Lanes512<T> b) =>
        new(new(Vector512.LessThanOrEqual(a._value, b._value)));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Mask<Lanes512<T>> Equal(Lanes512<T> a, Lanes512<T> b) => new(new(Vector512.Equals(a._value, b._value)));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Mask<Lanes512<T>> IsNaN(Lanes512<T> x) => new(new(~Vector512.Equals(x._value, x._value)));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Mask<Lanes512<T>> IsNegative(Lanes512<T> x)
    {
        if (typeof(T) == typeof(float))
        {
            return new(new(Vector512.LessThan(x._value.AsInt32(), Vector512<int>.Zero).As<int, T>()));
        }

        return typeof(T) == typeof(double)
            ? new(new(Vector512.LessThan(x._value.AsInt64(), Vector512<long>.Zero).As<long, T>()))
            : new(new(Vector512.LessThan(x._value, Vector512<T>.Zero)));
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512<T> Select(Mask<Lanes512<T>> mask, Lanes512<T> a, Lanes512<T> b) =>
        new(Vector512.ConditionalSelect(mask._bits._value, a._value, b._value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512<T> MaskAnd(Lanes512<T> a, Lanes512<T> b) => new(a._value & b._value);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512<T> MaskOr(Lanes512<T> a, Lanes512<T> b) => new(a._value | b._value);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512<T> MaskNot(Lanes512<T> a) => new(~a._value);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512<T> MultiplyAdd(Lanes512<T> a, Lanes512<T> b, Lanes512<T> c)
    {
        if (typeof(T) == typeof(float) && (Fma.IsSupported || AdvSimd.IsSupported))
        {
            return new(Vector512.FusedMultiplyAdd(a._value.AsSingle(), b._value.AsSingle(), c._value.AsSingle()).As<float, T>());
        }

        if (typeof(T) == typeof(double) && (Fma.IsSupported || AdvSimd.IsSupported))
        {
            return new(Vector512.FusedMultiplyAdd(a._value.AsDouble(), b._value.AsDouble(), c._value.AsDouble()).As<double, T>());
        }

        return new((a._value * b._value) + c._value);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512<T> Max(Lanes512<T> a, Lanes512<T> b) => new(Vector512.Max(a._value, b._value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512<T> Min(Lanes512<T> a, Lanes512<T> b) => new(Vector512.Min(a._value, b._value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512<T> Abs(Lanes512<T> x) => new(Vector512.Abs(x._value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512<T> Floor(Lanes512<T> x)
    {
        if (typeof(T) == typeof(float))
        {
            return new(Vector512.Floor(x._value.AsSingle()).As<float, T>());
        }

        if (typeof(T) == typeof(double))
        {
            return new(Vector512.Floor(x._value.AsDouble()).As<double, T>());
        }

        return x;
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512<T> Ceiling(Lanes512<T> x)
    {
        if (typeof(T) == typeof(float))
        {
            return new(Vector512.Ceiling(x._value.AsSingle()).As<float, T>());
        }

        if (typeof(T) == typeof(double))
        {
            return new(Vector512.Ceiling(x._value.AsDouble()).As<double, T>());
        }

        return x;
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512<T> Round(Lanes512<T> x)
    {
        if (typeof(T) == typeof(float))
        {
            return new(Vector512.Round(x._value.AsSingle()).As<float, T>());
        }

        if (typeof(T) == typeof(double))
        {
            return new(Vector512.Round(x._value.AsDouble()).As<double, T>());
        }

        return x;
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512<T> Truncate(Lanes512<T> x)
    {
        if (typeof(T) == typeof(float))
        {
            return new(Vector512.Truncate(x._value.AsSingle()).As<float, T>());
        }

        if (typeof(T) == typeof(double))
        {
            return new(Vector512.Truncate(x._value.AsDouble()).As<double, T>());
        }

        return x;
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512<T> Sqrt(Lanes512<T> x) => new(Vector512.Sqrt(x._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Lanes512<T> IBitLanes<Lanes512<T>, T>.FromBits(long bits) => Unsafe.SizeOf<T>() == sizeof(int)
        ? new(Vector512.Create((int)bits).As<int, T>())
        : new(Vector512.Create(bits).As<long, T>());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Lanes512<T> IBitLanes<Lanes512<T>, T>.And(Lanes512<T> a, Lanes512<T> b) => new(a._value & b._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Lanes512<T> IBitLanes<Lanes512<T>, T>.AndNot(Lanes512<T> a, Lanes512<T> b) => new(Vector512.AndNot(a._value, b._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Lanes512<T> IBitLanes<Lanes512<T>, T>.Or(Lanes512<T> a, Lanes512<T> b) => new(a._value | b._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Lanes512<T> IBitLanes<Lanes512<T>, T>.Xor(Lanes512<T> a, Lanes512<T> b) => new(a._value ^ b._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Lanes512<T> IBitLanes<Lanes512<T>, T>.AddBits(Lanes512<T> a, Lanes512<T> b) => Unsafe.SizeOf<T>() == sizeof(int)
        ? new((a._value.AsInt32() + b._value.AsInt32()).As<int, T>())
        : new((a._value.AsInt64() + b._value.AsInt64()).As<long, T>());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Lanes512<T> IBitLanes<Lanes512<T>, T>.SubtractBits(Lanes512<T> a, Lanes512<T> b) => Unsafe.SizeOf<T>() == sizeof(int)
        ? new((a._value.AsInt32() - b._value.AsInt32()).As<int, T>())
        : new((a._value.AsInt64() - b._value.AsInt64()).As<long, T>());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Lanes512<T> IBitLanes<Lanes512<T>, T>.ShiftLeft(Lanes512<T> a, int count) => Unsafe.SizeOf<T>() == sizeof(int)
        ? new((a._value.AsInt32() << count).As<int, T>())
        : new((a._value.AsInt64() << count).As<long, T>());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Lanes512<T> IBitLanes<Lanes512<T>, T>.ShiftRight(Lanes512<T> a, int count) => Unsafe.SizeOf<T>() == sizeof(int)
        ? new((a._value.AsInt32() >>> count).As<int, T>())
        : new((a._value.AsInt64() >>> count).As<long, T>());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Lanes512<T> IBitLanes<Lanes512<T>, T>.Scale(Lanes512<T> x, Lanes512<T> n)
    {
        if (typeof(T) == typeof(float) && Avx512F.IsSupported)
        {
            return new(Avx512F.Scale(x._value.AsSingle(), n.Value.AsSingle()).As<float, T>());
        }

        if (typeof(T) == typeof(double) && Avx512F.IsSupported)
        {
            return new(Avx512F.Scale(x._value.AsDouble(), n.Value.AsDouble()).As<double, T>());
        }

        return Functions.ScaleInTwoSteps<Lanes512<T>, T>(x, n);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Lanes512<T> IBitLanes<Lanes512<T>, T>.Split(Lanes512<T> x, out Lanes512<T> exponent)
    {
        // The normalization to [¾, 1½) with NaN for negative numbers.
        const byte control = 0b1011;
        if (typeof(T) == typeof(float) && Avx512F.IsSupported)
        {
            Vector512<float> mantissa = Avx512F.GetMantissa(x._value.AsSingle(), control);
            Vector512<float> e = Avx512F.GetExponent(x._value.AsSingle()) - Avx512F.GetExponent(mantissa);
            exponent = new(e.As<float, T>());
            return new(mantissa.As<float, T>());
        }

        if (typeof(T) == typeof(double) && Avx512F.IsSupported)
        {
            Vector512<double> mantissa = Avx512F.GetMantissa(x._value.AsDouble(), control);
            Vector512<double> e = Avx512F.GetExponent(x._value.AsDouble()) - Avx512F.GetExponent(mantissa);
            exponent = new(e.As<double, T>());
            return new(mantissa.As<double, T>());
        }

        return Functions.SplitBits<Lanes512<T>, T>(x, out exponent);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Lanes512<T> IBitLanes<Lanes512<T>, T>.MinNative(Lanes512<T> a, Lanes512<T> b) =>
        new(Vector512.MinNative(a._value, b._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Lanes512<T> IBitLanes<Lanes512<T>, T>.MaxNative(Lanes512<T> a, Lanes512<T> b) =>
        new(Vector512.MaxNative(a._value, b._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static bool IBitLanes<Lanes512<T>, T>.Any(Mask<Lanes512<T>> mask) => Unsafe.SizeOf<T>() == sizeof(int)
        ? Vector512.ExtractMostSignificantBits(mask._bits._value.AsInt32()) != 0
        : Vector512.ExtractMostSignificantBits(mask._bits._value.AsInt64()) != 0;
}
