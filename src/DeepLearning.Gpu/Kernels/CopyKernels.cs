using System.Runtime.InteropServices;
using DeepLearning.Numerics;
using ILGPU;

namespace DeepLearning.Backends.Gpu;

/// <summary>The axes of a copy, and the strides along them.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly struct CopyPlaces(long count, Axes axes, Strides x, Strides y)
{
    public readonly long Count = count;
    public readonly Axes Axes = axes;
    public readonly Strides X = x;
    public readonly Strides Y = y;
}

/// <summary>Copies, conversions and fills between any strides. Views show whole blocks of memory.</summary>
internal static class CopyKernels
{
    /// <summary>Copies elements as they are.</summary>
    public static void Move<T>(ArrayView<T> x, ArrayView<T> y, CopyPlaces places)
        where T : unmanaged
    {
        for (long i = GridStride.First; i < places.Count; i += GridStride.Step)
        {
            Place place = places.Axes.At(i);
            y[places.Y.At(place)] = x[places.X.At(place)];
        }
    }

    /// <summary>Copies elements of one type to another, by way of numbers R.</summary>
    public static void Convert<TSource, A, TTarget, B, R>(ArrayView<A> x, ArrayView<B> y, CopyPlaces places)
        where TSource : struct, ILoad<A, R>
        where TTarget : struct, IStore<B, R>
        where A : unmanaged
        where B : unmanaged
        where R : struct, IReal<R>
    {
        for (long i = GridStride.First; i < places.Count; i += GridStride.Step)
        {
            Place place = places.Axes.At(i);
            y[places.Y.At(place)] = TTarget.Store(TSource.Load(x[places.X.At(place)]));
        }
    }

    /// <summary>Writes one value to all elements; of the places, y's alone are read.</summary>
    public static void Fill<T>(ArrayView<T> y, CopyPlaces places, T value)
        where T : unmanaged
    {
        for (long i = GridStride.First; i < places.Count; i += GridStride.Step)
        {
            y[places.Y.At(places.Axes.At(i))] = value;
        }
    }
}
