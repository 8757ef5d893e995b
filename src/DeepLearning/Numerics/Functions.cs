using System.Runtime.CompilerServices;

namespace DeepLearning.Numerics;

/// <summary>Takes each function of a lane type to the formula of its element type.</summary>
internal static class Functions
{
    /// <summary>The error for a function asked of integers; the operations promote them before.</summary>
    public static NotSupportedException NotReal<T>(string function) =>
        new($"{function}: {typeof(T).Name} lanes have arithmetic only; promote to float or double first.");

    /// <summary>2ⁿ for an integral n between the exponents of the smallest and the largest normal number.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V PowerOfTwo<V, T>(V n)
        where V : struct, IBitLanes<V, T>, IReal<V>
        where T : unmanaged
    {
        // A sum with 1.5 · 2^(mantissa bits) leaves the integer in the low bits.
        return Elements.IsSingle<T>()
            ? V.AddBits(V.ShiftLeft(n + 12582912.0, 23), V.FromBits(0x3f800000))
            : V.AddBits(V.ShiftLeft(n + 6755399441055744.0, 52), V.FromBits(0x3ff0000000000000));
    }

    /// <summary>x · 2ⁿ through two exact powers of two, the second product rounding once; |n| up to twice the largest exponent.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V ScaleInTwoSteps<V, T>(V x, V n)
        where V : struct, IBitLanes<V, T>, IReal<V>
        where T : unmanaged
    {
        V half = V.Round(n * 0.5);
        return x * PowerOfTwo<V, T>(half) * PowerOfTwo<V, T>(n - half);
    }

    /// <summary>The mantissa in [¾, 1½) and the exponent from the bits; see <see cref="IBitLanes{V, T}.Split"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V SplitBits<V, T>(V x, out V exponent)
        where V : struct, IBitLanes<V, T>, IReal<V>
        where T : unmanaged
    {
        bool single = Elements.IsSingle<T>();
        int shift = single ? 23 : 52;
        V threeQuarters = 0.75;
        V subnormalScale = single ? 16777216.0 : 18014398509481984.0;
        Mask<V> subnormal = V.Less(x, single ? 1.17549435e-38 : 2.2250738585072014e-308);
        V normal = V.Select(subnormal, x * subnormalScale, x);
        V bits = V.AddBits(normal, V.SubtractBits(1.0, threeQuarters));

        // The biased exponent as the fraction of 2^shift, which a subtraction turns into a number.
        V offset = single ? 8388608.0 : 4503599627370496.0;
        V bias = V.Select(subnormal, single ? 151.0 : 1077.0, single ? 127.0 : 1023.0);
        V e = (V.Or(V.ShiftRight(bits, shift), offset) - offset) - bias;
        V fraction = V.And(bits, V.FromBits(single ? 0x007fffff : 0x000fffffffffffff));
        V mantissa = V.AddBits(fraction, threeQuarters);
        Mask<V> ordinary = V.Less(0.0, x) & V.Less(x, double.PositiveInfinity);
        V limit = V.Select(V.Equal(x, 0.0), double.NegativeInfinity, double.PositiveInfinity);
        exponent = V.Select(ordinary, e, limit);
        return V.Select(ordinary, mantissa, V.Select(V.LessOrEqual(0.0, x), 1.0, double.NaN));
    }

    /// <summary>x between two bounds; NaN stays.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Clamp<V, T>(V x, V low, V high)
        where V : struct, IBitLanes<V, T>, IReal<V>
        where T : unmanaged =>
        V.MaxNative(low, V.MinNative(high, x));

