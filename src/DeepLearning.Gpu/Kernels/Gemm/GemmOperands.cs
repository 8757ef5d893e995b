using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using ILGPU;

namespace DeepLearning.Backends.Gpu;

/// <summary>
/// An operand of a matrix product as its kernel reads it: four elements at a time, neighbors along k or along the other side (the rows of
/// the left operand, the columns of the right one).
/// </summary>
internal interface IGemmOperand<S>
    where S : unmanaged
{
    /// <summary>Whether the four are neighbors along the side; otherwise along k.</summary>
    static abstract bool IsAlongSide { get; }

    /// <summary>Whether neighboring threads, each with four along k, take neighbors along the side; otherwise they go on along k.</summary>
    static abstract bool IsSideFirst { get; }

    /// <summary>What a thread must know of a place along the side, for all of k.</summary>
    Spot At(Place batch, ArrayView<Tap> taps, int side);

    /// <summary>The four from k on; from the end of k or of the side on what changes no sum.</summary>
    Quad<S> Load(ArrayView<S> source, ArrayView<Tap> taps, Spot spot, int k, int end);
}

/// <summary>A place along the side of an operand.</summary>
internal readonly struct Spot(long start, int left, int depth, int height, int width)
{
    /// <summary>Where it begins.</summary>
    public readonly long Start = start;

    /// <summary>Places along the side from this one on.</summary>
    public readonly int Left = left;

    /// <summary>Where it is in an image.</summary>
    public readonly int Depth = depth;
    public readonly int Height = height;
    public readonly int Width = width;
}

/// <summary>One element of a convolution's window: how far it lies from the window's place, altogether and along each axis.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct Tap
{
    public int Offset;
    public int Depth;
    public int Height;
    public int Width;
}

/// <summary>Which neighbors a strided operand reads at once.</summary>
internal interface IGemmWay
{
    static abstract bool IsAlongSide { get; }
}

/// <summary>Four along k.</summary>
internal readonly struct AlongDepth : IGemmWay
{
    public static bool IsAlongSide => false;
}

/// <summary>Four along the side.</summary>
internal readonly struct AlongSide : IGemmWay
{
    public static bool IsAlongSide => true;
}

/// <summary>A matrix of any strides; transposed or not.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly struct StridedOperand<S, TWay>(Strides batch, long sideStep, long depthStep, int length, int isAligned, S nothing)
    : IGemmOperand<S>
    where S : unmanaged
    where TWay : struct, IGemmWay
{
    public readonly Strides Batch = batch;
    public readonly long SideStep = sideStep;
    public readonly long DepthStep = depthStep;
    public readonly int Length = length;

    /// <summary>1 where the four are neighbors in memory and begin at multiples of four.</summary>
    public readonly int IsAligned = isAligned;

    /// <summary>What stands where there is no element: −0 on the left and 0 on the right, for adding −0 changes nothing.</summary>
    public readonly S Nothing = nothing;

    public static bool IsAlongSide
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => TWay.IsAlongSide;
    }

    public static bool IsSideFirst
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => false;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Spot At(Place batch, ArrayView<Tap> taps, int side) => new(Batch.At(batch) + (side * SideStep), Length - side, 0, 0, 0);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Quad<S> Load(ArrayView<S> source, ArrayView<Tap> taps, Spot spot, int k, int end)
    {
        Quad<S> four = Quad<S>.Of(Nothing);
        int whole = TWay.IsAlongSide ? spot.Left : end - k, rest = TWay.IsAlongSide ? end - k : spot.Left;
        if (rest > 0)
        {
            long at = spot.Start + (k * DepthStep);
            if (IsAligned != 0 && whole >= 4)
            {
                four = Quads.Of(source)[at >> 2];
            }
            else
            {
                long step = TWay.IsAlongSide ? SideStep : DepthStep;
                if (whole > 0)
                {
                    four.X = source[at];
                }

                if (whole > 1)
                {
                    four.Y = source[at + step];
                }

                if (whole > 2)
                {
                    four.Z = source[at + (2 * step)];
                }

                if (whole > 3)
                {
                    four.W = source[at + (3 * step)];
                }
            }
        }

        return four;
    }
}
