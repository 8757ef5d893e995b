using System.Runtime.InteropServices;
using DeepLearning.Numerics;
using ILGPU;

namespace DeepLearning.Backends.Gpu;

/// <summary>The windows of images, as columns: sizes along both axes.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly struct ColumnPlaces(in ConvolutionShape shape)
{
    public readonly int Height = shape.Height.Input;
    public readonly int Width = shape.Width.Input;
    public readonly int KernelHeight = shape.Height.Kernel;
    public readonly int KernelWidth = shape.Width.Kernel;
    public readonly int StrideHeight = shape.Height.Stride;
    public readonly int StrideWidth = shape.Width.Stride;
    public readonly int PaddingHeight = shape.Height.Padding;
    public readonly int PaddingWidth = shape.Width.Padding;
    public readonly int DilationHeight = shape.Height.Dilation;
    public readonly int DilationWidth = shape.Width.Dilation;
    public readonly int Rows = shape.Height.Output;
    public readonly int Columns = shape.Width.Output;
}

/// <summary>Windows of images as columns [planes, taps, windows], and back. Limited by memory.</summary>
internal static class ColumnKernels
{
    /// <summary>What each window reads; 0 beyond the image.</summary>
    public static void Take<S>(ArrayView<S> x, ArrayView<S> y, ColumnPlaces places, S zero)
        where S : unmanaged
    {
        for (long i = GridStride.First; i < y.Length; i += GridStride.Step)
        {
            long r = i / places.Columns, s = r / places.Rows, t = s / places.KernelWidth, plane = t / places.KernelHeight;
            int column = (int)(i - (r * places.Columns)), row = (int)(r - (s * places.Rows));
            int q = (int)(s - (t * places.KernelWidth)), p = (int)(t - (plane * places.KernelHeight));
            int h = (row * places.StrideHeight) - places.PaddingHeight + (p * places.DilationHeight);
            int w = (column * places.StrideWidth) - places.PaddingWidth + (q * places.DilationWidth);
            S value = zero;
            if ((uint)h < (uint)places.Height && (uint)w < (uint)places.Width)
            {
                value = x[(((plane * places.Height) + h) * places.Width) + w];
            }

            y[i] = value;
        }
    }

    /// <summary>The sum of what the windows hold of each element, in the order of the taps.</summary>
    public static void Add<TElement, S, R>(ArrayView<S> x, ArrayView<S> y, ColumnPlaces places)
        where TElement : struct, IElement<S, R>
        where S : unmanaged
        where R : struct, IReal<R>
    {
        for (long i = GridStride.First; i < y.Length; i += GridStride.Step)
        {
            long r = i / places.Width, plane = r / places.Height;
            int w = (int)(i - (r * places.Width)), h = (int)(r - (plane * places.Height));
            R sum = 0.0;
            for (int p = 0; p < places.KernelHeight; p++)
            {
                int fromTop = h + places.PaddingHeight - (p * places.DilationHeight), row = fromTop / places.StrideHeight;
                if (fromTop >= 0 && row * places.StrideHeight == fromTop && row < places.Rows)
                {
                    for (int q = 0; q < places.KernelWidth; q++)
                    {
                        int fromLeft = w + places.PaddingWidth - (q * places.DilationWidth), column = fromLeft / places.StrideWidth;
                        if (fromLeft >= 0 && column * places.StrideWidth == fromLeft && column < places.Columns)
                        {
                            long tap = (((plane * places.KernelHeight) + p) * places.KernelWidth) + q;
                            sum += TElement.Load(x[(((tap * places.Rows) + row) * places.Columns) + column]);
                        }
                    }
                }
            }

            y[i] = TElement.Store(sum);
        }
    }
}
