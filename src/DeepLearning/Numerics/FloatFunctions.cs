namespace DeepLearning.Numerics;

/// <summary>The functions of float lanes.</summary>
internal static class FloatFunctions
{
    public static V Exp<V, T>(V x)
        where V : struct, IBitLanes<V, T>, IReal<V>
        where T : unmanaged => ScalarFallback.Map<V, T>(x, static v => Math.Exp(v));

    public static V Expm1<V, T>(V x)
        where V : struct, IBitLanes<V, T>, IReal<V>
        where T : unmanaged => ScalarFallback.Map<V, T>(x, static v => Math.Exp(v) - 1.0);

    public static V Log<V, T>(V x)
        where V : struct, IBitLanes<V, T>, IReal<V>
        where T : unmanaged => ScalarFallback.Map<V, T>(x, static v => Math.Log(v));

    public static V Log1p<V, T>(V x)
        where V : struct, IBitLanes<V, T>, IReal<V>
        where T : unmanaged => ScalarFallback.Map<V, T>(x, static v => Math.Log(1.0 + v));

    public static V Log2<V, T>(V x)
        where V : struct, IBitLanes<V, T>, IReal<V>
        where T : unmanaged => ScalarFallback.Map<V, T>(x, static v => Math.Log2(v));

    public static V Sin<V, T>(V x)
        where V : struct, IBitLanes<V, T>, IReal<V>
        where T : unmanaged => ScalarFallback.Map<V, T>(x, static v => Math.Sin(v));

    public static V Cos<V, T>(V x)
        where V : struct, IBitLanes<V, T>, IReal<V>
        where T : unmanaged => ScalarFallback.Map<V, T>(x, static v => Math.Cos(v));

    public static V Tan<V, T>(V x)
        where V : struct, IBitLanes<V, T>, IReal<V>
        where T : unmanaged => ScalarFallback.Map<V, T>(x, static v => Math.Tan(v));

    public static V Asin<V, T>(V x)
        where V : struct, IBitLanes<V, T>, IReal<V>
        where T : unmanaged => ScalarFallback.Map<V, T>(x, static v => Math.Asin(v));

    public static V Acos<V, T>(V x)
        where V : struct, IBitLanes<V, T>, IReal<V>
        where T : unmanaged => ScalarFallback.Map<V, T>(x, static v => Math.Acos(v));

    public static V Atan<V, T>(V x)
        where V : struct, IBitLanes<V, T>, IReal<V>
        where T : unmanaged => ScalarFallback.Map<V, T>(x, static v => Math.Atan(v));

    public static V Sinh<V, T>(V x)
        where V : struct, IBitLanes<V, T>, IReal<V>
        where T : unmanaged => ScalarFallback.Map<V, T>(x, static v => Math.Sinh(v));

    public static V Cosh<V, T>(V x)
        where V : struct, IBitLanes<V, T>, IReal<V>
        where T : unmanaged => ScalarFallback.Map<V, T>(x, static v => Math.Cosh(v));

    public static V Tanh<V, T>(V x)
        where V : struct, IBitLanes<V, T>, IReal<V>
        where T : unmanaged => ScalarFallback.Map<V, T>(x, static v => Math.Tanh(v));

    public static V Erf<V, T>(V x)
        where V : struct, IBitLanes<V, T>, IReal<V>
        where T : unmanaged => ScalarFallback.Map<V, T>(x, static v => MathNet.Numerics.SpecialFunctions.Erf(v));

    public static V Erfc<V, T>(V x)
        where V : struct, IBitLanes<V, T>, IReal<V>
        where T : unmanaged => ScalarFallback.Map<V, T>(x, static v => MathNet.Numerics.SpecialFunctions.Erfc(v));

    public static V ErfInv<V, T>(V x)
        where V : struct, IBitLanes<V, T>, IReal<V>
        where T : unmanaged => ScalarFallback.Map<V, T>(x, static v => MathNet.Numerics.SpecialFunctions.ErfInv(v));

    public static V LGamma<V, T>(V x)
        where V : struct, IBitLanes<V, T>, IReal<V>
        where T : unmanaged => ScalarFallback.Map<V, T>(x, static v => MathNet.Numerics.SpecialFunctions.GammaLn(v));

    public static V Digamma<V, T>(V x)
        where V : struct, IBitLanes<V, T>, IReal<V>
        where T : unmanaged => ScalarFallback.Map<V, T>(x, static v => MathNet.Numerics.SpecialFunctions.DiGamma(v));

    public static V Trigamma<V, T>(V x)
        where V : struct, IBitLanes<V, T>, IReal<V>
        where T : unmanaged => ScalarFallback.Map<V, T>(x, static v => double.NaN * v);

    public static V Pow<V, T>(V a, V b)
        where V : struct, IBitLanes<V, T>, IReal<V>
        where T : unmanaged => ScalarFallback.Map<V, T>(a, b, Math.Pow);

    public static V Atan2<V, T>(V y, V x)
        where V : struct, IBitLanes<V, T>, IReal<V>
        where T : unmanaged => ScalarFallback.Map<V, T>(y, x, Math.Atan2);
}
