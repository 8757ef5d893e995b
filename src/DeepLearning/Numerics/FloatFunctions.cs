using System.Runtime.CompilerServices;

namespace DeepLearning.Numerics;

/// <summary>The functions of float lanes. What is not spelled here is computed in double lanes and rounded.</summary>
internal static class FloatFunctions
{
    /// <summary>Up to here the reduction of angles in float is exact enough; beyond it is done in double.</summary>
    private const double LargeAngle = 32768.0;

    /// <summary>Added to a small number it leaves the nearest integer in the low bits.</summary>
    private const double Magic = 12582912.0;

    /// <summary>x = n·ln 2 + r and r²·q(r) ≈ eʳ − 1 − r.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Exp<V, T>(V x)
        where V : struct, IBitLanes<V, T>, IReal<V>
        where T : unmanaged
    {
        V r = Reduce<V, T>(Functions.Clamp<V, T>(x, -104.0, 89.0), out V n);
        V p = 0.0013938798;
        p = V.MultiplyAdd(p, r, 0.008370361);
        p = V.MultiplyAdd(p, r, 0.041666426);
        p = V.MultiplyAdd(p, r, 0.16666506);
        p = V.MultiplyAdd(p, r, 0.5);
        p = V.MultiplyAdd(p, r * r, r) + 1.0;
        return V.Scale(p, n);
    }

    /// <summary>2ⁿ·(eʳ − 1) + (2ⁿ − 1), at half the scale so that 2¹²⁸ fits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Expm1<V, T>(V x)
        where V : struct, IBitLanes<V, T>, IReal<V>
        where T : unmanaged
    {
        V p = Expm1Reduced<V, T>(Functions.Clamp<V, T>(x, -18.0, 89.0), out V n);
        V half = Functions.PowerOfTwo<V, T>(n - 1.0);
        V y = V.MultiplyAdd(p, half, half - 0.5);
        return V.Select(V.Less(V.Abs(x), 1e-8), x, y + y);
    }

    /// <summary>e²ᵗ − 1 over e²ᵗ + 1, with t = |x|.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Tanh<V, T>(V x)
        where V : struct, IBitLanes<V, T>, IReal<V>
        where T : unmanaged
    {
        V sign = V.And(x, V.FromBits(0x80000000));
        V t = V.MinNative(10.0, V.Xor(x, sign));
        V p = Expm1Reduced<V, T>(t + t, out V n);
        V scale = Functions.PowerOfTwo<V, T>(n);
        p = V.MultiplyAdd(p, scale, scale - 1.0);
        return V.Or(p / (p + 2.0), sign);
    }

