using System.Runtime.CompilerServices;

namespace DeepLearning.Numerics;

/// <content>Angles.</content>
internal static partial class DoubleFunctions
{
    /// <summary>Up to here the angle is reduced by π in three parts; beyond it System.Math computes element by element.</summary>
    private const double LargeAngle = 1 << 27;

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static V Sin<V, T>(V x)
        where V : struct, IBitLanes<V, T>, IReal<V>
        where T : unmanaged
    {
        V shifted = (x * (1.0 / Math.PI)) + Magic;
        V n = shifted - Magic;
        V r = ReduceAngle<V, T>(x, n + n, out V low);
        V y = V.Xor(SinReduced<V, T>(r, low), V.ShiftLeft(shifted, 63));
        Mask<V> large = V.LessOrEqual(LargeAngle, V.Abs(x));
        y = V.Any(large) ? V.Select(large, V.LargeSin(x), y) : y;
        return V.Select(V.Equal(x, 0.0), x, y);
    }

    /// <summary>cos x = −sin(x − (n + ½)π) for even n.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static V Cos<V, T>(V x)
        where V : struct, IBitLanes<V, T>, IReal<V>
        where T : unmanaged
    {
        V shifted = ((x * (1.0 / Math.PI)) - 0.5) + Magic;
        V n = shifted - Magic;
        V r = ReduceAngle<V, T>(x, n + n + 1.0, out V low);
        V y = V.Xor(SinReduced<V, T>(r, low), V.Xor(V.ShiftLeft(shifted, 63), V.FromBits(long.MinValue)));
        Mask<V> large = V.LessOrEqual(LargeAngle, V.Abs(x));
        return V.Any(large) ? V.Select(large, V.LargeCos(x), y) : y;
    }

    /// <summary>sin r / cos r, or −cos r / sin r after an odd number of right angles.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static V Tan<V, T>(V x)
        where V : struct, IBitLanes<V, T>, IReal<V>
        where T : unmanaged
    {
        V shifted = (x * (2.0 / Math.PI)) + Magic;
        V r = ReduceAngle<V, T>(x, shifted - Magic, out V low);
        V z = r * r;
        V sine = V.MultiplyAdd(V.Polynomial<SinCoefficients>(z), z * r, low) + r;
        V half = z * 0.5;
        V w = 1.0 - half;
        V cosine = w + (((1.0 - w) - half) + V.MultiplyAdd(V.Polynomial<CosCoefficients>(z), z * z, -(r * low)));
        Mask<V> odd = V.Less(V.Or(V.ShiftLeft(shifted, 63), 1.0), 0.0);
        V y = V.Select(odd, -cosine, sine) / V.Select(odd, sine, cosine);
        Mask<V> large = V.LessOrEqual(LargeAngle, V.Abs(x));
        y = V.Any(large) ? V.Select(large, V.LargeTan(x), y) : y;
        return V.Select(V.Equal(x, 0.0), x, y);
    }

