using System.Runtime.CompilerServices;

namespace DeepLearning.Numerics;

/// <content>The error function and its kin.</content>
internal static partial class DoubleFunctions
{
    /// <summary>An odd polynomial below 1; above, 1 − erfc.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static V Erf<V, T>(V x)
        where V : struct, IBitLanes<V, T>, IReal<V>
        where T : unmanaged
    {
        V sign = V.And(x, V.FromBits(long.MinValue));
        V a = V.Xor(x, sign);
        V z = V.MinNative(1.0, a * a);
        V small = V.MultiplyAdd(V.Polynomial<ErfCoefficients>(z), a, a);
        V large = 1.0 - ErfcOfPositive<V, T>(V.MinNative(6.0, a));
        return V.Or(V.Select(V.Less(a, 1.0), small, large), sign);
    }

    /// <summary>1 − erf up to ½; above, exp(−x²) times a polynomial, and 2 minus that of −x below −½.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static V Erfc<V, T>(V x)
        where V : struct, IBitLanes<V, T>, IReal<V>
        where T : unmanaged
    {
        V a = V.Abs(x);
        V z = V.MinNative(1.0, x * x);
        V small = 1.0 - V.MultiplyAdd(V.Polynomial<ErfCoefficients>(z), x, x);
        V large = ErfcOfPositive<V, T>(V.MinNative(28.0, a));
        large = V.Select(V.Less(x, 0.0), 2.0 - large, large);
        return V.Select(V.Less(a, 0.5), small, large);
    }

    /// <summary>x times a polynomial in w = −ln(1 − x²), or in √w for larger w (after Giles, 2010).</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static V ErfInv<V, T>(V x)
        where V : struct, IBitLanes<V, T>, IReal<V>
        where T : unmanaged
    {
        V w = -Log<V, T>((1.0 - x) * (x + 1.0));
        w = V.Select(V.Less(V.Abs(x), 0.25), -Log1p<V, T>(-(x * x)), w);
        V root = V.Sqrt(w);
        V near = V.Polynomial<ErfInvNearCoefficients>(w - 3.125);
        V middle = V.Polynomial<ErfInvMiddleCoefficients>(root - 3.25);
        V far = V.Polynomial<ErfInvFarCoefficients>(root - 5.0);
        V factor = V.Select(V.Less(w, 6.25), near, V.Select(V.Less(root, 4.0), middle, far));
        return V.Select(V.Equal(V.Abs(x), 1.0), x * double.PositiveInfinity, x * factor);
    }

    /// <summary>erf x / x − 1 in x² on [0, 1].</summary>
    private readonly struct ErfCoefficients : ICoefficients
    {
        public static ReadOnlySpan<double> Values
        {
            [MethodImpl(MethodImplOptions.AggressiveInlining)]
            get =>
            [
                0.1283791670955126, -0.3761263890318375, 0.11283791670954879, -0.026866170645076792, 0.0052239776248180145,
                -0.000854832698083379, 0.0001205533111164271, -1.4925595266831182e-05, 1.6461000484121368e-06,
                -1.6350312701054695e-07, 1.4659775274047436e-08, -1.1372848856791674e-09, 5.957176147748911e-11,
            ];
        }
    }

    /// <summary>(1 + 2a)·exp(a²)·erfc a in (a − 4)/(a + 4) on [0, 28].</summary>
    private readonly struct ErfcCoefficients : ICoefficients
    {
        public static ReadOnlySpan<double> Values
        {
            [MethodImpl(MethodImplOptions.AggressiveInlining)]
            get =>
            [
                1.2329951186255526, -0.1396211168405629, 0.01537965210262086, 0.06809705425473613, -0.10103906603635941,
                0.09373283499682951, -0.06633036581135537, 0.037167515562040884, -0.016197734061236733, 0.0050319697587254165,
                -0.0007577733265882912, -0.0001992555155973324, 0.0001506221814293677, -2.4403168915813408e-05,
                -1.1224628889418326e-05, 5.717950012907164e-06, 3.011118034472383e-07, -8.353363829379225e-07,
                6.288328267886234e-08, 1.1555267668546532e-07, -7.739406987036344e-09, -1.3761313873203768e-08,
                -1.848603956650447e-09,
            ];
        }
    }

    /// <summary>erf⁻¹ x / x in w − 3.125 on [0, 6.25].</summary>
    private readonly struct ErfInvNearCoefficients : ICoefficients
    {
        public static ReadOnlySpan<double> Values
        {
            [MethodImpl(MethodImplOptions.AggressiveInlining)]
            get =>
            [
                1.6536545626831027, 0.2401581824255897, -0.006033670871427011, -0.0007407025341669402, 0.0001867342080212427,
                -1.3882523361276876e-05, -1.3654691796592068e-06, 4.2347877672780653e-07, -2.907038666019143e-08,
                -4.112633104297614e-09, 1.0512202440121784e-09, -5.4154417754696635e-11, -1.2977505202014966e-11,
                2.6335724924608484e-12, -8.106594456438496e-14, -4.0554139746886e-14, 6.581955305929239e-15, 2.166994626283574e-17,
                -1.290702354613073e-16, 1.1125794759379464e-17, 1.1027771591500033e-18, -1.6787330615256773e-19,
                -2.362369698566107e-22,
            ];
        }
    }

    /// <summary>erf⁻¹ x / x in √w − 3.25 on [2.5, 4].</summary>
    private readonly struct ErfInvMiddleCoefficients : ICoefficients
    {
        public static ReadOnlySpan<double> Values
        {
            [MethodImpl(MethodImplOptions.AggressiveInlining)]
            get =>
            [
                3.0838856104922208, 1.0052589676941646, 0.005370914553573593, -0.003751208508030541, 0.0024914420969979908,
                -0.0016882755445265592, 0.0009532893618552461, -0.00035503764895782253, 2.4031286377073694e-05,
                6.828561398530996e-05, -4.7319187369358214e-05, 1.2472740144742724e-05, 2.9264777314239854e-06,
                -4.008956966932278e-06, 1.497191022600222e-06, 1.3250759477977463e-08, -2.697313682066162e-07,
                9.284332225420571e-08,
            ];
        }
    }

    /// <summary>erf⁻¹ x / x in √w − 5 on [4, 6.1].</summary>
    private readonly struct ErfInvFarCoefficients : ICoefficients
    {
        public static ReadOnlySpan<double> Values
        {
            [MethodImpl(MethodImplOptions.AggressiveInlining)]
            get =>
            [
                4.849906401408585, 1.010300464864534, -0.00013871931846279347, -0.00021503011928692775, 7.599527970149839e-05,
                -1.9681778211470945e-05, 4.526041176109241e-06, -9.929824362731265e-07, 2.2908899336184043e-07,
                -6.771217033066743e-08, 2.896863203807144e-08, -1.496052609384343e-08, 7.827098893355556e-09,
                -3.788651325903228e-09, 1.3779954356215018e-09, -2.5590674310304177e-10, 5.180570547264763e-12,
            ];
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static V ErfcOfPositive<V, T>(V a)
        where V : struct, IBitLanes<V, T>, IReal<V>
        where T : unmanaged
    {
        V below = a - 4.0;
        V above = a + 4.0;
        V q = below / above;
        V product = Exact.Product<V, T>(q, above, out V lost);
        q += ((below - product) - lost) / above;
        V scaled = V.Polynomial<ErfcCoefficients>(q) / V.MultiplyAdd(a, 2.0, 1.0);
        V square = Exact.Product<V, T>(a, a, out lost);
        return ExpTimes<V, T>(-square, -lost, 0.0) * scaled;
    }
}
