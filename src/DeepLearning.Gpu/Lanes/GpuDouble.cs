using System.Runtime.CompilerServices;
using DeepLearning.Numerics;
using ILGPU;

namespace DeepLearning.Backends.Gpu;

/// <summary>
/// One double of a kernel. Its functions are the processor's formulas over instructions that round as the processor's do, so it gives the
/// processor's bits, but for angles from 2²⁷ on (<see cref="LargeAngles"/>).
/// </summary>
internal readonly struct GpuDouble(double value) : IBitLanes<GpuDouble, double>
{
    public readonly double Value = value;

    public static int Width => 1;

    public static bool IsHardwareAccelerated => true;

    public static bool HasFusedMultiplyAdd
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => true;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static implicit operator GpuDouble(double value) => new(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static GpuDouble operator +(GpuDouble a, GpuDouble b) => new(GpuMath.Add(a.Value, b.Value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static GpuDouble operator -(GpuDouble a, GpuDouble b) => new(GpuMath.Subtract(a.Value, b.Value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static GpuDouble operator *(GpuDouble a, GpuDouble b) => new(GpuMath.Multiply(a.Value, b.Value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static GpuDouble operator /(GpuDouble a, GpuDouble b) => new(GpuMath.Divide(a.Value, b.Value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static GpuDouble operator -(GpuDouble a) => new(GpuMath.Negate(a.Value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static GpuDouble Create(double value) => new(value);

    public static GpuDouble Load(ref readonly double source, nuint offset) => throw Vectors();

    public void Store(ref double destination, nuint offset) => throw Vectors();

    public void StoreNonTemporal(ref double destination, nuint offset) => throw Vectors();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Mask<GpuDouble> Less(GpuDouble a, GpuDouble b) => MaskOf(GpuMath.Less(a.Value, b.Value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Mask<GpuDouble> LessOrEqual(GpuDouble a, GpuDouble b) => MaskOf(GpuMath.LessOrEqual(a.Value, b.Value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Mask<GpuDouble> Equal(GpuDouble a, GpuDouble b) => MaskOf(GpuMath.Equal(a.Value, b.Value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Mask<GpuDouble> IsNaN(GpuDouble x) => MaskOf(GpuMath.Unordered(x.Value, x.Value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Mask<GpuDouble> IsNegative(GpuDouble x) => MaskOf((Bits(x) >> 63) != 0 ? uint.MaxValue : 0);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static GpuDouble Select(Mask<GpuDouble> mask, GpuDouble a, GpuDouble b) => new(Bits(mask.Bits) != 0 ? a.Value : b.Value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static GpuDouble MaskAnd(GpuDouble a, GpuDouble b) => From(Bits(a) & Bits(b));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static GpuDouble MaskOr(GpuDouble a, GpuDouble b) => From(Bits(a) | Bits(b));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static GpuDouble MaskNot(GpuDouble a) => From(~Bits(a));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static GpuDouble MultiplyAdd(GpuDouble a, GpuDouble b, GpuDouble c) => new(GpuMath.MultiplyAdd(a.Value, b.Value, c.Value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static GpuDouble Max(GpuDouble a, GpuDouble b) => Select(IsNaN(a), a, Select(IsNaN(b), b, new(GpuMath.Max(a.Value, b.Value))));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static GpuDouble Min(GpuDouble a, GpuDouble b) => Select(IsNaN(a), a, Select(IsNaN(b), b, new(GpuMath.Min(a.Value, b.Value))));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static GpuDouble Abs(GpuDouble x) => From(Bits(x) & long.MaxValue);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static GpuDouble Floor(GpuDouble x) => new(GpuMath.Floor(x.Value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static GpuDouble Ceiling(GpuDouble x) => new(GpuMath.Ceiling(x.Value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static GpuDouble Round(GpuDouble x) => new(GpuMath.Round(x.Value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static GpuDouble Truncate(GpuDouble x) => new(GpuMath.Truncate(x.Value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static GpuDouble Sqrt(GpuDouble x) => new(GpuMath.Sqrt(x.Value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static GpuDouble FromBits(long bits) => From((ulong)bits);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static GpuDouble And(GpuDouble a, GpuDouble b) => From(Bits(a) & Bits(b));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static GpuDouble AndNot(GpuDouble a, GpuDouble b) => From(Bits(a) & ~Bits(b));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static GpuDouble Or(GpuDouble a, GpuDouble b) => From(Bits(a) | Bits(b));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static GpuDouble Xor(GpuDouble a, GpuDouble b) => From(Bits(a) ^ Bits(b));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static GpuDouble AddBits(GpuDouble a, GpuDouble b) => From(Bits(a) + Bits(b));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static GpuDouble SubtractBits(GpuDouble a, GpuDouble b) => From(Bits(a) - Bits(b));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static GpuDouble ShiftLeft(GpuDouble a, int count) => From(Bits(a) << count);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static GpuDouble ShiftRight(GpuDouble a, int count) => From(Bits(a) >> count);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static GpuDouble Scale(GpuDouble x, GpuDouble n) => Functions.ScaleInTwoSteps<GpuDouble, double>(x, n);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static GpuDouble Split(GpuDouble x, out GpuDouble exponent) => Functions.SplitBits<GpuDouble, double>(x, out exponent);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static GpuDouble MinNative(GpuDouble a, GpuDouble b) => Select(Less(a, b), a, b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static GpuDouble MaxNative(GpuDouble a, GpuDouble b) => Select(Less(b, a), a, b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Any(Mask<GpuDouble> mask) => Bits(mask.Bits) != 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static GpuDouble Polynomial<TCoefficients>(GpuDouble x)
        where TCoefficients : struct, ICoefficients => new(GpuMath.Polynomial<TCoefficients>(x.Value));

    public static GpuDouble LargeSin(GpuDouble x) => LargeAngles.Sin(x);

    public static GpuDouble LargeCos(GpuDouble x) => LargeAngles.Cos(x);

    public static GpuDouble LargeTan(GpuDouble x) => LargeAngles.Tan(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static GpuDouble Exp(GpuDouble x) => DoubleFunctions.Exp<GpuDouble, double>(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static GpuDouble Expm1(GpuDouble x) => DoubleFunctions.Expm1<GpuDouble, double>(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static GpuDouble Log(GpuDouble x) => DoubleFunctions.Log<GpuDouble, double>(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static GpuDouble Log1p(GpuDouble x) => DoubleFunctions.Log1p<GpuDouble, double>(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static GpuDouble Log2(GpuDouble x) => DoubleFunctions.Log2<GpuDouble, double>(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static GpuDouble Sin(GpuDouble x) => DoubleFunctions.Sin<GpuDouble, double>(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static GpuDouble Cos(GpuDouble x) => DoubleFunctions.Cos<GpuDouble, double>(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static GpuDouble Tan(GpuDouble x) => DoubleFunctions.Tan<GpuDouble, double>(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static GpuDouble Asin(GpuDouble x) => DoubleFunctions.Asin<GpuDouble, double>(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static GpuDouble Acos(GpuDouble x) => DoubleFunctions.Acos<GpuDouble, double>(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static GpuDouble Atan(GpuDouble x) => DoubleFunctions.Atan<GpuDouble, double>(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static GpuDouble Sinh(GpuDouble x) => DoubleFunctions.Sinh<GpuDouble, double>(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static GpuDouble Cosh(GpuDouble x) => DoubleFunctions.Cosh<GpuDouble, double>(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static GpuDouble Tanh(GpuDouble x) => DoubleFunctions.Tanh<GpuDouble, double>(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static GpuDouble Erf(GpuDouble x) => DoubleFunctions.Erf<GpuDouble, double>(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static GpuDouble Erfc(GpuDouble x) => DoubleFunctions.Erfc<GpuDouble, double>(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static GpuDouble ErfInv(GpuDouble x) => DoubleFunctions.ErfInv<GpuDouble, double>(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static GpuDouble LGamma(GpuDouble x) => DoubleFunctions.LGamma<GpuDouble, double>(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static GpuDouble Digamma(GpuDouble x) => DoubleFunctions.Digamma<GpuDouble, double>(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static GpuDouble Trigamma(GpuDouble x) => DoubleFunctions.Trigamma<GpuDouble, double>(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static GpuDouble Pow(GpuDouble a, GpuDouble b) => DoubleFunctions.Pow<GpuDouble, double>(a, b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static GpuDouble Atan2(GpuDouble y, GpuDouble x) => DoubleFunctions.Atan2<GpuDouble, double>(y, x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Bits(GpuDouble a) => Interop.FloatAsInt(a.Value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static GpuDouble From(ulong bits) => new(Interop.IntAsFloat(bits));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Mask<GpuDouble> MaskOf(uint bits) => new(From((ulong)(int)bits));

    private static NotSupportedException Vectors() => new("A number of a kernel is loaded and stored through views.");
}
