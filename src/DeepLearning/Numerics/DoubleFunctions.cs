using System.Runtime.CompilerServices;

namespace DeepLearning.Numerics;

/// <summary>The functions of double lanes.</summary>
/// <remarks>
/// The compiler inlines only so much into one method, and what it leaves out costs a call per operation. So the short functions are
/// inlined and the long ones are calls.
/// </remarks>
internal static partial class DoubleFunctions
{
    /// <summary>Added to a small number it leaves the nearest integer in the low bits.</summary>
    private const double Magic = 6755399441055744.0;

    private const double Ln2High = 0.6931471803691238;
    private const double Ln2Low = 1.9082149292705877e-10;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Exp<V, T>(V x)
        where V : struct, IBitLanes<V, T>, IReal<V>
        where T : unmanaged => ExpTimes<V, T>(x, 0.0, 0.0);

    /// <summary>2ⁿ·(eʳ − 1) + (2ⁿ − 1), at half the scale so that 2¹⁰²⁴ fits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Expm1<V, T>(V x)
        where V : struct, IBitLanes<V, T>, IReal<V>
        where T : unmanaged
    {
        V r = Reduce<V, T>(Functions.Clamp<V, T>(x, -38.0, 710.0), 0.0, out V n);
        V p = Expm1OfReduced<V, T>(r);
        V half = Functions.PowerOfTwo<V, T>(n - 1.0);
        V y = V.MultiplyAdd(p, half, half - 0.5);
        return V.Select(V.Less(V.Abs(x), 1e-17), x, y + y);
    }

    /// <summary>e²ᵗ − 1 over e²ᵗ + 1, with t = |x|.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Tanh<V, T>(V x)
        where V : struct, IBitLanes<V, T>, IReal<V>
        where T : unmanaged
    {
        V sign = V.And(x, V.FromBits(long.MinValue));
        V t = V.MinNative(20.0, V.Xor(x, sign));
        V p = Expm1OfReduced<V, T>(Reduce<V, T>(t + t, 0.0, out V n));
        V scale = Functions.PowerOfTwo<V, T>(n);
        p = V.MultiplyAdd(p, scale, scale - 1.0);
        return V.Or(p / (p + 2.0), sign);
    }

    /// <summary>½eᵗ − ½e⁻ᵗ for t = |x| above 1, an odd polynomial below.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static V Sinh<V, T>(V x)
        where V : struct, IBitLanes<V, T>, IReal<V>
        where T : unmanaged
    {
        V sign = V.And(x, V.FromBits(long.MinValue));
        V t = V.Xor(x, sign);
        V half = ExpTimes<V, T>(t, 0.0, -1.0);
        V z = t * t;
        V small = V.MultiplyAdd(V.Polynomial<SinhCoefficients>(V.MinNative(1.0, z)), z * t, t);
        return V.Or(V.Select(V.Less(t, 1.0), small, half - (0.25 / half)), sign);
    }

    /// <summary>½eᵗ + ½e⁻ᵗ for t = |x|.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static V Cosh<V, T>(V x)
        where V : struct, IBitLanes<V, T>, IReal<V>
        where T : unmanaged
    {
        V half = ExpTimes<V, T>(V.Abs(x), 0.0, -1.0);
        return half + (0.25 / half);
    }

    /// <summary>(sinh t / t − 1) / t² in t² on [0, 1].</summary>
    private readonly struct SinhCoefficients : ICoefficients
    {
        public static ReadOnlySpan<double> Values
        {
            [MethodImpl(MethodImplOptions.AggressiveInlining)]
            get =>
            [
                0.16666666666666666, 0.008333333333333333, 0.00019841269841269773, 2.755731922404034e-06, 2.505210836405804e-08,
                1.6059048396350562e-10, 7.646625361656657e-13, 2.8445264169895285e-15,
            ];
        }
    }

    /// <summary>2ᵏ·exp(x + low).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V ExpTimes<V, T>(V x, V low, V k)
        where V : struct, IBitLanes<V, T>, IReal<V>
        where T : unmanaged
    {
        V r = Reduce<V, T>(Functions.Clamp<V, T>(x, -746.0, 711.0), low, out V n);
        return V.Scale(Expm1OfReduced<V, T>(r) + 1.0, n + k);
    }

    /// <summary>r = x + low − n·ln 2 for the nearest integral n.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V Reduce<V, T>(V x, V low, out V n)
        where V : struct, IBitLanes<V, T>, IReal<V>
        where T : unmanaged
    {
        n = V.MultiplyAdd(x, 1.4426950408889634, Magic) - Magic;
        V r = V.MultiplyAdd(n, -Ln2High, x);
        return V.MultiplyAdd(n, -Ln2Low, r) + low;
    }

    /// <summary>eʳ − 1 on [−½ln 2, ½ln 2].</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V Expm1OfReduced<V, T>(V r)
        where V : struct, IBitLanes<V, T>, IReal<V>
        where T : unmanaged
    {
        V p = 2.0920532483115873e-09;
        p = V.MultiplyAdd(p, r, 2.5111693705555676e-08);
        p = V.MultiplyAdd(p, r, 2.755725664481269e-07);
        p = V.MultiplyAdd(p, r, 2.7557236882845066e-06);
        p = V.MultiplyAdd(p, r, 2.4801587342615928e-05);
        p = V.MultiplyAdd(p, r, 0.000198412698930679);
        p = V.MultiplyAdd(p, r, 0.0013888888888876968);
        p = V.MultiplyAdd(p, r, 0.008333333333319039);
        p = V.MultiplyAdd(p, r, 0.04166666666666668);
        p = V.MultiplyAdd(p, r, 0.1666666666666668);
        p = V.MultiplyAdd(p, r, 0.5);
        return V.MultiplyAdd(p, r * r, r);
    }
}
