using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace DeepLearning.Backends.Cpu;

/// <summary>
/// One axis of a sliding window: output position y and tap t read position y · Stride + t · Dilation (or its mirror image) of the
/// padded source, in which source element i stands at Padding + i · Spread and everything else is zero.
/// </summary>
/// <remarks>A convolution has Spread 1. Its input gradient is a window over the output gradient with Stride 1, Spread the
/// convolution's stride and mirrored taps.</remarks>
internal readonly record struct WindowAxis(
    int Source, int Output, int Kernel, int Stride, int Padding, int Dilation, int Spread, bool Mirrored)
{
    /// <summary>Where a tap stands in the window.</summary>
    public int TapPosition(int tap) => (Mirrored ? Kernel - 1 - tap : tap) * Dilation;

    /// <summary>Positions of one phase (padded positions that are equal modulo the stride) that outputs of this number read.</summary>
    public int PhaseLength(int outputs) => outputs + ((Kernel - 1) * Dilation / Stride);

    /// <summary>The source element at a padded position, or -1 for a zero.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int SourceAt(int padded)
    {
        var at = padded - Padding;
        if (at < 0)
        {
            return -1;
        }

        if (Spread > 1)
        {
            (at, var rest) = Math.DivRem(at, Spread);
            if (rest != 0)
            {
                return -1;
            }
        }

        return at < Source ? at : -1;
    }
}

