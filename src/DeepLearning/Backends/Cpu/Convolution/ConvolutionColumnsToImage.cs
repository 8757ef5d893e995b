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
    /// The most shares that are computed at once, unless one channel has more: they stay in the second-level cache.
    /// </summary>
    private const int MaximumShares = 1 << 17;

    /// <summary>
    /// Positions that a product should have: its weights are packed anew each time. Small images are taken together for it, but so that
    /// <see cref="EnoughUnits"/> remain, and of large ones some rows.
    /// </summary>
    private const int ManyPositions = 384;

    private const int EnoughUnits = 16;

    [ThreadStatic]
    private static NativeBuffer? t_shares;

    /// <summary>Overwrites <paramref name="inputGradient"/>; a bias, where there is one, is added to each of its channels.</summary>
    public static void Run(in ConvolutionShape shape, T* outputGradient, T* weight, T* bias, T* inputGradient)
    {
        var positions = Math.Max((int)Math.Min(shape.OutputSize, ManyPositions), 1);
        var few = Math.Min(ManyPositions / positions, shape.Batch * shape.Groups / EnoughUnits);
        var together = Math.Clamp(few, 1, Math.Max(shape.Batch, 1));
        var units = (shape.Batch + together - 1) / together * shape.Groups;
        var job = new Job
        {
            Shape = shape,
            OutputGradient = outputGradient,
            Weight = weight,
            Bias = bias,
            InputGradient = inputGradient,
            Together = together,
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
        public T* Bias;
        public T* InputGradient;
        public int Together;
        public int Units;
        public int Chunks;

        [MethodImpl(MethodImplOptions.NoInlining)]
        public readonly void Execute(int chunk)
        {
            var end = (int)((long)Units * (chunk + 1) / Chunks);
            for (var unit = (int)((long)Units * chunk / Chunks); unit < end; unit++)
            {
                var (images, group) = Math.DivRem(unit, Shape.Groups);
                Unit(images * Together, Math.Min(Together, Shape.Batch - (images * Together)), group);
            }
        }

        private readonly T* Gradient(int image, int group) =>
            OutputGradient + ((((long)image * Shape.Groups) + group) * Shape.GroupOutput * Shape.OutputSize);

        private readonly T* Input(int image, int group) =>
            InputGradient + ((((long)image * Shape.Groups) + group) * Shape.GroupInput * Shape.InputSize);

        /// <summary>One group of some images, of which there are several only where all positions of each are taken at once.</summary>
        [MethodImpl(MethodImplOptions.NoInlining)]
        private readonly void Unit(int image, int images, int group)
        {
            var (height, width) = (Shape.OutputHeight, Shape.OutputWidth);
            for (var i = 0; i < images; i++)
            {
                for (var channel = 0; channel < Shape.GroupInput; channel++)
                {
                    var first = Bias == null ? T.Zero : Bias[(group * Shape.GroupInput) + channel];
                    new Span<T>(Input(image + i, group) + (channel * Shape.InputSize), (int)Shape.InputSize).Fill(first);
                }
            }

            if (images > 1)
            {
                var positions = (int)Shape.OutputSize;
                var columns = images * positions;
                var shares = (t_shares ??= new NativeBuffer()).Get<T>(((long)Shape.GroupOutput + LinesFor(columns)) * columns);
                var gradients = shares + (LinesFor(columns) * columns);
                for (var output = 0; output < Shape.GroupOutput; output++)
                {
                    for (var i = 0; i < images; i++)
                    {
                        new Span<T>(Gradient(image + i, group) + ((long)output * positions), positions)
                            .CopyTo(new Span<T>(gradients + ((long)output * columns) + (i * positions), positions));
                    }
                }

                Products(image, images, group, gradients, columns, 0, Shape.Depth.Output, 0, height, shares);
                return;
            }

            var band = Math.Clamp(ManyPositions / Math.Max(width, 1), 1, Math.Max(height, 1));
            for (var slice = 0; slice < Shape.Depth.Output; slice++)
            {
                for (var row = 0; row < height; row += band)
                {
                    var rows = Math.Min(band, height - row);
                    var shares = (t_shares ??= new NativeBuffer()).Get<T>(LinesFor(rows * width) * rows * width);
                    var gradients = Gradient(image, group) + ((((long)slice * height) + row) * width);
                    Products(image, 1, group, gradients, Shape.OutputSize, slice, 1, row, rows, shares);
                }
            }
        }

        /// <summary>Channels and taps whose shares are computed at once.</summary>
        private readonly long LinesFor(int columns) =>
            Shape.Taps * Math.Clamp(MaximumShares / Math.Max(Shape.Taps * (long)columns, 1), 1, Shape.GroupInput);

        /// <summary>
        /// The shares of some planes' rows of some images, whose gradients stand side by side in lines of a distance; some channels at a
        /// time.
        /// </summary>
        [MethodImpl(MethodImplOptions.NoInlining)]
        private readonly void Products(
            int image, int images, int group, T* gradients, long distance, int slice, int slices, int row, int rows, T* shares)
        {
            var (taps, inPlane, inputSize) = (Shape.Taps, Shape.KernelHeight * Shape.KernelWidth, Shape.InputSize);
            var k = Shape.GroupInput * taps;
            var plane = rows * Shape.OutputWidth;
            var columns = images * slices * plane;
            var block = (int)LinesFor(columns);
            var weight = Weight + ((long)group * Shape.GroupOutput * k);
            for (var first = 0; first < k; first += block)
            {
                var lines = Math.Min(block, k - first);
                Gemm.Run(lines, columns, Shape.GroupOutput, weight + first, 1, k, gradients, distance, 1, shares, columns);
                for (var i = 0; i < images; i++)
                {
                    var from = shares + (i * slices * plane);
                    var to = Input(image + i, group) + (first / taps * inputSize);
                    for (var line = 0; line < lines; line += taps, to += inputSize)
                    {
                        for (var kz = 0; kz < Shape.Depth.Kernel; kz++, from += (long)inPlane * columns)
                        {
                            for (var z = 0; z < slices; z++)
                            {
                                var at = ((slice + z) * Shape.Depth.Stride) + (kz * Shape.Depth.Dilation) - Shape.Depth.Padding;
                                if (at >= 0 && at < Shape.Depth.Input)
                                {
                                    var target = to + ((long)at * Shape.InputHeight * Shape.InputWidth);
                                    ColumnsKernel<T>.Add(Shape, from + (z * plane), columns, row, rows, target);
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}
