namespace DeepLearning.Numerics;

/// <summary>Computes a function of double lanes element by element.</summary>
internal static class ScalarFallback
{
    public static V Map<V, T>(V x, Func<double, double> function)
        where V : struct, IBitLanes<V, T>, IReal<V>
        where T : unmanaged
    {
        Span<T> values = stackalloc T[V.Width];
        x.Store(ref values[0], 0);
        foreach (ref T value in values)
        {
            value = Elements.FromDouble<T>(function((double)(object)value));
        }

        return V.Load(ref values[0], 0);
    }
}
