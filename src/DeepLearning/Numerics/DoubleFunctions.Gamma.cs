using System.Runtime.CompilerServices;

namespace DeepLearning.Numerics;

/// <content>The gamma function and its kin.</content>
internal static partial class DoubleFunctions
{
    private const double OneMinusEuler = 0.42278433509846713;
    private const double HalfLogTwoPi = 0.9189385332046728;
    private const int Steps = 10;

    /// <summary>
    /// Around 2 a polynomial, from 10 on Stirling's series; in between and down to 0 the recurrence Γ(x + 1) = x·Γ(x), below 0 the
    /// reflection Γ(x)·Γ(−x) = −π / (x·sin πx).
    /// </summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static V LGamma<V, T>(V x)
        where V : struct, IBitLanes<V, T>, IReal<V>
        where T : unmanaged
    {
        V a = V.Abs(x);
        Mask<V> stirling = V.LessOrEqual(10.0, a);

        // Move t down into [1½, 2½], where the polynomial is, and gather the factors.
        V t = V.Select(stirling, 2.0, a);
        V down = 1.0;
        for (int i = 0; i < 8; i++)
        {
            Mask<V> step = V.LessOrEqual(2.5, t);
            t = V.Select(step, t - 1.0, t);
            down = V.Select(step, down * t, down);
        }

        // a + 2 − 2 and a + 1 − 2 must not lose the last bits of a.
        V up = V.Select(V.Less(a, 0.5), a * (a + 1.0), 1.0);
        t = V.Select(V.Less(a, 0.5), a, V.Select(V.Less(a, 1.5), a - 1.0, t - 2.0));
        V near = t * V.MultiplyAdd(V.Polynomial<LGammaCoefficients>(t), t, OneMinusEuler);

        // A step up from near 1 divides by a factor near 1, whose logarithm must not lose t.
        V close = V.Select(V.LessOrEqual(0.5, a) & V.Less(a, 1.5), Log1pApart<V, T>(a - 1.0), LogApart<V, T>(up));
        V small = near - close + LogApart<V, T>(down);

        V w = 1.0 / V.Select(stirling, a, 10.0);
        V z = w * w;
        V series = V.MultiplyAdd(V.Polynomial<StirlingCoefficients>(z), w, HalfLogTwoPi);
        V b = V.Select(stirling, a, 10.0);
        V large = V.MultiplyAdd(b - 0.5, LogApart<V, T>(b) - 1.0, series - 0.5);
        V y = V.Select(stirling, large, small);

        Mask<V> negative = V.Less(x, 0.0);
        V fraction = V.Select(negative, V.Abs(x - V.Round(x)), 0.5);
        V reflected = LogApart<V, T>(Math.PI / (V.Select(negative, a, 1.0) * Sin<V, T>(fraction * Math.PI))) - y;
        y = V.Select(negative, V.Select(V.Equal(fraction, 0.0), double.PositiveInfinity, reflected), y);
        return V.Select(V.Equal(a, double.PositiveInfinity), double.PositiveInfinity, y);
    }

    /// <summary>
    /// ψ(x) by the recurrence ψ(x + 1) = ψ(x) + 1/x up to 10 and the asymptotic series; below 0 by ψ(1 − x) − ψ(x) = π/tan πx.
    /// </summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static V Digamma<V, T>(V x)
        where V : struct, IBitLanes<V, T>, IReal<V>
        where T : unmanaged
    {
        Mask<V> negative = V.Less(x, 0.0);
        V t = V.Select(negative, 1.0 - x, x);
        V sum = 0.0;
        for (int i = 0; i < Steps; i++)
        {
            Mask<V> step = V.Less(t, 10.0);
            sum += V.Select(step, 1.0 / V.Select(step, t, 1.0), 0.0);
            t = V.Select(step, t + 1.0, t);
        }

        V w = 1.0 / t;
        V z = w * w;
        V y = (LogApart<V, T>(t) - V.MultiplyAdd(w, 0.5, z * V.Polynomial<DigammaCoefficients>(z))) - sum;
        V fraction = V.Select(negative, x - V.Round(x), 0.25);
        V reflected = V.Select(V.Equal(fraction, 0.0), double.NaN, y - (Math.PI / Tan<V, T>(fraction * Math.PI)));
        y = V.Select(negative, reflected, y);

        // At ±0 the pole's sign is the zero's, as in PyTorch.
        V pole = V.Or(V.AndNot(V.FromBits(long.MinValue), x), double.PositiveInfinity);
        return V.Select(V.Equal(x, 0.0), pole, y);
    }