/// <summary>
/// A padded copy of some output rows' source, split into phases so that for every tap the inputs of neighboring outputs are
/// neighbors in memory whatever the stride. Output (y, x) and tap t then meet at y · <see cref="Width"/> + x +
/// offset(t): the positions right of the last output column are computed too and dropped. Of a volume it is the source of one output
/// plane: what each tap along the depth reads is a plane of its own there, as if there were so many more channels.
/// </summary>
internal readonly unsafe struct ConvolutionWindow(WindowAxis depth, WindowAxis vertical, WindowAxis horizontal, int channels)
{
    public readonly WindowAxis Depth = depth;
    public readonly WindowAxis Vertical = vertical;
    public readonly WindowAxis Horizontal = horizontal;
    public readonly int Channels = channels;

    /// <summary>Elements between the starts of two output rows in the copy.</summary>
    public readonly int Width = horizontal.PhaseLength(horizontal.Output);

    /// <summary>The planes of a copy: those of a channel's taps along the depth stand together.</summary>
    public int Planes => Channels * Depth.Kernel;

    /// <summary>Channels and taps that meet in one output.</summary>
    public int K => Planes * Vertical.Kernel * Horizontal.Kernel;

    /// <summary>Elements of one channel of the source.</summary>
    public long SourceSize => (long)Depth.Source * Vertical.Source * Horizontal.Source;

    /// <summary>Elements of one plane of the output.</summary>
    public long OutputPlane => (long)Vertical.Output * Horizontal.Output;

    /// <summary>Elements of one channel of the output.</summary>
    public long OutputSize => Depth.Output * OutputPlane;

    /// <summary>Elements of one phase of one plane.</summary>
    public int PhaseSize(int rows) => Vertical.PhaseLength(rows) * Width;

    public readonly int Phases = vertical.Stride * horizontal.Stride;

    /// <summary>Elements of the copy for <paramref name="images"/> images, without what vectors read behind its end.</summary>
    public long Size(int rows, int images) => (long)Planes * Phases * images * PhaseSize(rows);

    /// <summary>The offset of every (channel, tap) in the copy.</summary>
    public void Offsets(int rows, int images, nint* offsets)
    {
        var size = (nint)PhaseSize(rows) * images;
        for (var plane = 0; plane < Planes; plane++)
        {
            for (var ky = 0; ky < Vertical.Kernel; ky++)
            {
                var y = Vertical.TapPosition(ky);
                for (var kx = 0; kx < Horizontal.Kernel; kx++)
                {
                    var x = Horizontal.TapPosition(kx);
                    var phase = ((y % Vertical.Stride) * Horizontal.Stride) + (x % Horizontal.Stride);
                    *offsets++ = ((((nint)plane * Phases) + phase) * size) + (y / Vertical.Stride * Width) + (x / Horizontal.Stride);
                }
            }
        }
    }

    /// <summary>
    /// Copies what rows <paramref name="row"/> to row + rows - 1 of output plane <paramref name="slice"/> read, for image number
    /// <paramref name="image"/> of <paramref name="images"/> in a copy that is laid out for <paramref name="capacity"/> rows.
    /// <paramref name="source"/> is the image's first channel.
    /// </summary>
    public void Copy<T>(T* source, int slice, int row, int rows, int capacity, int image, int images, T* copy)
        where T : unmanaged
    {
        var size = PhaseSize(capacity);
        var height = Vertical.PhaseLength(rows);
        for (var phase = 0; phase < Phases; phase++)
        {
            // Columns start to end - 1 of this phase lie in the source.
            var (phaseY, phaseX) = Math.DivRem(phase, Horizontal.Stride);
            var shift = phaseX - Horizontal.Padding;
            var start = Math.Clamp((Horizontal.Stride - 1 - shift) / Horizontal.Stride, 0, Width);
            var end = Math.Clamp((Horizontal.Source + Horizontal.Stride - 1 - shift) / Horizontal.Stride, start, Width);
            for (var plane = 0; plane < Planes; plane++)
            {
                var to = copy + (((((long)plane * Phases) + phase) * images) + image) * size;
                var (channel, tap) = Math.DivRem(plane, Depth.Kernel);
                var depth = Depth.SourceAt((slice * Depth.Stride) + Depth.TapPosition(tap));
                if (depth < 0)
                {
                    new Span<T>(to, height * Width).Clear();
                    continue;
                }

                var from = source + (channel * SourceSize) + ((long)depth * Vertical.Source * Horizontal.Source);
                for (var y = 0; y < height; y++, to += Width)
                {
                    var at = Vertical.SourceAt(((row + y) * Vertical.Stride) + phaseY);
                    if (at < 0)
                    {
                        new Span<T>(to, Width).Clear();
                    }
                    else if (Horizontal.Spread > 1)
                    {
                        SpreadRow(from + ((long)at * Horizontal.Source), to);
                    }
                    else
                    {
                        CopyRow(from + ((long)at * Horizontal.Source) + shift, start, end, to);
                    }
                }
            }
        }
    }

    /// <summary>A row with its zeros; vectors instead of a call for each copy, since most rows are short.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void CopyRow<T>(T* source, int start, int end, T* to)
        where T : unmanaged
    {
        var x = 0;
        for (; x < start; x++)
        {
            to[x] = default;
        }

        var stride = Horizontal.Stride;
        if (stride == 1)
        {
            for (; x <= end - Vector<T>.Count; x += Vector<T>.Count)
            {
                Vector.Store(Vector.Load(source + x), to + x);
            }

            for (; x <= end - Vector128<T>.Count; x += Vector128<T>.Count)
            {
                Vector128.Load(source + x).Store(to + x);
            }
        }
        else if (stride == 2 && sizeof(T) == sizeof(float) && (Sse.IsSupported || AdvSimd.Arm64.IsSupported))
        {
            // The last of the eight elements that are read lies before another that is taken.
            for (; x + Vector128<float>.Count < end; x += Vector128<float>.Count)
            {
                var (first, second) = (Vector128.Load((float*)source + (2 * x)), Vector128.Load((float*)source + (2 * x) + 4));
                var even = Sse.IsSupported ? Sse.Shuffle(first, second, 0b10_00_10_00) : AdvSimd.Arm64.UnzipEven(first, second);
                even.Store((float*)to + x);
            }
        }

        for (; x < end; x++)
        {
            to[x] = source[(long)x * stride];
        }

        for (; x < Width; x++)
        {
            to[x] = default;
        }
    }

    private void SpreadRow<T>(T* source, T* to)
        where T : unmanaged
    {
        new Span<T>(to, Width).Clear();
        for (int i = 0, x = Horizontal.Padding; i < Horizontal.Source && x < Width; i++, x += Horizontal.Spread)
        {
            if (x >= 0)
            {
                to[x] = source[i];
            }
        }
    }
}
