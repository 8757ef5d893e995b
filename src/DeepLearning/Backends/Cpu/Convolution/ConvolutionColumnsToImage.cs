using System.Numerics;
using System.Runtime.CompilerServices;

namespace DeepLearning.Backends.Cpu;

/// <summary>
/// A convolution's input gradient as a product followed by a sum: weightᵀ · output gradient gives every tap's share for every
/// output position, and each share is added where its tap read. It does exactly the forward pass's work, where sliding a mirrored
/// window (<see cref="DirectConvolution{T, V, TSimd}"/>) also multiplies the zeros that a stride or a wide border brings.
/// </summary>
internal static unsafe class ConvolutionColumnsToImage<T>
    where T : unmanaged, INumberBase<T>
{
    /// <summary>Multiply-adds that are worth a chunk of their own.</summary>
    private const long ChunkWork = 1 << 19;

    /// <summary>
    /// The most shares that are computed at once, unless one row of outputs has more: they stay in the second-level cache.
    /// </summary>
    private const int MaximumShares = 1 << 17;

    [ThreadStatic]
    private static NativeBuffer? t_shares;

    public static void Run(in ConvolutionShape shape, T* outputGradient, T* weight, T* inputGradient)
    {
        var units = shape.Batch * shape.Groups;
        var job = new Job
        {
            Shape = shape,
            OutputGradient = outputGradient,
            Weight = weight,
            InputGradient = inputGradient,
            Units = units,
            Chunks = Math.Min(units, Workers.Chunks(shape.Work, ChunkWork)),
        };
        Workers.Run(job.Chunks, in job);
    }

    private struct Job : IJob
    {
        public ConvolutionShape Shape;
        public T* OutputGradient;
        public T* Weight;
        public T* InputGradient;
        public int Units;
        public int Chunks;

        [MethodImpl(MethodImplOptions.NoInlining)]
        public readonly void Execute(int chunk)
        {
            var end = (int)((long)Units * (chunk + 1) / Chunks);
            for (var unit = (int)((long)Units * chunk / Chunks); unit < end; unit++)
            {
                Unit(unit);
            }
        }

        /// <summary>One group of one image, some output rows at a time.</summary>
        [MethodImpl(MethodImplOptions.NoInlining)]
        private readonly void Unit(int unit)
        {
            var (height, width) = (Shape.OutputHeight, Shape.OutputWidth);
            var k = Shape.GroupInput * Shape.Taps;
            var plane = (long)Shape.InputHeight * Shape.InputWidth;
            var weight = Weight + ((long)(unit % Shape.Groups) * Shape.GroupOutput * k);
            var gradient = OutputGradient + ((long)unit * Shape.GroupOutput * height * width);
            var input = InputGradient + (unit * Shape.GroupInput * plane);
            for (var channel = 0; channel < Shape.GroupInput; channel++)
            {
                new Span<T>(input + (channel * plane), (int)plane).Clear();
            }

            var band = (int)Math.Clamp(MaximumShares / Math.Max((long)k * width, 1), 1, Math.Max(height, 1));
            var shares = (t_shares ??= new NativeBuffer()).Get<T>((long)k * band * width);
            for (var row = 0; row < height; row += band)
            {
                var rows = Math.Min(band, height - row);
                var columns = rows * width;
                Gemm.Run(
                    k, columns, Shape.GroupOutput, weight, 1, k, gradient + ((long)row * width), (long)height * width, 1, shares, columns);
                for (var channel = 0; channel < Shape.GroupInput; channel++)
                {
                    for (var tap = 0; tap < Shape.Taps; tap++)
                    {
                        Add(shares + ((((long)channel * Shape.Taps) + tap) * columns), tap, row, rows, width, input + (channel * plane));
                    }
                }
            }
        }

        /// <summary>Adds one tap's shares to the input plane, those that fall into it.</summary>
        [MethodImpl(MethodImplOptions.NoInlining)]
        private readonly void Add(T* shares, int tap, int row, int rows, int width, T* plane)
        {
            var (ky, kx) = Math.DivRem(tap, Shape.KernelWidth);
            var stride = Shape.StrideWidth;
            var shift = (kx * Shape.DilationWidth) - Shape.PaddingWidth;
            var start = Math.Clamp((stride - 1 - shift) / stride, 0, width);
            var end = Math.Clamp((Shape.InputWidth - shift + stride - 1) / stride, start, width);
            for (var y = 0; y < rows; y++)
            {
                var at = ((row + y) * Shape.StrideHeight) + (ky * Shape.DilationHeight) - Shape.PaddingHeight;
                if (at >= 0 && at < Shape.InputHeight)
                {
                    var to = plane + ((long)at * Shape.InputWidth) + shift;
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
        }
    }
}
