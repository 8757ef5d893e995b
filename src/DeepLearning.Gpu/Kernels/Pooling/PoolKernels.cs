using DeepLearning.Numerics;
using ILGPU;

namespace DeepLearning.Backends.Gpu;

/// <summary>
/// Pooling of contiguous planes, a thread for each result. A gradient asks the windows that hold its element, in their order, so that
/// nothing is added at once by two. All are limited by memory.
/// </summary>
internal static class PoolKernels
{
    /// <summary>The greatest element of each window, NaN above all; where it is in its plane is written when asked.</summary>
    public static void Max<TElement, S, R>(ArrayView<S> x, ArrayView<S> y, ArrayView<int> indices, PoolPlaces places, int writesIndices)
        where TElement : struct, IElement<S, R>
        where S : unmanaged
        where R : struct, IReal<R>
    {
        for (long i = GridStride.First; i < y.Length; i += GridStride.Step)
        {
            PoolPlace window = places.WindowAt(i);
            long start = window.Plane * places.Source;
            int firstHeight = places.Height.First(window.Height), endHeight = places.Height.End(window.Height);
            int firstWidth = places.Width.First(window.Width), endWidth = places.Width.End(window.Width);
            int at = places.Within(places.Depth.First(window.Depth), firstHeight, firstWidth);
            R best = TElement.Load(x[start + at]);
            for (int d = places.Depth.First(window.Depth); d < places.Depth.End(window.Depth); d += places.Depth.Step)
            {
                for (int h = firstHeight; h < endHeight; h += places.Height.Step)
                {
                    for (int w = firstWidth; w < endWidth; w += places.Width.Step)
                    {
                        int here = places.Within(d, h, w);
                        R value = TElement.Load(x[start + here]);
                        if (TElement.Truth(R.Less(best, value) | R.IsNaN(value)) != 0)
                        {
                            best = value;
                            at = here;
                        }
                    }
                }
            }

            y[i] = TElement.Store(best);
            if (writesIndices != 0)
            {
                indices[i] = at;
            }
        }
    }

    /// <summary>The sum of the gradients of the windows that took an element.</summary>
    public static void MaxGradient<TElement, S, R>(ArrayView<S> dy, ArrayView<int> indices, ArrayView<S> dx, PoolPlaces places)
        where TElement : struct, IElement<S, R>
        where S : unmanaged
        where R : struct, IReal<R>
    {
        for (long i = GridStride.First; i < dx.Length; i += GridStride.Step)
        {
            PoolPlace element = places.ElementAt(i);
            int within = places.Within(element.Depth, element.Height, element.Width);
            R sum = 0.0;
            for (int d = places.Depth.FirstWindow(element.Depth); d <= places.Depth.LastWindow(element.Depth); d++)
            {
                for (int h = places.Height.FirstWindow(element.Height); h <= places.Height.LastWindow(element.Height); h++)
                {
                    for (int w = places.Width.FirstWindow(element.Width); w <= places.Width.LastWindow(element.Width); w++)
                    {
                        long number = places.NumberOf(element.Plane, d, h, w);
                        if (indices[number] == within)
                        {
                            sum += TElement.Load(dy[number]);
                        }
                    }
                }
            }

            dx[i] = TElement.Store(sum);
        }
    }

    /// <summary>The sum of each window over the divisor, or over its count where that is 0.</summary>
    public static void Average<TElement, S, R>(ArrayView<S> x, ArrayView<S> y, PoolPlaces places, int divisor)
        where TElement : struct, IElement<S, R>
        where S : unmanaged
        where R : struct, IReal<R>
    {
        for (long i = GridStride.First; i < y.Length; i += GridStride.Step)
        {
            PoolPlace window = places.WindowAt(i);
            long start = window.Plane * places.Source;
            R sum = 0.0;
            for (int d = places.Depth.First(window.Depth); d < places.Depth.End(window.Depth); d += places.Depth.Step)
            {
                for (int h = places.Height.First(window.Height); h < places.Height.End(window.Height); h += places.Height.Step)
                {
                    for (int w = places.Width.First(window.Width); w < places.Width.End(window.Width); w += places.Width.Step)
                    {
                        sum += TElement.Load(x[start + places.Within(d, h, w)]);
                    }
                }
            }

            y[i] = TElement.Store(sum / Divisor<R>(places, divisor, window.Depth, window.Height, window.Width));
        }
    }

    /// <summary>The gradients of the windows that hold an element, each over its divisor.</summary>
    public static void AverageGradient<TElement, S, R>(ArrayView<S> dy, ArrayView<S> dx, PoolPlaces places, int divisor)
        where TElement : struct, IElement<S, R>
        where S : unmanaged
        where R : struct, IReal<R>
    {
        for (long i = GridStride.First; i < dx.Length; i += GridStride.Step)
        {
            PoolPlace element = places.ElementAt(i);
            R sum = 0.0;
            for (int d = places.Depth.FirstWindow(element.Depth); d <= places.Depth.LastWindow(element.Depth); d++)
            {
                for (int h = places.Height.FirstWindow(element.Height); h <= places.Height.LastWindow(element.Height); h++)
                {
                    for (int w = places.Width.FirstWindow(element.Width); w <= places.Width.LastWindow(element.Width); w++)
                    {
                        if (places.Depth.Holds(d, element.Depth) && places.Height.Holds(h, element.Height)
                            && places.Width.Holds(w, element.Width))
                        {
                            sum += TElement.Load(dy[places.NumberOf(element.Plane, d, h, w)]) / Divisor<R>(places, divisor, d, h, w);
                        }
                    }
                }
            }

            dx[i] = TElement.Store(sum);
        }
    }

    private static R Divisor<R>(PoolPlaces places, int divisor, int depth, int height, int width)
        where R : struct, IReal<R>
    {
        long count = (long)places.Depth.Count(depth) * places.Height.Count(height) * places.Width.Count(width);
        return GpuMath.DoubleOf(divisor != 0 ? divisor : count);
    }
}
