namespace DeepLearning.Numerics;

/// <summary>Computes a function element by element in double.</summary>
internal static class ScalarFallback
{
    public static V Map<V, T>(V x, Func<double, double> function)
        where V : struct, IBitLanes<V, T>, IReal<V>
        where T : unmanaged => Map<V, T>(x, x, (v, _) => function(v));

    public static V Map<V, T>(V a, V b, Func<double, double, double> function)
        where V : struct, IBitLanes<V, T>, IReal<V>
        where T : unmanaged
    {
        Span<T> left = stackalloc T[V.Width];
        Span<T> right = stackalloc T[V.Width];
        a.Store(ref left[0], 0);
        b.Store(ref right[0], 0);
        for (int i = 0; i < left.Length; i++)
        {
            left[i] = Elements.FromDouble<T>(function(ToDouble(left[i]), ToDouble(right[i])));
        }

        return V.Load(ref left[0], 0);
    }

    private static double ToDouble<T>(T value) => typeof(T) == typeof(float) ? (float)(object)value! : (double)(object)value!;
}
