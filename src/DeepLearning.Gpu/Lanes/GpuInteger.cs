using System.Numerics;
using System.Runtime.CompilerServices;
using DeepLearning.Numerics;

namespace DeepLearning.Backends.Gpu;

/// <summary>What kind of integer a T is: how a constant of a formula becomes one, and where it wraps.</summary>
internal interface IIntegerKind<T>
{
    static abstract T From(double value);

    /// <summary>A result in the range of the type, which is narrower than T where T stands for a byte.</summary>
    static abstract T Wrap(T value);
}

internal readonly struct Int32Kind : IIntegerKind<int>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int From(double value) => (int)value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Wrap(int value) => value;
}

internal readonly struct Int64Kind : IIntegerKind<long>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static long From(double value) => (long)value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static long Wrap(long value) => value;
}

/// <summary>A byte, computed as an int: ILGPU compares bytes as if they had a sign.</summary>
internal readonly struct ByteKind : IIntegerKind<int>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int From(double value) => (byte)value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Wrap(int value) => value & 0xff;
}

/// <summary>One integer of a kernel: arithmetic, comparisons and selection, which is what formulas over any number use.</summary>
internal readonly struct GpuInteger<T, TKind>(T value) : IReal<GpuInteger<T, TKind>>
    where T : unmanaged, IBinaryInteger<T>
    where TKind : struct, IIntegerKind<T>
{
    public readonly T Value = value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static implicit operator GpuInteger<T, TKind>(double value) => new(TKind.From(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static GpuInteger<T, TKind> operator +(GpuInteger<T, TKind> a, GpuInteger<T, TKind> b) => new(TKind.Wrap(a.Value + b.Value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static GpuInteger<T, TKind> operator -(GpuInteger<T, TKind> a, GpuInteger<T, TKind> b) => new(TKind.Wrap(a.Value - b.Value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static GpuInteger<T, TKind> operator *(GpuInteger<T, TKind> a, GpuInteger<T, TKind> b) => new(TKind.Wrap(a.Value * b.Value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static GpuInteger<T, TKind> operator /(GpuInteger<T, TKind> a, GpuInteger<T, TKind> b) => new(TKind.Wrap(a.Value / b.Value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static GpuInteger<T, TKind> operator -(GpuInteger<T, TKind> a) => new(TKind.Wrap(T.Zero - a.Value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Mask<GpuInteger<T, TKind>> Less(GpuInteger<T, TKind> a, GpuInteger<T, TKind> b) =>
        MaskOf(a.Value < b.Value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Mask<GpuInteger<T, TKind>> LessOrEqual(GpuInteger<T, TKind> a, GpuInteger<T, TKind> b) =>
        MaskOf(a.Value <= b.Value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Mask<GpuInteger<T, TKind>> Equal(GpuInteger<T, TKind> a, GpuInteger<T, TKind> b) =>
        MaskOf(a.Value == b.Value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Mask<GpuInteger<T, TKind>> IsNaN(GpuInteger<T, TKind> x) => MaskOf(false);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Mask<GpuInteger<T, TKind>> IsNegative(GpuInteger<T, TKind> x) => MaskOf(x.Value < T.Zero);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static GpuInteger<T, TKind> Select(Mask<GpuInteger<T, TKind>> mask, GpuInteger<T, TKind> a, GpuInteger<T, TKind> b) =>
        mask.Bits.Value != T.Zero ? a : b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static GpuInteger<T, TKind> MaskAnd(GpuInteger<T, TKind> a, GpuInteger<T, TKind> b) => new(a.Value & b.Value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static GpuInteger<T, TKind> MaskOr(GpuInteger<T, TKind> a, GpuInteger<T, TKind> b) => new(a.Value | b.Value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static GpuInteger<T, TKind> MaskNot(GpuInteger<T, TKind> a) => new(~a.Value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static GpuInteger<T, TKind> MultiplyAdd(GpuInteger<T, TKind> a, GpuInteger<T, TKind> b, GpuInteger<T, TKind> c) =>
        new(TKind.Wrap((a.Value * b.Value) + c.Value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static GpuInteger<T, TKind> Max(GpuInteger<T, TKind> a, GpuInteger<T, TKind> b) => a.Value < b.Value ? b : a;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static GpuInteger<T, TKind> Min(GpuInteger<T, TKind> a, GpuInteger<T, TKind> b) => b.Value < a.Value ? b : a;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static GpuInteger<T, TKind> Abs(GpuInteger<T, TKind> x) => x.Value < T.Zero ? -x : x;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static GpuInteger<T, TKind> Floor(GpuInteger<T, TKind> x) => x;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static GpuInteger<T, TKind> Ceiling(GpuInteger<T, TKind> x) => x;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static GpuInteger<T, TKind> Round(GpuInteger<T, TKind> x) => x;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static GpuInteger<T, TKind> Truncate(GpuInteger<T, TKind> x) => x;

    public static GpuInteger<T, TKind> Sqrt(GpuInteger<T, TKind> x) => throw NotReal();

    public static GpuInteger<T, TKind> Exp(GpuInteger<T, TKind> x) => throw NotReal();

    public static GpuInteger<T, TKind> Expm1(GpuInteger<T, TKind> x) => throw NotReal();

    public static GpuInteger<T, TKind> Log(GpuInteger<T, TKind> x) => throw NotReal();

    public static GpuInteger<T, TKind> Log1p(GpuInteger<T, TKind> x) => throw NotReal();

    public static GpuInteger<T, TKind> Log2(GpuInteger<T, TKind> x) => throw NotReal();

    public static GpuInteger<T, TKind> Sin(GpuInteger<T, TKind> x) => throw NotReal();

    public static GpuInteger<T, TKind> Cos(GpuInteger<T, TKind> x) => throw NotReal();

    public static GpuInteger<T, TKind> Tan(GpuInteger<T, TKind> x) => throw NotReal();

    public static GpuInteger<T, TKind> Asin(GpuInteger<T, TKind> x) => throw NotReal();

    public static GpuInteger<T, TKind> Acos(GpuInteger<T, TKind> x) => throw NotReal();

    public static GpuInteger<T, TKind> Atan(GpuInteger<T, TKind> x) => throw NotReal();

    public static GpuInteger<T, TKind> Sinh(GpuInteger<T, TKind> x) => throw NotReal();

    public static GpuInteger<T, TKind> Cosh(GpuInteger<T, TKind> x) => throw NotReal();

    public static GpuInteger<T, TKind> Tanh(GpuInteger<T, TKind> x) => throw NotReal();

    public static GpuInteger<T, TKind> Erf(GpuInteger<T, TKind> x) => throw NotReal();

    public static GpuInteger<T, TKind> Erfc(GpuInteger<T, TKind> x) => throw NotReal();

    public static GpuInteger<T, TKind> ErfInv(GpuInteger<T, TKind> x) => throw NotReal();

    public static GpuInteger<T, TKind> LGamma(GpuInteger<T, TKind> x) => throw NotReal();

    public static GpuInteger<T, TKind> Digamma(GpuInteger<T, TKind> x) => throw NotReal();

    public static GpuInteger<T, TKind> Trigamma(GpuInteger<T, TKind> x) => throw NotReal();

    public static GpuInteger<T, TKind> Pow(GpuInteger<T, TKind> a, GpuInteger<T, TKind> b) => throw NotReal();

    public static GpuInteger<T, TKind> Atan2(GpuInteger<T, TKind> y, GpuInteger<T, TKind> x) => throw NotReal();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Mask<GpuInteger<T, TKind>> MaskOf(bool value) => new(new(value ? T.Zero - T.One : T.Zero));

    private static NotSupportedException NotReal() => new("Integers have arithmetic only; promote to float or double first.");
}
