using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace DeepLearning.Backends.Cpu;

/// <summary>
/// The windows of images as columns, and their sum: for each channel and tap a plane of positions. Also the last step of
/// <see cref="ConvolutionColumnsToImage{T}"/>.
/// </summary>
internal static unsafe class ColumnsKernel<T>
    where T : unmanaged, INumberBase<T>
{
    /// <summary>Elements of columns that are worth a chunk of their own.</summary>
    private const long ChunkWork = 1 << 16;

    public static void Take(in ConvolutionShape shape, T* image, T* columns) =>
        Run(new Job { Shape = shape, Image = image, Columns = columns });

    public static void Add(in ConvolutionShape shape, T* columns, T* image) =>
        Run(new Job { Shape = shape, Image = image, Columns = columns, Adds = true });

    /// <summary>
    /// Adds the shares that a plane's taps have in some output rows to the input plane, those that fall into it. The taps' shares stand
    /// <paramref name="distance"/> apart.
    /// </summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void Add(in ConvolutionShape shape, T* shares, long distance, int row, int rows, T* plane)
    {
        var (vertical, horizontal) = (shape.Height, shape.Width);
        var (width, stride) = (horizontal.Output, horizontal.Stride);
        var rowStride = (nint)vertical.Stride * horizontal.Input;
        for (var ky = 0; ky < vertical.Kernel; ky++)
        {
            var down = (ky * vertical.Dilation) - vertical.Padding;
            var (top, bottom) = Inside(vertical, down);
            top = Math.Max(top, row);
            bottom = Math.Min(bottom, row + rows);
            for (var kx = 0; kx < horizontal.Kernel; kx++, shares += distance)
            {
                var shift = (kx * horizontal.Dilation) - horizontal.Padding;
                var (start, end) = Inside(horizontal, shift);
                var from = shares + ((nint)(top - row) * width) + start;
                var to = plane + (((nint)top * vertical.Stride) + down) * horizontal.Input + ((nint)start * stride) + shift;
                for (var y = top; y < bottom; y++, from += width, to += rowStride)
                {
                    if (stride == 1)
                    {
                        AddRow(from, end - start, to);
                    }
                    else
                    {
                        for (var x = 0; x < end - start; x++)
                        {
                            to[(nint)x * stride] += from[x];
                        }
                    }
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddRow(T* from, int count, T* to)
    {
        var x = 0;
        for (; x <= count - Vector<T>.Count; x += Vector<T>.Count)
        {
            Vector.Store(Vector.Load(to + x) + Vector.Load(from + x), to + x);
        }

        for (; x <= count - Vector128<T>.Count; x += Vector128<T>.Count)
        {
            (Vector128.Load(to + x) + Vector128.Load(from + x)).Store(to + x);
        }

        for (; x < count; x++)
        {
            to[x] += from[x];
        }
    }

    private static void Run(Job job)
    {
        var planes = (long)job.Shape.Batch * job.Shape.InputChannels;
        job.Planes = planes;
        job.Chunks = (int)Math.Min(planes, Workers.Chunks(planes * job.Shape.Taps * job.Shape.OutputSize, ChunkWork));
        Workers.Run(job.Chunks, in job);
    }

    /// <summary>The positions of an axis whose tap, shifted so, lies in the input.</summary>
    private static (int Start, int End) Inside(in SpatialAxis axis, int shift)
    {
        var (stride, outputs) = (axis.Stride, axis.Output);
        if (stride == 1)
        {
            // Without the division, which would cost as much as adding a row.
            var first = Math.Clamp(-shift, 0, outputs);
            return (first, Math.Clamp(axis.Input - shift, first, outputs));
        }

        var start = Math.Clamp((stride - 1 - shift) / stride, 0, outputs);
        return (start, Math.Clamp((axis.Input - shift + stride - 1) / stride, start, outputs));
    }

    /// <summary>What one tap reads of a plane, zeros outside of it.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void Take(in ConvolutionShape shape, T* plane, int tap, T* to)
    {
        var (ky, kx) = Math.DivRem(tap, shape.KernelWidth);
        var (stride, width) = (shape.StrideWidth, shape.OutputWidth);
        var shift = (kx * shape.DilationWidth) - shape.PaddingWidth;
        var (start, end) = Inside(shape.Width, shift);
        for (var y = 0; y < shape.OutputHeight; y++, to += width)
        {
            var at = (y * shape.StrideHeight) + (ky * shape.DilationHeight) - shape.PaddingHeight;
            if (at < 0 || at >= shape.InputHeight)
            {
                new Span<T>(to, width).Clear();
                continue;
            }

            var from = plane + ((long)at * shape.InputWidth) + shift;
            new Span<T>(to, start).Clear();
            if (stride == 1)
            {
                new Span<T>(from + start, end - start).CopyTo(new Span<T>(to + start, end - start));
            }
            else
            {
                for (var x = start; x < end; x++)
                {
                    to[x] = from[(long)x * stride];
                }
            }

            new Span<T>(to + end, width - end).Clear();
        }
    }

    private struct Job : IJob
    {
        public ConvolutionShape Shape;
        public T* Image;
        public T* Columns;
        public bool Adds;
        public long Planes;
        public int Chunks;

        [MethodImpl(MethodImplOptions.NoInlining)]
        public readonly void Execute(int chunk)
        {
            var (taps, positions) = (Shape.Taps, Shape.OutputSize);
            for (var plane = Planes * chunk / Chunks; plane < Planes * (chunk + 1) / Chunks; plane++)
            {
                var image = Image + (plane * Shape.InputSize);
                var columns = Columns + (plane * taps * positions);
                if (Adds)
                {
                    new Span<T>(image, (int)Shape.InputSize).Clear();
                }

                if (Adds)
                {
                    Add(Shape, columns, positions, 0, Shape.OutputHeight, image);
                    continue;
                }

                for (var tap = 0; tap < taps; tap++, columns += positions)
                {
                    Take(Shape, image, tap, columns);
                }
            }
        }
    }
}
