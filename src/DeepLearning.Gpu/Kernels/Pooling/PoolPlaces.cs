using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace DeepLearning.Backends.Gpu;

/// <summary>The windows of one axis of a pooling, by their formula.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly struct PoolAxisPlaces(PoolAxis axis)
{
    public readonly int Source = axis.Source;
    public readonly int Outputs = axis.Outputs;

    /// <summary>The elements of a whole window; 0 where windows cover the source evenly.</summary>
    public readonly int Kernel = axis.Kernel;

    /// <summary>The distance between windows; 1 where they cover the source evenly, so that nothing is divided by 0.</summary>
    public readonly int Stride = Math.Max(axis.Stride, 1);
    public readonly int Padding = axis.Padding;
    public readonly int Step = axis.Step;

    /// <summary>1 where a mean counts elements of the padding.</summary>
    public readonly int CountsPadding = axis.CountsPadding ? 1 : 0;

    /// <summary>The elements from the first of a whole window to its last.</summary>
    private int Reach
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => (Step * (Kernel - 1)) + 1;
    }

    /// <summary>The first element that a window holds.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int First(int window)
    {
        int start = (window * Stride) - Padding;
        int inside = start < 0 ? start + ((-start + Step - 1) / Step * Step) : start;
        return Kernel == 0 ? (int)((long)window * Source / Outputs) : inside;
    }

    /// <summary>Where a window ends, exclusive.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int End(int window)
    {
        int end = (window * Stride) - Padding + Reach;
        return Kernel == 0 ? (int)((((window + 1L) * Source) + Outputs - 1) / Outputs) : end < Source ? end : Source;
    }

    /// <summary>The elements by which a mean divides.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Count(int window)
    {
        int start = (window * Stride) - Padding, end = start + Reach;
        int span = CountsPadding != 0 ? (end < Source + Padding ? end : Source + Padding) - start : End(window) - First(window);
        return (span + Step - 1) / Step;
    }

    /// <summary>The first window that may hold an element.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int FirstWindow(int element)
    {
        int from = element + Padding - Reach + 1;
        int window = from > 0 ? (from + Stride - 1) / Stride : 0;
        return Kernel == 0 ? (int)((long)element * Outputs / Source) : window;
    }

    /// <summary>The last window that may hold an element.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int LastWindow(int element)
    {
        int window = (element + Padding) / Stride;
        int last = Kernel == 0 ? (int)((((element + 1L) * Outputs) + Source - 1) / Source) - 1 : window;
        return last < Outputs - 1 ? last : Outputs - 1;
    }

    /// <summary>Whether a window that reaches over an element holds it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Holds(int window, int element) => Kernel == 0 || (element + Padding - (window * Stride)) % Step == 0;
}

/// <summary>The windows of a pooling over three axes.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly struct PoolPlaces(PoolWindows windows)
{
    public readonly PoolAxisPlaces Depth = new(windows.Depth);
    public readonly PoolAxisPlaces Height = new(windows.Vertical);
    public readonly PoolAxisPlaces Width = new(windows.Horizontal);

    /// <summary>The elements of a plane.</summary>
    public long Source
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => (long)Depth.Source * Height.Source * Width.Source;
    }

    /// <summary>A window's place, and its plane as the image.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public PoolPlace WindowAt(long number) => PoolPlace.Of(number, Depth.Outputs, Height.Outputs, Width.Outputs);

    /// <summary>An element's place, and its plane as the image.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public PoolPlace ElementAt(long number) => PoolPlace.Of(number, Depth.Source, Height.Source, Width.Source);

    /// <summary>Where an element of a plane lies in it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Within(int depth, int height, int width) => (((depth * Height.Source) + height) * Width.Source) + width;

    /// <summary>The number of a window.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public long NumberOf(long plane, int depth, int height, int width) =>
        (((((plane * Depth.Outputs) + depth) * Height.Outputs) + height) * Width.Outputs) + width;
}

/// <summary>A place in a plane.</summary>
internal readonly struct PoolPlace(long plane, int depth, int height, int width)
{
    public readonly long Plane = plane;
    public readonly int Depth = depth;
    public readonly int Height = height;
    public readonly int Width = width;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static PoolPlace Of(long number, int depths, int heights, int widths)
    {
        long r = number / widths, s = r / heights, plane = s / depths;
        return new PoolPlace(plane, (int)(s - (plane * depths)), (int)(r - (s * heights)), (int)(number - (r * widths)));
    }
}
