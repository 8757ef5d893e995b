using System.Runtime.CompilerServices;
using DeepLearning.Numerics;
using ILGPU;

namespace DeepLearning.Backends.Gpu;

/// <summary>
/// One float of a kernel. Its functions are the processor's formulas over instructions that round as the processor's do, so it gives the
/// processor's bits.
/// </summary>
internal readonly struct GpuFloat(float value) : IBitLanes<GpuFloat, float>
{
    public readonly float Value = value;

    public static int Width => 1;

    public static bool IsHardwareAccelerated => true;

    public static bool HasFusedMultiplyAdd
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => true;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static implicit operator GpuFloat(double value) => new((float)value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static GpuFloat operator +(GpuFloat a, GpuFloat b) => new(GpuMath.Add(a.Value, b.Value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static GpuFloat operator -(GpuFloat a, GpuFloat b) => new(GpuMath.Subtract(a.Value, b.Value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static GpuFloat operator *(GpuFloat a, GpuFloat b) => new(GpuMath.Multiply(a.Value, b.Value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static GpuFloat operator /(GpuFloat a, GpuFloat b) => new(GpuMath.Divide(a.Value, b.Value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static GpuFloat operator -(GpuFloat a) => new(GpuMath.Negate(a.Value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static GpuFloat Create(float value) => new(value);

    public static GpuFloat Load(ref readonly float source, nuint offset) => throw Vectors();

    public void Store(ref float destination, nuint offset) => throw Vectors();

    public void StoreNonTemporal(ref float destination, nuint offset) => throw Vectors();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Mask<GpuFloat> Less(GpuFloat a, GpuFloat b) => MaskOf(GpuMath.Less(a.Value, b.Value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Mask<GpuFloat> LessOrEqual(GpuFloat a, GpuFloat b) => MaskOf(GpuMath.LessOrEqual(a.Value, b.Value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Mask<GpuFloat> Equal(GpuFloat a, GpuFloat b) => MaskOf(GpuMath.Equal(a.Value, b.Value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Mask<GpuFloat> IsNaN(GpuFloat x) => MaskOf(GpuMath.Unordered(x.Value, x.Value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Mask<GpuFloat> IsNegative(GpuFloat x) => MaskOf((Bits(x) >> 31) != 0 ? uint.MaxValue : 0);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static GpuFloat Select(Mask<GpuFloat> mask, GpuFloat a, GpuFloat b) => new(Bits(mask.Bits) != 0 ? a.Value : b.Value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static GpuFloat MaskAnd(GpuFloat a, GpuFloat b) => From(Bits(a) & Bits(b));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static GpuFloat MaskOr(GpuFloat a, GpuFloat b) => From(Bits(a) | Bits(b));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static GpuFloat MaskNot(GpuFloat a) => From(~Bits(a));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static GpuFloat MultiplyAdd(GpuFloat a, GpuFloat b, GpuFloat c) => new(GpuMath.MultiplyAdd(a.Value, b.Value, c.Value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static GpuFloat Max(GpuFloat a, GpuFloat b) => Select(IsNaN(a), a, Select(IsNaN(b), b, new(GpuMath.Max(a.Value, b.Value))));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static GpuFloat Min(GpuFloat a, GpuFloat b) => Select(IsNaN(a), a, Select(IsNaN(b), b, new(GpuMath.Min(a.Value, b.Value))));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static GpuFloat Abs(GpuFloat x) => From(Bits(x) & int.MaxValue);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static GpuFloat Floor(GpuFloat x) => new(GpuMath.Floor(x.Value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static GpuFloat Ceiling(GpuFloat x) => new(GpuMath.Ceiling(x.Value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static GpuFloat Round(GpuFloat x) => new(GpuMath.Round(x.Value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static GpuFloat Truncate(GpuFloat x) => new(GpuMath.Truncate(x.Value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static GpuFloat Sqrt(GpuFloat x) => new(GpuMath.Sqrt(x.Value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static GpuFloat FromBits(long bits) => From((uint)bits);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static GpuFloat And(GpuFloat a, GpuFloat b) => From(Bits(a) & Bits(b));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static GpuFloat AndNot(GpuFloat a, GpuFloat b) => From(Bits(a) & ~Bits(b));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static GpuFloat Or(GpuFloat a, GpuFloat b) => From(Bits(a) | Bits(b));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static GpuFloat Xor(GpuFloat a, GpuFloat b) => From(Bits(a) ^ Bits(b));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static GpuFloat AddBits(GpuFloat a, GpuFloat b) => From(Bits(a) + Bits(b));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static GpuFloat SubtractBits(GpuFloat a, GpuFloat b) => From(Bits(a) - Bits(b));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static GpuFloat ShiftLeft(GpuFloat a, int count) => From(Bits(a) << count);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static GpuFloat ShiftRight(GpuFloat a, int count) => From(Bits(a) >> count);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static GpuFloat Scale(GpuFloat x, GpuFloat n) => Functions.ScaleInTwoSteps<GpuFloat, float>(x, n);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static GpuFloat Split(GpuFloat x, out GpuFloat exponent) => Functions.SplitBits<GpuFloat, float>(x, out exponent);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static GpuFloat MinNative(GpuFloat a, GpuFloat b) => Select(Less(a, b), a, b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static GpuFloat MaxNative(GpuFloat a, GpuFloat b) => Select(Less(b, a), a, b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Any(Mask<GpuFloat> mask) => Bits(mask.Bits) != 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static GpuFloat Widen<TOp>(GpuFloat x)
        where TOp : struct, IUnaryOp<TOp> =>
        new(GpuMath.Narrow(default(TOp).Forward(new GpuDouble(GpuMath.Widen(x.Value))).Value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static GpuFloat Widen<TOp>(GpuFloat a, GpuFloat b)
        where TOp : struct, IBinaryOp<TOp> => new(GpuMath.Narrow(
            default(TOp).Forward(new GpuDouble(GpuMath.Widen(a.Value)), new GpuDouble(GpuMath.Widen(b.Value))).Value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static GpuFloat Exp(GpuFloat x) => FloatFunctions.Exp<GpuFloat, float>(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static GpuFloat Expm1(GpuFloat x) => FloatFunctions.Expm1<GpuFloat, float>(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static GpuFloat Log(GpuFloat x) => FloatFunctions.Log<GpuFloat, float>(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static GpuFloat Log1p(GpuFloat x) => FloatFunctions.Log1p<GpuFloat, float>(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static GpuFloat Log2(GpuFloat x) => FloatFunctions.Log2<GpuFloat, float>(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static GpuFloat Sin(GpuFloat x) => FloatFunctions.Sin<GpuFloat, float>(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static GpuFloat Cos(GpuFloat x) => FloatFunctions.Cos<GpuFloat, float>(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static GpuFloat Tan(GpuFloat x) => FloatFunctions.Tan<GpuFloat, float>(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static GpuFloat Asin(GpuFloat x) => FloatFunctions.Asin<GpuFloat, float>(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static GpuFloat Acos(GpuFloat x) => FloatFunctions.Acos<GpuFloat, float>(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static GpuFloat Atan(GpuFloat x) => FloatFunctions.Atan<GpuFloat, float>(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static GpuFloat Sinh(GpuFloat x) => FloatFunctions.Sinh<GpuFloat, float>(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static GpuFloat Cosh(GpuFloat x) => FloatFunctions.Cosh<GpuFloat, float>(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static GpuFloat Tanh(GpuFloat x) => FloatFunctions.Tanh<GpuFloat, float>(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static GpuFloat Erf(GpuFloat x) => FloatFunctions.Erf<GpuFloat, float>(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static GpuFloat Erfc(GpuFloat x) => FloatFunctions.Erfc<GpuFloat, float>(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static GpuFloat ErfInv(GpuFloat x) => FloatFunctions.ErfInv<GpuFloat, float>(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static GpuFloat LGamma(GpuFloat x) => FloatFunctions.LGamma<GpuFloat, float>(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static GpuFloat Digamma(GpuFloat x) => FloatFunctions.Digamma<GpuFloat, float>(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static GpuFloat Trigamma(GpuFloat x) => FloatFunctions.Trigamma<GpuFloat, float>(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static GpuFloat Pow(GpuFloat a, GpuFloat b) => FloatFunctions.Pow<GpuFloat, float>(a, b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static GpuFloat Atan2(GpuFloat y, GpuFloat x) => FloatFunctions.Atan2<GpuFloat, float>(y, x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint Bits(GpuFloat a) => Interop.FloatAsInt(a.Value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static GpuFloat From(uint bits) => new(Interop.IntAsFloat(bits));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Mask<GpuFloat> MaskOf(uint bits) => new(From(bits));

    private static NotSupportedException Vectors() => new("A number of a kernel is loaded and stored through views.");
}
