using System.Runtime.CompilerServices;

namespace DeepLearning.Numerics;

/// <summary>Takes each function of a lane type to the formula of its element type.</summary>
internal static class Functions
{
    /// <summary>The error for a function asked of integers; the operations promote them before.</summary>
    public static NotSupportedException NotReal<T>(string function) =>
        new($"{function}: {typeof(T).Name} lanes have arithmetic only; promote to float or double first.");

    /// <summary>x · 2ⁿ through two exact powers of two, the second product rounding once.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V ScaleInTwoSteps<V, T>(V x, V n)
        where V : struct, IBitLanes<V, T>, IReal<V>
        where T : unmanaged
    {
        // A sum with 1.5 · 2^(mantissa bits) leaves the integer in the low bits.
        if (typeof(T) == typeof(float))
        {
            V magic = 12582912.0;
            V one = V.FromBits(0x3f800000);
            n = V.MaxNative(V.MinNative(n, 254.0), -252.0);
            V half = V.Round(n * 0.5);
            V first = V.AddBits(V.ShiftLeft(half + magic, 23), one);
            V second = V.AddBits(V.ShiftLeft(n - half + magic, 23), one);
            return x * first * second;
        }
        else
        {
            V magic = 6755399441055744.0;
            V one = V.FromBits(0x3ff0000000000000);
            n = V.MaxNative(V.MinNative(n, 2046.0), -2044.0);
            V half = V.Round(n * 0.5);
            V first = V.AddBits(V.ShiftLeft(half + magic, 52), one);
            V second = V.AddBits(V.ShiftLeft(n - half + magic, 52), one);
            return x * first * second;
        }
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
