using System.Numerics;
using System.Runtime.CompilerServices;

namespace DeepLearning.Backends.Cpu;

/// <summary>The pooled planes of one volume, in a thread's scratch, and how windows over several of them are put together.</summary>
internal readonly unsafe ref struct MaxPoolPlanes<T>
    where T : unmanaged, INumber<T>
{
    private readonly T* _values;
    private readonly int* _places;
    private readonly int _outputs;

    private MaxPoolPlanes(T* values, int* places, int outputs)
    {
        _values = values;
        _places = places;
        _outputs = outputs;
    }

    /// <summary>Room for so many planes of so many windows.</summary>
    public static MaxPoolPlanes<T> Of(int planes, int outputs, bool wantsPlaces)
    {
        long count = (long)planes * outputs;
        int* places = wantsPlaces ? MaxPoolScratch.Places.Get<int>(count) : null;
        return new MaxPoolPlanes<T>(MaxPoolScratch.Values.Get<T>(count), places, outputs);
    }

    /// <summary>What a plane's windows hold.</summary>
    public T* Values(int plane) => _values + ((long)plane * _outputs);

    /// <summary>Where in the plane it stood; null when that is not wanted.</summary>
    public int* Places(int plane) => _places is null ? null : _places + ((long)plane * _outputs);

    /// <summary>Begins windows with their first plane.</summary>
    public void Start(int plane, int source, T* best, int* indices)
    {
        new ReadOnlySpan<T>(Values(plane), _outputs).CopyTo(new Span<T>(best, _outputs));
        if (indices is not null)
        {
            int* places = Places(plane);
            for (int j = 0; j < _outputs; j++)
            {
                indices[j] = places[j] + (plane * source);
            }
        }
    }

    /// <summary>Takes what is greater in a further plane, and every NaN.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public void Take(int plane, int source, T* best, int* indices)
    {
        T* values = Values(plane);
        int* places = Places(plane);
        int j = 0;
        if (indices is null || typeof(T) == typeof(float))
        {
            for (; j <= _outputs - Vector<T>.Count; j += Vector<T>.Count)
            {
                Vector<T> value = Vector.Load(values + j), most = Vector.Load(best + j);
                Vector<T> wins = Vector.GreaterThan(value, most) | ~Vector.Equals(value, value);
                Vector.ConditionalSelect(wins, value, most).Store(best + j);
                if (indices is not null)
                {
                    Vector<int> place = Vector.Load(places + j) + new Vector<int>(plane * source);
                    Vector.ConditionalSelect(wins.As<T, int>(), place, Vector.Load(indices + j)).Store(indices + j);
                }
            }
        }

        for (; j < _outputs; j++)
        {
            if (values[j] > best[j] || T.IsNaN(values[j]))
            {
                best[j] = values[j];
                if (indices is not null)
                {
                    indices[j] = places[j] + (plane * source);
                }
            }
        }
    }
}

/// <summary>A thread's memory for pooled planes.</summary>
internal static class MaxPoolScratch
{
    [ThreadStatic]
    private static NativeBuffer? t_values;

    [ThreadStatic]
    private static NativeBuffer? t_places;

    public static NativeBuffer Values => t_values ??= new NativeBuffer();

    public static NativeBuffer Places => t_places ??= new NativeBuffer();
}
