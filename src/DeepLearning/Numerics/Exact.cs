using System.Runtime.CompilerServices;

namespace DeepLearning.Numerics;

/// <summary>Sums and products with the rounding error they lose.</summary>
internal static class Exact
{
    /// <summary>a + b, and what rounding lost (Knuth).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Sum<V>(V a, V b, out V lost)
        where V : struct, IReal<V>
    {
        V sum = a + b;
        V rest = sum - a;
        lost = (a - (sum - rest)) + (b - rest);
        return sum;
    }

    /// <summary>a + b, and what rounding lost, for |a| ≥ |b| or a = 0 (Dekker).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V SumOrdered<V>(V a, V b, out V lost)
        where V : struct, IReal<V>
    {
        V sum = a + b;
        lost = b - (sum - a);
        return sum;
    }

    /// <summary>a · b, and what rounding lost; without a fused instruction by Veltkamp's splitting (double).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Product<V, T>(V a, V b, out V lost)
        where V : struct, IBitLanes<V, T>, IReal<V>
        where T : unmanaged
    {
        V product = a * b;
        if (V.HasFusedMultiplyAdd)
        {
            lost = V.MultiplyAdd(a, b, -product);
            return product;
        }

        V aHigh = UpperHalf(a);
        V aLow = a - aHigh;
        V bHigh = UpperHalf(b);
        V bLow = b - bHigh;
        lost = (aLow * bLow) - (((product - (aHigh * bHigh)) - (aLow * bHigh)) - (aHigh * bLow));
        return product;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V UpperHalf<V>(V a)
        where V : struct, IReal<V>
    {
        V scaled = a * 134217729.0;
        return scaled - (scaled - a);
    }
}