    /// <summary>The polynomial with the given coefficients, the constant first.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Polynomial<V>(V x, ReadOnlySpan<double> coefficients)
        where V : struct, IReal<V>
    {
        V y = coefficients[^1];
        for (int i = coefficients.Length - 2; i >= 0; i--)
        {
            y = V.MultiplyAdd(y, x, coefficients[i]);
        }

        return y;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Exp<V, T>(V x)
        where V : struct, IBitLanes<V, T>, IReal<V>
        where T : unmanaged
    {
        if (typeof(T) == typeof(float))
        {
            return FloatFunctions.Exp<V, T>(x);
        }

        if (typeof(T) == typeof(double))
        {
            return DoubleFunctions.Exp<V, T>(x);
        }

        throw NotReal<T>(nameof(Exp));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Expm1<V, T>(V x)
        where V : struct, IBitLanes<V, T>, IReal<V>
        where T : unmanaged
    {
        if (typeof(T) == typeof(float))
        {
            return FloatFunctions.Expm1<V, T>(x);
        }

        if (typeof(T) == typeof(double))
        {
            return DoubleFunctions.Expm1<V, T>(x);
        }

        throw NotReal<T>(nameof(Expm1));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Log<V, T>(V x)
        where V : struct, IBitLanes<V, T>, IReal<V>
        where T : unmanaged
    {
        if (typeof(T) == typeof(float))
        {
            return FloatFunctions.Log<V, T>(x);
        }

        if (typeof(T) == typeof(double))
        {
            return DoubleFunctions.Log<V, T>(x);
        }

        throw NotReal<T>(nameof(Log));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Log1p<V, T>(V x)
        where V : struct, IBitLanes<V, T>, IReal<V>
        where T : unmanaged
    {
        if (typeof(T) == typeof(float))
        {
            return FloatFunctions.Log1p<V, T>(x);
        }

        if (typeof(T) == typeof(double))
        {
            return DoubleFunctions.Log1p<V, T>(x);
        }

        throw NotReal<T>(nameof(Log1p));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Log2<V, T>(V x)
        where V : struct, IBitLanes<V, T>, IReal<V>
        where T : unmanaged
    {
        if (typeof(T) == typeof(float))
        {
            return FloatFunctions.Log2<V, T>(x);
        }

        if (typeof(T) == typeof(double))
        {
            return DoubleFunctions.Log2<V, T>(x);
        }

        throw NotReal<T>(nameof(Log2));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Sin<V, T>(V x)
        where V : struct, IBitLanes<V, T>, IReal<V>
        where T : unmanaged
    {
        if (typeof(T) == typeof(float))
        {
            return FloatFunctions.Sin<V, T>(x);
        }

        if (typeof(T) == typeof(double))
        {
            return DoubleFunctions.Sin<V, T>(x);
        }

        throw NotReal<T>(nameof(Sin));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Cos<V, T>(V x)
        where V : struct, IBitLanes<V, T>, IReal<V>
        where T : unmanaged
    {
        if (typeof(T) == typeof(float))
        {
            return FloatFunctions.Cos<V, T>(x);
        }

        if (typeof(T) == typeof(double))
        {
            return DoubleFunctions.Cos<V, T>(x);
        }

        throw NotReal<T>(nameof(Cos));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Tan<V, T>(V x)
        where V : struct, IBitLanes<V, T>, IReal<V>
        where T : unmanaged
    {
        if (typeof(T) == typeof(float))
        {
            return FloatFunctions.Tan<V, T>(x);
        }

        if (typeof(T) == typeof(double))
        {
            return DoubleFunctions.Tan<V, T>(x);
        }

        throw NotReal<T>(nameof(Tan));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Asin<V, T>(V x)
        where V : struct, IBitLanes<V, T>, IReal<V>
        where T : unmanaged
    {
        if (typeof(T) == typeof(float))
        {
            return FloatFunctions.Asin<V, T>(x);
        }

        if (typeof(T) == typeof(double))
        {
            return DoubleFunctions.Asin<V, T>(x);
        }

        throw NotReal<T>(nameof(Asin));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Acos<V, T>(V x)
        where V : struct, IBitLanes<V, T>, IReal<V>
        where T : unmanaged
    {
        if (typeof(T) == typeof(float))
        {
            return FloatFunctions.Acos<V, T>(x);
        }

        if (typeof(T) == typeof(double))
        {
            return DoubleFunctions.Acos<V, T>(x);
        }

        throw NotReal<T>(nameof(Acos));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Atan<V, T>(V x)
        where V : struct, IBitLanes<V, T>, IReal<V>
        where T : unmanaged
    {
        if (typeof(T) == typeof(float))
        {
            return FloatFunctions.Atan<V, T>(x);
        }

        if (typeof(T) == typeof(double))
        {
            return DoubleFunctions.Atan<V, T>(x);
        }

        throw NotReal<T>(nameof(Atan));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Sinh<V, T>(V x)
        where V : struct, IBitLanes<V, T>, IReal<V>
        where T : unmanaged
    {
        if (typeof(T) == typeof(float))
        {
            return FloatFunctions.Sinh<V, T>(x);
        }

        if (typeof(T) == typeof(double))
        {
            return DoubleFunctions.Sinh<V, T>(x);
        }

        throw NotReal<T>(nameof(Sinh));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Cosh<V, T>(V x)
        where V : struct, IBitLanes<V, T>, IReal<V>
        where T : unmanaged
    {
        if (typeof(T) == typeof(float))
        {
            return FloatFunctions.Cosh<V, T>(x);
        }

        if (typeof(T) == typeof(double))
        {
            return DoubleFunctions.Cosh<V, T>(x);
        }

        throw NotReal<T>(nameof(Cosh));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Tanh<V, T>(V x)
        where V : struct, IBitLanes<V, T>, IReal<V>
        where T : unmanaged
    {
        if (typeof(T) == typeof(float))
        {
            return FloatFunctions.Tanh<V, T>(x);
        }

        if (typeof(T) == typeof(double))
        {
            return DoubleFunctions.Tanh<V, T>(x);
        }

        throw NotReal<T>(nameof(Tanh));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Erf<V, T>(V x)
        where V : struct, IBitLanes<V, T>, IReal<V>
        where T : unmanaged
    {
        if (typeof(T) == typeof(float))
        {
            return FloatFunctions.Erf<V, T>(x);
        }

        if (typeof(T) == typeof(double))
        {
            return DoubleFunctions.Erf<V, T>(x);
        }

        throw NotReal<T>(nameof(Erf));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Erfc<V, T>(V x)
        where V : struct, IBitLanes<V, T>, IReal<V>
        where T : unmanaged
    {
        if (typeof(T) == typeof(float))
        {
            return FloatFunctions.Erfc<V, T>(x);
        }

        if (typeof(T) == typeof(double))
        {
            return DoubleFunctions.Erfc<V, T>(x);
        }

        throw NotReal<T>(nameof(Erfc));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V ErfInv<V, T>(V x)
        where V : struct, IBitLanes<V, T>, IReal<V>
        where T : unmanaged
    {
        if (typeof(T) == typeof(float))
        {
            return FloatFunctions.ErfInv<V, T>(x);
        }

        if (typeof(T) == typeof(double))
        {
            return DoubleFunctions.ErfInv<V, T>(x);
        }

        throw NotReal<T>(nameof(ErfInv));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V LGamma<V, T>(V x)
        where V : struct, IBitLanes<V, T>, IReal<V>
        where T : unmanaged
    {
        if (typeof(T) == typeof(float))
        {
            return FloatFunctions.LGamma<V, T>(x);
        }

        if (typeof(T) == typeof(double))
        {
            return DoubleFunctions.LGamma<V, T>(x);
        }

        throw NotReal<T>(nameof(LGamma));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Digamma<V, T>(V x)
        where V : struct, IBitLanes<V, T>, IReal<V>
        where T : unmanaged
    {
        if (typeof(T) == typeof(float))
        {
            return FloatFunctions.Digamma<V, T>(x);
        }

        if (typeof(T) == typeof(double))
        {
            return DoubleFunctions.Digamma<V, T>(x);
        }

        throw NotReal<T>(nameof(Digamma));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Trigamma<V, T>(V x)
        where V : struct, IBitLanes<V, T>, IReal<V>
        where T : unmanaged
    {
        if (typeof(T) == typeof(float))
        {
            return FloatFunctions.Trigamma<V, T>(x);
        }

        if (typeof(T) == typeof(double))
        {
            return DoubleFunctions.Trigamma<V, T>(x);
        }

        throw NotReal<T>(nameof(Trigamma));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Pow<V, T>(V a, V b)
        where V : struct, IBitLanes<V, T>, IReal<V>
        where T : unmanaged
    {
        if (typeof(T) == typeof(float))
        {
            return FloatFunctions.Pow<V, T>(a, b);
        }

        if (typeof(T) == typeof(double))
        {
            return DoubleFunctions.Pow<V, T>(a, b);
        }

        throw NotReal<T>(nameof(Pow));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Atan2<V, T>(V y, V x)
        where V : struct, IBitLanes<V, T>, IReal<V>
        where T : unmanaged
    {
        if (typeof(T) == typeof(float))
        {
            return FloatFunctions.Atan2<V, T>(y, x);
        }

        if (typeof(T) == typeof(double))
        {
            return DoubleFunctions.Atan2<V, T>(y, x);
        }

        throw NotReal<T>(nameof(Atan2));
    }
}
