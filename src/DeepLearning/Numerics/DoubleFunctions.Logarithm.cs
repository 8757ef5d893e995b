using System.Runtime.CompilerServices;

namespace DeepLearning.Numerics;

/// <content>Logarithms and the power.</content>
internal static partial class DoubleFunctions
{
    /// <summary>x = m·2ᵉ with m in [¾, 1½), f = m − 1, s = f/(2 + f) and ln m = 2·artanh s.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Log<V, T>(V x)
        where V : struct, IBitLanes<V, T>, IReal<V>
        where T : unmanaged
    {
        V f = V.Split(x, out V e) - 1.0;
        return LogOf<V, T>(f, e);
    }

    /// <summary>As <see cref="Log{V, T}"/> of 1 + x, whose rounding error joins f.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Log1p<V, T>(V x)
        where V : struct, IBitLanes<V, T>, IReal<V>
        where T : unmanaged
    {
        V u = Exact.Sum(1.0, x, out V lost);
        V m = V.Split(u, out V e);
        V f = V.MultiplyAdd(lost, Functions.PowerOfTwo<V, T>(Functions.Clamp<V, T>(-e, -1022.0, 100.0)), m - 1.0);
        V size = V.Abs(x);
        Mask<V> ordinary = V.Less(1e-17, size) & V.Less(size, double.PositiveInfinity);
        return V.Select(ordinary, LogOf<V, T>(f, e), V.Select(V.Less(x, -1.0), double.NaN, x));
    }

    /// <summary>e + ln m·log₂ e with ln m and log₂ e to twice the precision.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static V Log2<V, T>(V x)
        where V : struct, IBitLanes<V, T>, IReal<V>
        where T : unmanaged
    {
        const double log2eLow = 2.0355273740931033e-17;
        V f = V.Split(x, out V e) - 1.0;
        V high = PreciseLog<V, T>(f, out V low);
        V product = Exact.Product<V, T>(high, 1.4426950408889634, out V lost);
        lost = V.MultiplyAdd(high, log2eLow, V.MultiplyAdd(low, 1.4426950408889634, lost));
        V sum = Exact.SumOrdered(e, product, out V rest);
        return V.Select(V.Less(V.Abs(e), 2000.0), sum + (rest + lost), sum);
    }

    /// <summary>exp(b·ln |a|) with ln |a| to twice the precision, and the sign and the special cases of IEEE 754.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static V Pow<V, T>(V a, V b)
        where V : struct, IBitLanes<V, T>, IReal<V>
        where T : unmanaged
    {
        V size = V.Abs(a);
        Mask<V> finite = V.Less(0.0, size) & V.Less(size, double.PositiveInfinity);
        V f = V.Split(V.Select(finite, size, 1.0), out V e) - 1.0;
        V high = PreciseLog<V, T>(f, out V low);
        high = Exact.SumOrdered(e * Ln2High, high, out V lost);
        low = V.MultiplyAdd(e, Ln2Low, low) + lost;
        high = Exact.SumOrdered(high, low, out low);
        V x = Exact.Product<V, T>(b, high, out lost);
        lost = V.Select(V.Less(V.Abs(x), 750.0), V.MultiplyAdd(b, low, lost), 0.0);
        V y = ExpTimes<V, T>(x, lost, 0.0);

        // The base's limits, then its sign, then what holds whatever the other operand is.
        V toZero = V.Select(V.Less(b, 0.0), double.PositiveInfinity, 0.0);
        V toInfinity = V.Select(V.Less(b, 0.0), 0.0, double.PositiveInfinity);
        y = V.Select(V.Equal(size, 0.0), toZero, V.Select(V.Equal(size, double.PositiveInfinity), toInfinity, y));
        Mask<V> whole = V.Equal(V.Round(b), b);
        V half = b * 0.5;
        Mask<V> odd = whole & ~V.Equal(V.Round(half), half);
        V sign = V.And(a, V.FromBits(long.MinValue));
        y = V.Select(odd, V.Or(y, sign), y);
        y = V.Select(V.Less(a, 0.0) & finite & ~whole, double.NaN, y);
        y = V.Select(V.IsNaN(a) | V.IsNaN(b), double.NaN, y);
        Mask<V> one = V.Equal(size, 1.0) & V.Equal(V.Abs(b), double.PositiveInfinity);
        return V.Select(V.Equal(b, 0.0) | V.Equal(a, 1.0) | one, 1.0, y);
    }

    /// <summary>((2·artanh s / s − 2) / s² − ⅔) / s² in s² for |s| ≤ 0.2.</summary>
    private readonly struct PreciseLogCoefficients : ICoefficients
    {
        public static ReadOnlySpan<double> Values
        {
            [MethodImpl(MethodImplOptions.AggressiveInlining)]
            get =>
            [
                0.39999999999999997, 0.2857142857143569, 0.22222222218494547, 0.18181818924501153, 0.15384542859938488,
                0.13337167332407424, 0.11653089355568763, 0.12193630789393987,
            ];
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V LogOf<V, T>(V f, V e)
        where V : struct, IBitLanes<V, T>, IReal<V>
        where T : unmanaged
    {
        V s = f / (f + 2.0);
        V z = s * s;
        V p = 0.13839609410170955;
        p = V.MultiplyAdd(p, z, 0.131740886717004);
        p = V.MultiplyAdd(p, z, 0.15391084186561635);
        p = V.MultiplyAdd(p, z, 0.18181666669657284);
        p = V.MultiplyAdd(p, z, 0.2222222428454487);
        p = V.MultiplyAdd(p, z, 0.28571428555915995);
        p = V.MultiplyAdd(p, z, 0.40000000000056435);
        p = V.MultiplyAdd(p, z, 0.666666666666666);
        V half = f * f * 0.5;
        V tail = V.MultiplyAdd(e, Ln2Low, s * V.MultiplyAdd(p, z, half));
        return V.MultiplyAdd(e, Ln2High, f - (half - tail));
    }

    /// <summary>
    /// ln(1 + f) on [−¼, ½] as a sum of two doubles: s·(2 + s²·(⅔ + s²·p)), all but the last term to twice the precision.
    /// </summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static V PreciseLog<V, T>(V f, out V low)
        where V : struct, IBitLanes<V, T>, IReal<V>
        where T : unmanaged
    {
        V d = Exact.SumOrdered(2.0, f, out V dLow);
        V s = f / d;
        V product = Exact.Product<V, T>(s, d, out V lost);
        V sLow = ((f - product) - V.MultiplyAdd(s, dLow, lost)) / d;
        V z = Exact.Product<V, T>(s, s, out V zLow);
        zLow = V.MultiplyAdd(s + s, sLow, zLow);
        V q = Exact.SumOrdered(2.0 / 3.0, z * V.Polynomial<PreciseLogCoefficients>(z), out V qLow);
        qLow += 3.700743415417188e-17;
        V w = Exact.Product<V, T>(q, z, out V wLow);
        wLow += V.MultiplyAdd(q, zLow, qLow * z);
        V h = Exact.SumOrdered(2.0, w, out V hLow);
        hLow += wLow;
        V high = Exact.Product<V, T>(s, h, out low);
        low += V.MultiplyAdd(s, hLow, sLow * h);
        return high;
    }
}
