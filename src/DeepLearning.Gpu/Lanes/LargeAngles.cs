using System.Runtime.CompilerServices;
using DeepLearning.Numerics;
using ILGPU;

namespace DeepLearning.Backends.Gpu;

/// <summary>
/// Sine, cosine and tangent of angles from 2²⁷ on, where the processor asks System.Math: the angle is reduced by π/2 exactly, in integers
/// (Payne and Hanek, 1983). Rounded to float the results are the processor's; as doubles they differ by an ulp at most.
/// </summary>
internal static class LargeAngles
{
    private const int Mantissa = 52;

    /// <summary>2⁻⁶⁴.</summary>
    private const double Step = 5.421010862427522e-20;

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static GpuDouble Sin(GpuDouble x)
    {
        ulong quadrant = Reduce(x, out GpuDouble r, out GpuDouble low);
        return Finite(x, Turned(quadrant, r, low));
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static GpuDouble Cos(GpuDouble x)
    {
        ulong quadrant = Reduce(x, out GpuDouble r, out GpuDouble low);
        return Finite(x, Turned(quadrant + 1, r, low));
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static GpuDouble Tan(GpuDouble x)
    {
        ulong quadrant = Reduce(x, out GpuDouble r, out GpuDouble low);
        return Finite(x, Turned(quadrant, r, low) / Turned(quadrant + 1, r, low));
    }

    /// <summary>An infinite angle has no sine.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static GpuDouble Finite(GpuDouble x, GpuDouble y) =>
        GpuDouble.Select(GpuDouble.Less(GpuDouble.Abs(x), double.PositiveInfinity), y, double.NaN);

    /// <summary>sin(r + low + quadrant · π/2).</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static GpuDouble Turned(ulong quadrant, GpuDouble r, GpuDouble low)
    {
        // cos r = sin(π/2 − |r|)
        GpuDouble sign = GpuDouble.And(r, GpuDouble.FromBits(long.MinValue));
        GpuDouble size = GpuDouble.Xor(r, sign);
        GpuDouble rest = Exact.SumOrdered<GpuDouble>(Math.PI / 2, -size, out GpuDouble lost);
        lost += 6.123233995736766e-17 - GpuDouble.Xor(low, sign);
        bool odd = (quadrant & 1) != 0;
        GpuDouble y = DoubleFunctions.SinReduced<GpuDouble, double>(odd ? rest : r, odd ? lost : low);
        return (quadrant & 2) != 0 ? -y : y;
    }

    /// <summary>x = (4k + quadrant) · π/2 + r + low with |r| ≤ π/4.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static ulong Reduce(GpuDouble x, out GpuDouble r, out GpuDouble low)
    {
        // |x| = mantissa · 2^(exponent − 1075). Of 2/π the bits count from the one that makes 2 with the mantissa's lowest: 192 of them.
        ulong bits = Interop.FloatAsInt(x.Value);
        int exponent = (int)(bits >> Mantissa) & 0x7ff;
        ulong mantissa = (bits & ((1UL << Mantissa) - 1)) | (1UL << Mantissa);
        int start = (exponent - 1075) + 62;
        int word = start >> 6, shift = start & 63;
        ulong w0 = Window(word, shift), w1 = Window(word + 1, shift), w2 = Window(word + 2, shift);

        // The low 192 bits of the product: two bits of quadrant, then the fraction of a right angle.
        ulong p2 = mantissa * w2;
        ulong p1 = mantissa * w1, carry1 = GpuMath.MultiplyHigh(mantissa, w2);
        p1 += carry1;
        ulong p0 = (mantissa * w0) + GpuMath.MultiplyHigh(mantissa, w1) + (p1 < carry1 ? 1UL : 0UL);
        ulong quadrant = p0 >> 62;
        ulong high = (p0 << 2) | (p1 >> 62), middle = (p1 << 2) | (p2 >> 62);

        // To the nearest right angle: above a half the fraction counts down to the next.
        bool above = (high >> 63) != 0;
        ulong borrow = middle == 0 ? 1UL : 0UL;
        ulong fractionHigh = above ? ~high + borrow : high, fractionLow = above ? ~middle + 1 : middle;
        quadrant = above ? quadrant + 1 : quadrant;

        GpuDouble a = Number(fractionHigh >> 32) * 4294967296.0, b = Number(fractionHigh & 0xffffffff);
        GpuDouble first = Exact.SumOrdered(a, b, out GpuDouble second);
        GpuDouble c = (Number(fractionLow >> 32) * 4294967296.0) * Step, d = Number(fractionLow & 0xffffffff) * Step;
        first = Exact.Sum(first, c, out GpuDouble third);
        second += third + d;
        first = Exact.SumOrdered(first, second, out second);

        r = Exact.Product<GpuDouble, double>(first, Math.PI / 2, out GpuDouble lost);
        low = GpuDouble.MultiplyAdd(first, 6.123233995736766e-17, GpuDouble.MultiplyAdd(second, Math.PI / 2, lost)) * Step;
        r *= Step;
        GpuDouble sum = Exact.SumOrdered(r, low, out low);
        bool negative = (bits >> 63) != 0;
        bool turn = negative != above;
        r = turn ? -sum : sum;
        low = turn ? -low : low;
        return negative ? 0 - quadrant : quadrant;
    }

    /// <summary>An integer below 2³² as a number, through the mantissa of 2⁵².</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static GpuDouble Number(ulong n) =>
        GpuDouble.Or(new GpuDouble(Interop.IntAsFloat(n)), 4503599627370496.0) - 4503599627370496.0;

    /// <summary>64 bits of 2/π from a bit on.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Window(int word, int shift) =>
        (Word(word) << shift) | (shift == 0 ? 0 : Word(word + 1) >> (64 - shift));

    /// <summary>The binary digits of 2/π, 64 at a time, after 64 zeros.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static ulong Word(int i) => i switch
    {
        1 => 0xa2f9836e4e441529,
        2 => 0xfc2757d1f534ddc0,
        3 => 0xdb6295993c439041,
        4 => 0xfe5163abdebbc561,
        5 => 0xb7246e3a424dd2e0,
        6 => 0x06492eea09d1921c,
        7 => 0xfe1deb1cb129a73e,
        8 => 0xe88235f52ebb4484,
        9 => 0xe99c7026b45f7e41,
        10 => 0x3991d639835339f4,
        11 => 0x9c845f8bbdf9283b,
        12 => 0x1ff897ffde05980f,
        13 => 0xef2f118b5a0a6d1f,
        14 => 0x6d367ecf27cb09b7,
        15 => 0x4f463f669e5fea2d,
        16 => 0x7527bac7ebe5f17b,
        17 => 0x3d0739f78a5292ea,
        18 => 0x6bfb5fb11f8d5d08,
        19 => 0x56033046fc7b6bab,
        20 => 0xf0cfbc209af4361d,
        _ => 0,
    };
}
