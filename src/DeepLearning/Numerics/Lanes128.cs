using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace DeepLearning.Numerics;

/// <summary>A 128-bit SIMD vector of <typeparamref name="T"/> as a number type.</summary>
/// <remarks>
/// The functions exist for float and double and give the same bits as <see cref="Lane{T}"/> does element by element; arithmetic,
/// comparisons, selection, absolute value, minimum and maximum exist for int, long and byte too.
/// Several of them have instructions of their own in a browser (<see cref="WebVectors"/>).
/// </remarks>
/// <typeparam name="T">float, double, int, long or byte.</typeparam>
/// <param name="value">The elements.</param>
public readonly struct Lanes128<T>(Vector128<T> value) : IBitLanes<Lanes128<T>, T>
    where T : unmanaged
{
    // Read directly by the members: a property would cost the compiler one inlining at every use, and formulas are long.
    private readonly Vector128<T> _value = value;

    /// <summary>The elements.</summary>
    public Vector128<T> Value
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => _value;
    }

    /// <inheritdoc/>
    public static int Width
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Vector128<T>.Count;
    }

    /// <inheritdoc/>
    public static bool IsHardwareAccelerated
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Vector128.IsHardwareAccelerated;
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static implicit operator Lanes128<T>(double value) => new(Vector128.Create(Elements.FromDouble<T>(value)));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128<T> operator +(Lanes128<T> a, Lanes128<T> b) => new(a._value + b._value);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128<T> operator -(Lanes128<T> a, Lanes128<T> b) => new(a._value - b._value);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128<T> operator *(Lanes128<T> a, Lanes128<T> b) => new(a._value * b._value);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128<T> operator /(Lanes128<T> a, Lanes128<T> b) =>
        new(WebVectors.Has<T>() ? WebVectors.Divide(a._value, b._value) : a._value / b._value);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128<T> operator -(Lanes128<T> a) => new(-a._value);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128<T> Create(T value) => new(Vector128.Create(value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128<T> Load(ref readonly T source, nuint offset) => new(Vector128.LoadUnsafe(in source, offset));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store(ref T destination, nuint offset) => _value.StoreUnsafe(ref destination, offset);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public unsafe void StoreNonTemporal(ref T destination, nuint offset) =>
        _value.StoreAlignedNonTemporal((T*)Unsafe.AsPointer(ref destination) + offset);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Mask<Lanes128<T>> Less(Lanes128<T> a, Lanes128<T> b) => new(new(Vector128.LessThan(a._value, b._value)));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Mask<Lanes128<T>> LessOrEqual(Lanes128<T> a, Lanes128<T> b) =>
        new(new(Vector128.LessThanOrEqual(a._value, b._value)));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Mask<Lanes128<T>> Equal(Lanes128<T> a, Lanes128<T> b) => new(new(Vector128.Equals(a._value, b._value)));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Mask<Lanes128<T>> IsNaN(Lanes128<T> x) => new(new(~Vector128.Equals(x._value, x._value)));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Mask<Lanes128<T>> IsNegative(Lanes128<T> x)
    {
        if (typeof(T) == typeof(float))
        {
            return new(new(Vector128.LessThan(x._value.AsInt32(), Vector128<int>.Zero).As<int, T>()));
        }

        return typeof(T) == typeof(double)
            ? new(new(Vector128.LessThan(x._value.AsInt64(), Vector128<long>.Zero).As<long, T>()))
            : new(new(Vector128.LessThan(x._value, Vector128<T>.Zero)));
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128<T> Select(Mask<Lanes128<T>> mask, Lanes128<T> a, Lanes128<T> b) =>
        new(Vector128.ConditionalSelect(mask._bits._value, a._value, b._value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128<T> MaskAnd(Lanes128<T> a, Lanes128<T> b) => new(a._value & b._value);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128<T> MaskOr(Lanes128<T> a, Lanes128<T> b) => new(a._value | b._value);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128<T> MaskNot(Lanes128<T> a) => new(~a._value);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128<T> MultiplyAdd(Lanes128<T> a, Lanes128<T> b, Lanes128<T> c)
    {
        if (typeof(T) == typeof(float) && (Fma.IsSupported || AdvSimd.IsSupported))
        {
            return new(Vector128.FusedMultiplyAdd(a._value.AsSingle(), b._value.AsSingle(), c._value.AsSingle()).As<float, T>());
        }

        if (typeof(T) == typeof(double) && (Fma.IsSupported || AdvSimd.IsSupported))
        {
            return new(Vector128.FusedMultiplyAdd(a._value.AsDouble(), b._value.AsDouble(), c._value.AsDouble()).As<double, T>());
        }

        return new((a._value * b._value) + c._value);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128<T> Max(Lanes128<T> a, Lanes128<T> b) =>
        new(WebVectors.Has<T>() ? WebVectors.Max(a._value, b._value) : Vector128.Max(a._value, b._value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128<T> Min(Lanes128<T> a, Lanes128<T> b) =>
        new(WebVectors.Has<T>() ? WebVectors.Min(a._value, b._value) : Vector128.Min(a._value, b._value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128<T> Abs(Lanes128<T> x) =>
        new(WebVectors.Has<T>() ? WebVectors.Abs(x._value) : Vector128.Abs(x._value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128<T> Floor(Lanes128<T> x)
    {
        if (WebVectors.Has<T>())
        {
            return new(WebVectors.Floor(x._value));
        }

        if (typeof(T) == typeof(float))
        {
            return new(Vector128.Floor(x._value.AsSingle()).As<float, T>());
        }

        if (typeof(T) == typeof(double))
        {
            return new(Vector128.Floor(x._value.AsDouble()).As<double, T>());
        }

        return x;
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128<T> Ceiling(Lanes128<T> x)
    {
        if (WebVectors.Has<T>())
        {
            return new(WebVectors.Ceiling(x._value));
        }

        if (typeof(T) == typeof(float))
        {
            return new(Vector128.Ceiling(x._value.AsSingle()).As<float, T>());
        }

        if (typeof(T) == typeof(double))
        {
            return new(Vector128.Ceiling(x._value.AsDouble()).As<double, T>());
        }

        return x;
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128<T> Round(Lanes128<T> x)
    {
        if (WebVectors.Has<T>())
        {
            return new(WebVectors.RoundToNearest(x._value));
        }

        if (typeof(T) == typeof(float))
        {
            return new(Vector128.Round(x._value.AsSingle()).As<float, T>());
        }

        if (typeof(T) == typeof(double))
        {
            return new(Vector128.Round(x._value.AsDouble()).As<double, T>());
        }

        return x;
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128<T> Truncate(Lanes128<T> x)
    {
        if (WebVectors.Has<T>())
        {
            return new(WebVectors.Truncate(x._value));
        }

        if (typeof(T) == typeof(float))
        {
            return new(Vector128.Truncate(x._value.AsSingle()).As<float, T>());
        }

        if (typeof(T) == typeof(double))
        {
            return new(Vector128.Truncate(x._value.AsDouble()).As<double, T>());
        }

        return x;
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128<T> Sqrt(Lanes128<T> x) =>
        new(WebVectors.Has<T>() ? WebVectors.Sqrt(x._value) : Vector128.Sqrt(x._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Lanes128<T> IBitLanes<Lanes128<T>, T>.FromBits(long bits) => Unsafe.SizeOf<T>() == sizeof(int)
        ? new(Vector128.Create((int)bits).As<int, T>())
        : new(Vector128.Create(bits).As<long, T>());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Lanes128<T> IBitLanes<Lanes128<T>, T>.And(Lanes128<T> a, Lanes128<T> b) => new(a._value & b._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Lanes128<T> IBitLanes<Lanes128<T>, T>.AndNot(Lanes128<T> a, Lanes128<T> b) => new(Vector128.AndNot(a._value, b._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Lanes128<T> IBitLanes<Lanes128<T>, T>.Or(Lanes128<T> a, Lanes128<T> b) => new(a._value | b._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Lanes128<T> IBitLanes<Lanes128<T>, T>.Xor(Lanes128<T> a, Lanes128<T> b) => new(a._value ^ b._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Lanes128<T> IBitLanes<Lanes128<T>, T>.AddBits(Lanes128<T> a, Lanes128<T> b) => Unsafe.SizeOf<T>() == sizeof(int)
        ? new((a._value.AsInt32() + b._value.AsInt32()).As<int, T>())
        : new((a._value.AsInt64() + b._value.AsInt64()).As<long, T>());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Lanes128<T> IBitLanes<Lanes128<T>, T>.SubtractBits(Lanes128<T> a, Lanes128<T> b) => Unsafe.SizeOf<T>() == sizeof(int)
        ? new((a._value.AsInt32() - b._value.AsInt32()).As<int, T>())
        : new((a._value.AsInt64() - b._value.AsInt64()).As<long, T>());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Lanes128<T> IBitLanes<Lanes128<T>, T>.ShiftLeft(Lanes128<T> a, int count) => Unsafe.SizeOf<T>() == sizeof(int)
        ? new((a._value.AsInt32() << count).As<int, T>())
        : new((a._value.AsInt64() << count).As<long, T>());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Lanes128<T> IBitLanes<Lanes128<T>, T>.ShiftRight(Lanes128<T> a, int count) => Unsafe.SizeOf<T>() == sizeof(int)
        ? new((a._value.AsInt32() >>> count).As<int, T>())
        : new((a._value.AsInt64() >>> count).As<long, T>());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Lanes128<T> IBitLanes<Lanes128<T>, T>.Scale(Lanes128<T> x, Lanes128<T> n)
    {
        if (typeof(T) == typeof(float) && Avx512F.VL.IsSupported)
        {
            return new(Avx512F.VL.Scale(x._value.AsSingle(), n.Value.AsSingle()).As<float, T>());
        }

        if (typeof(T) == typeof(double) && Avx512F.VL.IsSupported)
        {
            return new(Avx512F.VL.Scale(x._value.AsDouble(), n.Value.AsDouble()).As<double, T>());
        }

        return Functions.ScaleInTwoSteps<Lanes128<T>, T>(x, n);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Lanes128<T> IBitLanes<Lanes128<T>, T>.Split(Lanes128<T> x, out Lanes128<T> exponent)
    {
        // The normalization to [¾, 1½) with NaN for negative numbers.
        const byte control = 0b1011;
        if (typeof(T) == typeof(float) && Avx512F.VL.IsSupported)
        {
            Vector128<float> mantissa = Avx512F.VL.GetMantissa(x._value.AsSingle(), control);
            Vector128<float> e = Avx512F.VL.GetExponent(x._value.AsSingle()) - Avx512F.VL.GetExponent(mantissa);
            exponent = new(e.As<float, T>());
            return new(mantissa.As<float, T>());
        }

        if (typeof(T) == typeof(double) && Avx512F.VL.IsSupported)
        {
            Vector128<double> mantissa = Avx512F.VL.GetMantissa(x._value.AsDouble(), control);
            Vector128<double> e = Avx512F.VL.GetExponent(x._value.AsDouble()) - Avx512F.VL.GetExponent(mantissa);
            exponent = new(e.As<double, T>());
            return new(mantissa.As<double, T>());
        }

        return Functions.SplitBits<Lanes128<T>, T>(x, out exponent);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Lanes128<T> IBitLanes<Lanes128<T>, T>.MinNative(Lanes128<T> a, Lanes128<T> b) =>
        new(WebVectors.Has<T>() ? WebVectors.PseudoMin(b._value, a._value) : Vector128.MinNative(a._value, b._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Lanes128<T> IBitLanes<Lanes128<T>, T>.MaxNative(Lanes128<T> a, Lanes128<T> b) =>
        new(WebVectors.Has<T>() ? WebVectors.PseudoMax(b._value, a._value) : Vector128.MaxNative(a._value, b._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static bool IBitLanes<Lanes128<T>, T>.Any(Mask<Lanes128<T>> mask) => Unsafe.SizeOf<T>() == sizeof(int)
        ? Vector128.ExtractMostSignificantBits(mask._bits._value.AsInt32()) != 0
        : Vector128.ExtractMostSignificantBits(mask._bits._value.AsInt64()) != 0;
}