    /// <summary>The angle of (1, |x|), turned by 45° or 90° towards 0 first.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static V Atan<V, T>(V x)
        where V : struct, IBitLanes<V, T>, IReal<V>
        where T : unmanaged
    {
        V sign = V.And(x, V.FromBits(long.MinValue));
        V t = V.Xor(x, sign);
        Mask<V> large = V.Less(2.414213562373095, t);
        Mask<V> medium = V.Less(0.41421356237309503, t);
        V numerator = V.Select(large, -1.0, V.Select(medium, t - 1.0, t));
        V denominator = V.Select(large, t, V.Select(medium, t + 1.0, 1.0));
        V r = numerator / denominator;
        V high = V.Select(large, Math.PI / 2.0, V.Select(medium, Math.PI / 4.0, 0.0));
        V low = V.Select(large, 6.123233995736766e-17, V.Select(medium, 3.061616997868383e-17, 0.0));
        V z = r * r;
        V y = high + (V.MultiplyAdd(V.Polynomial<AtanCoefficients>(z), z * r, low) + r);
        return V.Or(y, sign);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static V Atan2<V, T>(V y, V x)
        where V : struct, IBitLanes<V, T>, IReal<V>
        where T : unmanaged
    {
        V signMask = V.FromBits(long.MinValue);
        V ay = V.Abs(y);
        V ax = V.Abs(x);
        Mask<V> steep = V.Less(ax, ay);
        V larger = V.Select(steep, ay, ax);
        V smaller = V.Select(steep, ax, ay);
        V quotient = smaller / V.Select(V.Equal(larger, 0.0), 1.0, larger);
        quotient = V.Select(V.Equal(smaller, double.PositiveInfinity), 1.0, quotient);
        V angle = Atan<V, T>(quotient);
        angle = V.Select(steep, (Math.PI / 2.0) - (angle - 6.123233995736766e-17), angle);
        Mask<V> left = V.Less(V.Or(V.And(x, signMask), 1.0), 0.0);
        angle = V.Select(left, Math.PI - (angle - 1.2246467991473532e-16), angle);
        angle = V.Or(angle, V.And(y, signMask));
        return V.Select(V.IsNaN(x) | V.IsNaN(y), double.NaN, angle);
    }

    /// <summary>An odd polynomial up to ½; above, π/2 − 2·arcsin √((1 − t)/2).</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static V Asin<V, T>(V x)
        where V : struct, IBitLanes<V, T>, IReal<V>
        where T : unmanaged
    {
        V sign = V.And(x, V.FromBits(long.MinValue));
        V t = V.Xor(x, sign);
        Mask<V> small = V.LessOrEqual(t, 0.5);
        V p = AsinReduced<V, T>(t, small, out V root, out V rootLow);
        V below = V.MultiplyAdd(p, root, root);
        V rest = V.MultiplyAdd(p, root, rootLow);
        V above = Exact.SumOrdered(Math.PI / 2.0, -(root + root), out V lost);
        above += lost + (6.123233995736766e-17 - (rest + rest));
        return V.Or(V.Select(small, below, above), sign);
    }

    /// <summary>π/2 − arcsin x up to ½; 2·arcsin √((1 − x)/2) above, and π minus that of −x below −½.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static V Acos<V, T>(V x)
        where V : struct, IBitLanes<V, T>, IReal<V>
        where T : unmanaged
    {
        V t = V.Abs(x);
        Mask<V> small = V.LessOrEqual(t, 0.5);
        V p = AsinReduced<V, T>(t, small, out V root, out V rootLow);
        V signed = V.Or(root, V.And(x, V.FromBits(long.MinValue)));
        V middle = (Math.PI / 2.0) - (signed - (6.123233995736766e-17 - (signed * p)));
        V rest = V.MultiplyAdd(p, root, rootLow);
        V twice = root + rest;
        V right = twice + twice;
        V left = Math.PI - ((root + root) - (1.2246467991473532e-16 - (rest + rest)));
        return V.Select(small, middle, V.Select(V.Less(x, 0.0), left, right));
    }

    /// <summary>(sin r / r − 1) / r² in r² on [0, π/2].</summary>
    private readonly struct SinCoefficients : ICoefficients
    {
        public static ReadOnlySpan<double> Values
        {
            [MethodImpl(MethodImplOptions.AggressiveInlining)]
            get =>
            [
                -0.16666666666666666, 0.008333333333333333, -0.00019841269841269806, 2.7557319223971086e-06,
                -2.5052108382360896e-08, 1.605904347656436e-10, -7.647138974898878e-13, 2.810464851599201e-15,
                -8.005646027219286e-18,
            ];
        }
    }

    /// <summary>(cos r − 1 + r²/2) / r⁴ in r² on [0, π/4].</summary>
    private readonly struct CosCoefficients : ICoefficients
    {
        public static ReadOnlySpan<double> Values
        {
            [MethodImpl(MethodImplOptions.AggressiveInlining)]
            get =>
            [
                0.041666666666666664, -0.0013888888888888887, 2.4801587301584618e-05, -2.7557319221382114e-07,
                2.087675578389404e-09, -1.1470459749675607e-11, 4.745804889760674e-14,
            ];
        }
    }

    /// <summary>(arctan r / r − 1) / r² in r² on [0, tan π/8].</summary>
    private readonly struct AtanCoefficients : ICoefficients
    {
        public static ReadOnlySpan<double> Values
        {
            [MethodImpl(MethodImplOptions.AggressiveInlining)]
            get =>
            [
                -0.3333333333333333, 0.19999999999995505, -0.1428571428466294, 0.1111111101496664, -0.09090904566354399,
                0.07692182917461161, -0.06664507597561675, 0.05858115476299884, -0.050852748016420944, 0.03922660551087136,
                -0.01917070039374299,
            ];
        }
    }

    /// <summary>(arcsin r / r − 1) / r² in r² on [0, ½].</summary>
    private readonly struct AsinCoefficients : ICoefficients
    {
        public static ReadOnlySpan<double> Values
        {
            [MethodImpl(MethodImplOptions.AggressiveInlining)]
            get =>
            [
                0.1666666666666665, 0.07500000000020764, 0.044642857103423646, 0.03038194736709848, 0.02237204763174451,
                0.017355259955786323, 0.013929652902326633, 0.011875494382636922, 0.0078029494773533175, 0.01603551434914882,
                -0.010749050339697808, 0.028169218060881414,
            ];
        }
    }

    /// <summary>x − q·π/2 as a sum of two doubles.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static V ReduceAngle<V, T>(V x, V q, out V low)
        where V : struct, IBitLanes<V, T>, IReal<V>
        where T : unmanaged
    {
        V first = Exact.Product<V, T>(q, 1.5707963267948966, out V firstLost);
        V r = (x - first) - firstLost;
        V second = Exact.Product<V, T>(q, 6.123233995736765e-17, out V secondLost);
        V high = Exact.Sum(r, -second, out V lost);
        V rest = lost - V.MultiplyAdd(q, 1.0828566739219139e-32, secondLost);
        return Exact.SumOrdered(high, rest, out low);
    }

    /// <summary>sin(r + low) on [−π/2, π/2]; the cosine of r is needed roughly only, to weigh low.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static V SinReduced<V, T>(V r, V low)
        where V : struct, IBitLanes<V, T>, IReal<V>
        where T : unmanaged
    {
        V z = r * r;
        V weight = V.MultiplyAdd(z, V.MultiplyAdd(z, 0.0367, -0.4957), 1.0);
        return V.MultiplyAdd(V.Polynomial<SinCoefficients>(z), z * r, low * weight) + r;
    }

    /// <summary>The root r = t, or √((1 − t)/2) with what its rounding lost, and p = arcsin r / r − 1.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static V AsinReduced<V, T>(V t, Mask<V> small, out V root, out V rootLow)
        where V : struct, IBitLanes<V, T>, IReal<V>
        where T : unmanaged
    {
        V half = (1.0 - t) * 0.5;
        V z = V.Select(small, t * t, half);
        root = V.Select(small, t, V.Sqrt(half));
        V square = Exact.Product<V, T>(root, root, out V lost);
        Mask<V> exact = small | V.Equal(root, 0.0);
        rootLow = V.Select(exact, 0.0, ((half - square) - lost) / V.Select(exact, 1.0, root + root));
        return V.Polynomial<AsinCoefficients>(z) * z;
    }
}
