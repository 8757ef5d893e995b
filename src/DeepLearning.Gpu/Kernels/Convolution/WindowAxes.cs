using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace DeepLearning.Backends.Gpu;

/// <summary>
/// Windows over three axes of images: how many there are along each and how far apart, in elements of the source, whose lengths are known.
/// Windows are counted through all images.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly struct WindowAxes(
    (int Count, int Step, int Source) depth, (int Count, int Step, int Source) height, (int Count, int Step, int Source) width,
    long imageStep)
{
    public readonly long ImageStep = imageStep;
    public readonly int Depths = depth.Count;
    public readonly int Heights = height.Count;
    public readonly int Widths = width.Count;
    public readonly int DepthStep = depth.Step;
    public readonly int HeightStep = height.Step;
    public readonly int WidthStep = width.Step;
    public readonly int SourceDepth = depth.Source;
    public readonly int SourceHeight = height.Source;
    public readonly int SourceWidth = width.Source;

    /// <summary>The window of a number.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Window At(int number)
    {
        int r = number / Widths, width = number - (r * Widths);
        int s = r / Heights, height = r - (s * Heights);
        int image = s / Depths;
        return new Window(image, s - (image * Depths), height, width);
    }

    /// <summary>The next window.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Window After(Window window)
    {
        int width = window.Width + 1, height = window.Height, depth = window.Depth, image = window.Image;
        if (width == Widths)
        {
            width = 0;
            height++;
        }

        if (height == Heights)
        {
            height = 0;
            depth++;
        }

        if (depth == Depths)
        {
            depth = 0;
            image++;
        }

        return new Window(image, depth, height, width);
    }

    /// <summary>Where a window begins in the source.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public long Start(Window window) => (window.Image * ImageStep)
        + ((((window.Depth * (long)DepthStep * SourceHeight) + (window.Height * HeightStep)) * SourceWidth) + (window.Width * WidthStep));

    /// <summary>Whether a place is in an image.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Holds(int depth, int height, int width) =>
        (uint)depth < (uint)SourceDepth && (uint)height < (uint)SourceHeight && (uint)width < (uint)SourceWidth;
}

/// <summary>A window's place among windows.</summary>
internal readonly struct Window(int image, int depth, int height, int width)
{
    public readonly int Image = image;
    public readonly int Depth = depth;
    public readonly int Height = height;
    public readonly int Width = width;
}
