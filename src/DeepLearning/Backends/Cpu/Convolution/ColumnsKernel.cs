using System.Numerics;
using System.Runtime.CompilerServices;

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

    /// <summary>Adds one tap's shares of some output rows to the input plane, those that fall into it.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void Add(in ConvolutionShape shape, T* shares, int tap, int row, int rows, T* plane)
    {
        var (ky, kx) = Math.DivRem(tap, shape.KernelWidth);
        var (stride, width) = (shape.StrideWidth, shape.OutputWidth);
        var shift = (kx * shape.DilationWidth) - shape.PaddingWidth;
        var (start, end) = Inside(shape, shift);
        for (var y = 0; y < rows; y++)
        {
            var at = ((row + y) * shape.StrideHeight) + (ky * shape.DilationHeight) - shape.PaddingHeight;
            if (at < 0 || at >= shape.InputHeight)
            {
                continue;
            }

            var to = plane + ((long)at * shape.InputWidth) + shift;
            var from = shares + ((long)y * width);
            if (stride == 1)
            {
                var x = start;
                for (; x + Vector<T>.Count <= end; x += Vector<T>.Count)
                {
                    Vector.Store(Vector.Load(to + x) + Vector.Load(from + x), to + x);
                }

                for (; x < end; x++)
                {
                    to[x] += from[x];
                }
            }
            else
            {
                for (var x = start; x < end; x++)
                {
                    to[(long)x * stride] += from[x];
                }
            }
        }
    }

    private static void Run(Job job)
    {
        var planes = (long)job.Shape.Batch * job.Shape.InputChannels;
        job.Planes = planes;
        job.Chunks = (int)Math.Min(planes, Workers.Chunks(planes * job.Shape.Taps * job.Shape.OutputSize, ChunkWork));
        Workers.Run(job.Chunks, in job);
    }

    /// <summary>The columns of positions whose tap, shifted so, lies in the row.</summary>
    private static (int Start, int End) Inside(in ConvolutionShape shape, int shift)
    {
        var (stride, width) = (shape.StrideWidth, shape.OutputWidth);
        var start = Math.Clamp((stride - 1 - shift) / stride, 0, width);
        return (start, Math.Clamp((shape.InputWidth - shift + stride - 1) / stride, start, width));
    }

    /// <summary>What one tap reads of a plane, zeros outside of it.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void Take(in ConvolutionShape shape, T* plane, int tap, T* to)
    {
        var (ky, kx) = Math.DivRem(tap, shape.KernelWidth);
        var (stride, width) = (shape.StrideWidth, shape.OutputWidth);
        var shift = (kx * shape.DilationWidth) - shape.PaddingWidth;
        var (start, end) = Inside(shape, shift);
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

                for (var tap = 0; tap < taps; tap++, columns += positions)
                {
                    if (Adds)
                    {
                        Add(Shape, columns, tap, 0, Shape.OutputHeight, image);
                    }
                    else
                    {
                        Take(Shape, image, tap, columns);
                    }
                }
            }
        }
    }
}