    /// <summary>x = m·2ᵉ with m in [¾, 1½), f = m − 1 and ln m ≈ f − f²/2 + f³·p(f).</summary>
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
        V f = V.MultiplyAdd(lost, Functions.PowerOfTwo<V, T>(Functions.Clamp<V, T>(-e, -126.0, 60.0)), m - 1.0);
        V size = V.Abs(x);
        Mask<V> ordinary = V.Less(1e-8, size) & V.Less(size, double.PositiveInfinity);
        return V.Select(ordinary, LogOf<V, T>(f, e), V.Select(V.Less(x, -1.0), double.NaN, x));
    }

    /// <summary>e + (ln m)·(1 + (log₂ e − 1)), small terms first.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Log2<V, T>(V x)
        where V : struct, IBitLanes<V, T>, IReal<V>
        where T : unmanaged
    {
        const double log2eMinus1 = 0.4426950408889634;
        V f = V.Split(x, out V e) - 1.0;
        V y = LogTail<V, T>(f);
        V small = V.MultiplyAdd(f, log2eMinus1, V.MultiplyAdd(y, log2eMinus1, y));
        return Exact.Sum(e, f, out V lost) + (small + V.Select(V.Equal(e, e + 1.0), 0.0, lost));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Sin<V, T>(V x)
        where V : struct, IBitLanes<V, T>, IReal<V>
        where T : unmanaged
    {
        if (!V.HasFusedMultiplyAdd)
        {
            return V.Widen<SinOp>(x);
        }

        V shifted = V.MultiplyAdd(x, 1.0 / Math.PI, Magic);
        V n = shifted - Magic;
        V y = SinReduced<V, T>(x, n + n, V.ShiftLeft(shifted, 31));
        Mask<V> large = V.LessOrEqual(LargeAngle, V.Abs(x));
        if (V.Any(large))
        {
            y = V.Select(large, V.Widen<SinOp>(x), y);
        }

        return V.Select(V.Equal(x, 0.0), x, y);
    }

    /// <summary>cos x = −sin(x − (n + ½)π) for even n.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Cos<V, T>(V x)
        where V : struct, IBitLanes<V, T>, IReal<V>
        where T : unmanaged
    {
        if (!V.HasFusedMultiplyAdd)
        {
            return V.Widen<CosOp>(x);
        }

        V shifted = V.MultiplyAdd(x, 1.0 / Math.PI, -0.5) + Magic;
        V n = shifted - Magic;
        V y = SinReduced<V, T>(x, n + n + 1.0, V.Xor(V.ShiftLeft(shifted, 31), V.FromBits(0x80000000)));
        Mask<V> large = V.LessOrEqual(LargeAngle, V.Abs(x));
        return V.Any(large) ? V.Select(large, V.Widen<CosOp>(x), y) : y;
    }

    /// <summary>Below 1 an odd polynomial; above, 1 − exp(−g(|x|)) with a polynomial g ≈ −ln erfc.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Erf<V, T>(V x)
        where V : struct, IBitLanes<V, T>, IReal<V>
        where T : unmanaged
    {
        V sign = V.And(x, V.FromBits(0x80000000));
        V a = V.MinNative(4.0, V.Xor(x, sign));
        V z = V.MinNative(1.0, a * a);
        V small = 7.875875062685488e-05;
        small = V.MultiplyAdd(small, z, -0.000801686428716587);
        small = V.MultiplyAdd(small, z, 0.005189087423433974);
        small = V.MultiplyAdd(small, z, -0.026854212010626412);
        small = V.MultiplyAdd(small, z, 0.11283594715160218);
        small = V.MultiplyAdd(small, z, -0.37612626666720334);
        small = V.MultiplyAdd(small, z, 0.12837916584835093);
        small = V.MultiplyAdd(small, a, a);
        V g = -1.6371514145936436e-06;
        g = V.MultiplyAdd(g, a, 4.605804268918978e-05);
        g = V.MultiplyAdd(g, a, -0.0005968056256607798);
        g = V.MultiplyAdd(g, a, 0.004759596293266265);
        g = V.MultiplyAdd(g, a, -0.026421136005663898);
        g = V.MultiplyAdd(g, a, 0.11008008294882024);
        g = V.MultiplyAdd(g, a, 0.631826051559163);
        g = V.MultiplyAdd(g, a, 1.130233434841994);
        g = V.MultiplyAdd(g, a, -0.00032013804967769883);
        V r = Reduce<V, T>(-g, out V n);
        V p = 0.0013938798;
        p = V.MultiplyAdd(p, r, 0.008370361);
        p = V.MultiplyAdd(p, r, 0.041666426);
        p = V.MultiplyAdd(p, r, 0.16666506);
        p = V.MultiplyAdd(p, r, 0.5);
        p = V.MultiplyAdd(p, r * r, r) + 1.0;
        V large = 1.0 - (p * Functions.PowerOfTwo<V, T>(n));
        return V.Or(V.Select(V.LessOrEqual(1.0, a), large, small), sign);
    }

    /// <summary>½eᵗ − ½e⁻ᵗ for t = |x| above 1, an odd polynomial below.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Sinh<V, T>(V x)
        where V : struct, IBitLanes<V, T>, IReal<V>
        where T : unmanaged
    {
        V sign = V.And(x, V.FromBits(0x80000000));
        V t = V.Xor(x, sign);
        V half = HalfExp<V, T>(t);
        V z = V.MinNative(1.0, t * t);
        V p = 2.7269872e-06;
        p = V.MultiplyAdd(p, z, 0.00019843788);
        p = V.MultiplyAdd(p, z, 0.008333326);
        p = V.MultiplyAdd(p, z, 0.16666667);
        V small = V.MultiplyAdd(p, z * t, t);
        return V.Or(V.Select(V.Less(t, 1.0), small, half - (0.25 / half)), sign);
    }

    /// <summary>½eᵗ + ½e⁻ᵗ for t = |x|.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Cosh<V, T>(V x)
        where V : struct, IBitLanes<V, T>, IReal<V>
        where T : unmanaged
    {
        V half = HalfExp<V, T>(V.Abs(x));
        return half + (0.25 / half);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static V Pow<V, T>(V a, V b)
        where V : struct, IBitLanes<V, T>, IReal<V>
        where T : unmanaged => V.Widen<PowOp>(a, b);

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static V Atan2<V, T>(V y, V x)
        where V : struct, IBitLanes<V, T>, IReal<V>
        where T : unmanaged => V.Widen<Atan2Op>(y, x);

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static V Tan<V, T>(V x)
        where V : struct, IBitLanes<V, T>, IReal<V>
        where T : unmanaged => V.Widen<TanOp>(x);

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static V Asin<V, T>(V x)
        where V : struct, IBitLanes<V, T>, IReal<V>
        where T : unmanaged => V.Widen<AsinOp>(x);

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static V Acos<V, T>(V x)
        where V : struct, IBitLanes<V, T>, IReal<V>
        where T : unmanaged => V.Widen<AcosOp>(x);

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static V Atan<V, T>(V x)
        where V : struct, IBitLanes<V, T>, IReal<V>
        where T : unmanaged => V.Widen<AtanOp>(x);

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static V Erfc<V, T>(V x)
        where V : struct, IBitLanes<V, T>, IReal<V>
        where T : unmanaged => V.Widen<ErfcOp>(x);

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static V ErfInv<V, T>(V x)
        where V : struct, IBitLanes<V, T>, IReal<V>
        where T : unmanaged => V.Widen<ErfInvOp>(x);

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static V LGamma<V, T>(V x)
        where V : struct, IBitLanes<V, T>, IReal<V>
        where T : unmanaged => V.Widen<LGammaOp>(x);

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static V Digamma<V, T>(V x)
        where V : struct, IBitLanes<V, T>, IReal<V>
        where T : unmanaged => V.Widen<DigammaOp>(x);

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static V Trigamma<V, T>(V x)
        where V : struct, IBitLanes<V, T>, IReal<V>
        where T : unmanaged => V.Widen<TrigammaOp>(x);

    /// <summary>½·exp x, which has a value where exp x overflows by less than a factor of two.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V HalfExp<V, T>(V x)
        where V : struct, IBitLanes<V, T>, IReal<V>
        where T : unmanaged
    {
        V r = Reduce<V, T>(V.MinNative(90.0, x), out V n);
        V p = 0.0013938798;
        p = V.MultiplyAdd(p, r, 0.008370361);
        p = V.MultiplyAdd(p, r, 0.041666426);
        p = V.MultiplyAdd(p, r, 0.16666506);
        p = V.MultiplyAdd(p, r, 0.5);
        return V.Scale(V.MultiplyAdd(p, r * r, r) + 1.0, n - 1.0);
    }

    /// <summary>r = x − n·ln 2 for the nearest integral n.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V Reduce<V, T>(V x, out V n)
        where V : struct, IBitLanes<V, T>, IReal<V>
        where T : unmanaged
    {
        n = V.MultiplyAdd(x, 1.4426950408889634, Magic) - Magic;
        V r = V.MultiplyAdd(n, -0.693145751953125, x);
        return V.MultiplyAdd(n, -1.4286068203094173e-06, r);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V Expm1Reduced<V, T>(V x, out V n)
        where V : struct, IBitLanes<V, T>, IReal<V>
        where T : unmanaged
    {
        V r = Reduce<V, T>(x, out n);
        V p = 0.0013938489;
        p = V.MultiplyAdd(p, r, 0.008367903);
        p = V.MultiplyAdd(p, r, 0.04166643);
        p = V.MultiplyAdd(p, r, 0.16666533);
        p = V.MultiplyAdd(p, r, 0.5);
        return V.MultiplyAdd(p, r * r, r);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V LogOf<V, T>(V f, V e)
        where V : struct, IBitLanes<V, T>, IReal<V>
        where T : unmanaged
    {
        V y = V.MultiplyAdd(e, 1.4286068203094173e-06, LogTail<V, T>(f));
        return V.MultiplyAdd(e, 0.693145751953125, f + y);
    }

    /// <summary>ln(1 + f) − f on [−¼, ½].</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V LogTail<V, T>(V f)
        where V : struct, IBitLanes<V, T>, IReal<V>
        where T : unmanaged
    {
        V p = 0.037575606;
        p = V.MultiplyAdd(p, f, -0.09102817);
        p = V.MultiplyAdd(p, f, 0.116959825);
        p = V.MultiplyAdd(p, f, -0.12728706);
        p = V.MultiplyAdd(p, f, 0.14276946);
        p = V.MultiplyAdd(p, f, -0.16655312);
        p = V.MultiplyAdd(p, f, 0.19999574);
        p = V.MultiplyAdd(p, f, -0.25000164);
        p = V.MultiplyAdd(p, f, 0.3333334);
        V square = f * f;
        return V.MultiplyAdd(p, square * f, square * -0.5);
    }

    /// <summary>(−1)ⁿ·sin(x − q·π/2), the sign in the top bit of <paramref name="sign"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V SinReduced<V, T>(V x, V q, V sign)
        where V : struct, IBitLanes<V, T>, IReal<V>
        where T : unmanaged
    {
        V r = V.MultiplyAdd(q, -1.570796251296997, x);
        r = V.MultiplyAdd(q, -7.549789415861596e-08, r);
        r = V.MultiplyAdd(q, -5.390302529957765e-15, r);
        V z = r * r;
        V p = -2.5133025e-08;
        p = V.MultiplyAdd(p, z, 2.7606766e-06);
        p = V.MultiplyAdd(p, z, -0.00019842743);
        p = V.MultiplyAdd(p, z, 0.008333349);
        p = V.MultiplyAdd(p, z, -0.16666667);
        return V.Xor(V.MultiplyAdd(p, z * r, r), sign);
    }

    private readonly struct SinOp : IUnaryOp<SinOp>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public R Forward<R>(R x)
            where R : struct, IReal<R> => R.Sin(x);
    }

    private readonly struct CosOp : IUnaryOp<CosOp>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public R Forward<R>(R x)
            where R : struct, IReal<R> => R.Cos(x);
    }

    private readonly struct TanOp : IUnaryOp<TanOp>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public R Forward<R>(R x)
            where R : struct, IReal<R> => R.Tan(x);
    }

    private readonly struct AsinOp : IUnaryOp<AsinOp>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public R Forward<R>(R x)
            where R : struct, IReal<R> => R.Asin(x);
    }

    private readonly struct AcosOp : IUnaryOp<AcosOp>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public R Forward<R>(R x)
            where R : struct, IReal<R> => R.Acos(x);
    }

    private readonly struct AtanOp : IUnaryOp<AtanOp>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public R Forward<R>(R x)
            where R : struct, IReal<R> => R.Atan(x);
    }

    private readonly struct ErfcOp : IUnaryOp<ErfcOp>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public R Forward<R>(R x)
            where R : struct, IReal<R> => R.Erfc(x);
    }

    private readonly struct ErfInvOp : IUnaryOp<ErfInvOp>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public R Forward<R>(R x)
            where R : struct, IReal<R> => R.ErfInv(x);
    }

    private readonly struct LGammaOp : IUnaryOp<LGammaOp>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public R Forward<R>(R x)
            where R : struct, IReal<R> => R.LGamma(x);
    }

    private readonly struct DigammaOp : IUnaryOp<DigammaOp>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public R Forward<R>(R x)
            where R : struct, IReal<R> => R.Digamma(x);
    }

    private readonly struct TrigammaOp : IUnaryOp<TrigammaOp>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public R Forward<R>(R x)
            where R : struct, IReal<R> => R.Trigamma(x);
    }

    private readonly struct PowOp : IBinaryOp<PowOp>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public R Forward<R>(R a, R b)
            where R : struct, IReal<R> => R.Pow(a, b);
    }

    private readonly struct Atan2Op : IBinaryOp<Atan2Op>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public R Forward<R>(R a, R b)
            where R : struct, IReal<R> => R.Atan2(a, b);
    }
}
