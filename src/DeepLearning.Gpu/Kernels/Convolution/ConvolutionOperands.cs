using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using DeepLearning.Numerics;
using ILGPU;
using ILGPU.Runtime;

namespace DeepLearning.Backends.Gpu;

/// <summary>
/// What the windows of images hold, as a matrix that is nowhere in memory: windows along the side, channels and taps along k. Neighboring
/// threads read neighboring windows.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly struct WindowsOperand<S>(Strides group, WindowAxes axes, int windows, int firstTap, S nothing) : IGemmOperand<S>
    where S : unmanaged
{
    public readonly Strides Group = group;
    public readonly WindowAxes Axes = axes;
    public readonly int Windows = windows;
    public readonly int FirstTap = firstTap;
    public readonly S Nothing = nothing;

    public static bool IsAlongSide
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => false;
    }

    public static bool IsSideFirst
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => true;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Spot At(Place batch, ArrayView<Tap> taps, int side)
    {
        Window window = Axes.At(side);
        return new Spot(
            Group.At(batch) + Axes.Start(window), Windows - side, window.Depth * Axes.DepthStep, window.Height * Axes.HeightStep,
            window.Width * Axes.WidthStep);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Quad<S> Load(ArrayView<S> source, ArrayView<Tap> taps, Spot spot, int k, int end)
    {
        Quad<S> four;
        int last = spot.Left > 0 ? end : k;
        four.X = One(source, taps, spot, k, last);
        four.Y = One(source, taps, spot, k + 1, last);
        four.Z = One(source, taps, spot, k + 2, last);
        four.W = One(source, taps, spot, k + 3, last);
        return four;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private S One(ArrayView<S> source, ArrayView<Tap> taps, Spot spot, int k, int end)
    {
        S one = Nothing;
        if (k < end)
        {
            Tap tap = taps.AsAligned(16)[FirstTap + k];
            if (Axes.Holds(spot.Depth + tap.Depth, spot.Height + tap.Height, spot.Width + tap.Width))
            {
                one = source[spot.Start + tap.Offset];
            }
        }

        return one;
    }
}

/// <summary>The transpose of <see cref="WindowsOperand{S}"/>: channels and taps along the side, windows along k.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly struct TapsOperand<S>(Strides group, WindowAxes axes, int length, S nothing) : IGemmOperand<S>
    where S : unmanaged
{
    public readonly Strides Group = group;
    public readonly WindowAxes Axes = axes;
    public readonly int Length = length;
    public readonly S Nothing = nothing;

    public static bool IsAlongSide
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => false;
    }

    public static bool IsSideFirst
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => false;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Spot At(Place batch, ArrayView<Tap> taps, int side)
    {
        Tap tap = taps.AsAligned(16)[side < Length ? side : 0];
        return new Spot(Group.At(batch) + tap.Offset, Length - side, tap.Depth, tap.Height, tap.Width);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Quad<S> Load(ArrayView<S> source, ArrayView<Tap> taps, Spot spot, int k, int end)
    {
        Quad<S> four;
        int last = spot.Left > 0 ? end : k;
        Window window = Axes.At(k);
        four.X = One(source, spot, window, k < last);
        window = Axes.After(window);
        four.Y = One(source, spot, window, k + 1 < last);
        window = Axes.After(window);
        four.Z = One(source, spot, window, k + 2 < last);
        window = Axes.After(window);
        four.W = One(source, spot, window, k + 3 < last);
        return four;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private S One(ArrayView<S> source, Spot spot, Window window, bool isThere)
    {
        S one = Nothing;
        if (isThere && Axes.Holds(
            (window.Depth * Axes.DepthStep) + spot.Depth, (window.Height * Axes.HeightStep) + spot.Height,
            (window.Width * Axes.WidthStep) + spot.Width))
        {
            one = source[spot.Start + Axes.Start(window)];
        }

        return one;
    }
}

/// <summary>Images [images, channels, places] as a matrix: channels along the side, the places of all images along k.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly struct ImagesOperand<S>(Strides group, int length, int places, long imageStep, int isAligned, S nothing)
    : IGemmOperand<S>
    where S : unmanaged
{
    public readonly Strides Group = group;
    public readonly long ImageStep = imageStep;
    public readonly int Length = length;
    public readonly int Places = places;

    /// <summary>1 where four places from a multiple of four on are neighbors that can be read at once.</summary>
    public readonly int IsAligned = isAligned;
    public readonly S Nothing = nothing;

    public static bool IsAlongSide
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => false;
    }

    public static bool IsSideFirst
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => false;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Spot At(Place batch, ArrayView<Tap> taps, int side) =>
        new(Group.At(batch) + ((long)side * Places), Length - side, 0, 0, 0);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Quad<S> Load(ArrayView<S> source, ArrayView<Tap> taps, Spot spot, int k, int end)
    {
        Quad<S> four = Quad<S>.Of(Nothing);
        if (spot.Left > 0 && k < end)
        {
            int image = k / Places, place = k - (image * Places);
            long at = spot.Start + (image * ImageStep) + place;
            if (IsAligned != 0)
            {
                four = Quads.Of(source)[at >> 2];
            }
            else
            {
                long skip = ImageStep - Places;
                four.X = source[at];
                at += place + 1 == Places ? skip + 1 : 1;
                place = place + 1 == Places ? 0 : place + 1;
                if (k + 1 < end)
                {
                    four.Y = source[at];
                }

                at += place + 1 == Places ? skip + 1 : 1;
                place = place + 1 == Places ? 0 : place + 1;
                if (k + 2 < end)
                {
                    four.Z = source[at];
                }

                at += place + 1 == Places ? skip + 1 : 1;
                if (k + 3 < end)
                {
                    four.W = source[at];
                }
            }
        }

        return four;
    }
}

/// <summary>Where a convolution's results go: channels are rows, the windows of all images columns.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly struct ImagesResult(long start, long groupStep, long channelStep, WindowAxes axes, int isAligned) : IGemmResult
{
    public readonly long First = start;
    public readonly long GroupStep = groupStep;
    public readonly long ChannelStep = channelStep;
    public readonly WindowAxes Axes = axes;
    public readonly int Aligned = isAligned;

    public static bool HasChain
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => false;
    }

    public long BiasStart
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => 0;
    }

    public long RowStep
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => ChannelStep;
    }

    public int IsAligned
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Aligned;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public long Start(GemmPlaces places, long batch, int split) => First + (batch * GroupStep);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public long ColumnAt(int column) => Axes.Start(Axes.At(column));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public R Chained<TElement, S, R>(ArrayView<S> memory, R sum, long at)
        where TElement : struct, IElement<S, R>
        where S : unmanaged
        where R : struct, IReal<R> => sum;
}