    /// <summary>
    /// ψ′(x) by the recurrence ψ′(x) = ψ′(x + 1) + 1/x² up to 10 and the asymptotic series; below 0 by ψ′(1 − x) + ψ′(x) = π²/sin² πx.
    /// </summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static V Trigamma<V, T>(V x)
        where V : struct, IBitLanes<V, T>, IReal<V>
        where T : unmanaged
    {
        Mask<V> negative = V.Less(x, 0.0);
        V t = V.Select(negative, 1.0 - x, x);
        V sum = 0.0;
        for (int i = 0; i < Steps; i++)
        {
            Mask<V> step = V.Less(t, 10.0);
            V factor = V.Select(step, t, 1.0);
            sum += V.Select(step, 1.0 / (factor * factor), 0.0);
            t = V.Select(step, t + 1.0, t);
        }

        V w = 1.0 / t;
        V z = w * w;
        V y = sum + (w + (z * V.MultiplyAdd(V.Polynomial<TrigammaCoefficients>(z), w, 0.5)));
        V fraction = V.Select(negative, x - V.Round(x), 0.25);
        V sine = Sin<V, T>(fraction * Math.PI);
        return V.Select(negative, (Math.PI * Math.PI / (sine * sine)) - y, y);
    }

    /// <summary>(ln Γ(2 + t) − (1 − γ)·t) / t² on [−½, ½].</summary>
    private readonly struct LGammaCoefficients : ICoefficients
    {
        public static ReadOnlySpan<double> Values
        {
            [MethodImpl(MethodImplOptions.AggressiveInlining)]
            get =>
            [
                0.3224670334241132, -0.0673523010531981, 0.020580808427784553, -0.0073855510286719986, 0.002890510330740574,
                -0.0011927539118428156, 0.0005096695248097167, -0.00022315475400520507, 9.94575106565683e-05,
                -4.49263133791557e-05, 2.0507249390577883e-05, -9.438715099211532e-06, 4.374497421555722e-06,
                -2.0439048107029907e-06, 9.573811846241715e-07, -4.3252393445604814e-07, 2.0408401495663627e-07,
                -1.3219945666117874e-07, 6.286887600397704e-08,
            ];
        }
    }

    /// <summary>B₂ₖ / (2k·(2k − 1)), the series of ln Γ in 1/x² (Abramowitz and Stegun 6.1.41).</summary>
    private readonly struct StirlingCoefficients : ICoefficients
    {
        public static ReadOnlySpan<double> Values
        {
            [MethodImpl(MethodImplOptions.AggressiveInlining)]
            get =>
            [
                1.0 / 12.0, -1.0 / 360.0, 1.0 / 1260.0, -1.0 / 1680.0, 1.0 / 1188.0, -691.0 / 360360.0, 1.0 / 156.0,
                -3617.0 / 122400.0,
            ];
        }
    }

    /// <summary>B₂ₖ / 2k, the series of ln x − 1/(2x) − ψ(x) in 1/x² (6.3.18).</summary>
    private readonly struct DigammaCoefficients : ICoefficients
    {
        public static ReadOnlySpan<double> Values
        {
            [MethodImpl(MethodImplOptions.AggressiveInlining)]
            get =>
            [
                1.0 / 12.0, -1.0 / 120.0, 1.0 / 252.0, -1.0 / 240.0, 1.0 / 132.0, -691.0 / 32760.0, 1.0 / 12.0, -3617.0 / 8160.0,
            ];
        }
    }

    /// <summary>The Bernoulli numbers B₂ₖ, the series of ψ′ in 1/x² (6.4.12).</summary>
    private readonly struct TrigammaCoefficients : ICoefficients
    {
        public static ReadOnlySpan<double> Values
        {
            [MethodImpl(MethodImplOptions.AggressiveInlining)]
            get =>
            [
                1.0 / 6.0, -1.0 / 30.0, 1.0 / 42.0, -1.0 / 30.0, 5.0 / 66.0, -691.0 / 2730.0, 7.0 / 6.0, -3617.0 / 510.0,
            ];
        }
    }

    /// <summary>The logarithm without inlining, of which a caller this long has no more to spend.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static V LogApart<V, T>(V x)
        where V : struct, IBitLanes<V, T>, IReal<V>
        where T : unmanaged => Log<V, T>(x);

    /// <summary>The logarithm of 1 + x without inlining, of which a caller this long has no more to spend.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static V Log1pApart<V, T>(V x)
        where V : struct, IBitLanes<V, T>, IReal<V>
        where T : unmanaged => Log1p<V, T>(x);
}
