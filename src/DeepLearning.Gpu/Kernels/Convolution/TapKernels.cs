using System.Runtime.InteropServices;
using ILGPU;

namespace DeepLearning.Backends.Gpu;

/// <summary>
/// The taps of a window: along each axis how many, the place of the first in the source, counted from the window's, and the distance of
/// the others.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly record struct TapPlaces
{
    public readonly long ChannelStep;
    public readonly int Channels;
    public readonly int Depths;
    public readonly int Heights;
    public readonly int Widths;
    public readonly int FirstDepth;
    public readonly int FirstHeight;
    public readonly int FirstWidth;
    public readonly int DepthStep;
    public readonly int HeightStep;
    public readonly int WidthStep;
    public readonly int SourceHeight;
    public readonly int SourceWidth;

    public TapPlaces(
        int channels, long channelStep, (int Count, int First, int Step) depth, (int Count, int First, int Step) height,
        (int Count, int First, int Step) width, int sourceHeight, int sourceWidth)
    {
        (Channels, ChannelStep, SourceHeight, SourceWidth) = (channels, channelStep, sourceHeight, sourceWidth);
        (Depths, FirstDepth, DepthStep) = depth;
        (Heights, FirstHeight, HeightStep) = height;
        (Widths, FirstWidth, WidthStep) = width;
    }

    /// <summary>Channels times taps.</summary>
    public int Count => Channels * Depths * Heights * Widths;
}

/// <summary>Tables of convolutions.</summary>
internal static class TapKernels
{
    /// <summary>Lists the taps of all channels. Limited by its launch.</summary>
    public static void List(ArrayView<Tap> taps, TapPlaces places)
    {
        for (long i = GridStride.First; i < taps.Length; i += GridStride.Step)
        {
            int r = (int)i / places.Widths, width = (int)i - (r * places.Widths);
            int s = r / places.Heights, height = r - (s * places.Heights);
            int channel = s / places.Depths, depth = s - (channel * places.Depths);
            Tap tap;
            tap.Depth = places.FirstDepth + (depth * places.DepthStep);
            tap.Height = places.FirstHeight + (height * places.HeightStep);
            tap.Width = places.FirstWidth + (width * places.WidthStep);
            tap.Offset = (int)((channel * places.ChannelStep)
                + ((((long)tap.Depth * places.SourceHeight) + tap.Height) * places.SourceWidth) + tap.Width);
            taps[i] = tap;
        }
    }
}
