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

    /// <summary>Overwrites <paramref name="inputGradient"/>; a bias, where there is one, is added to each of its channels.</summary>
    public static void Run(in ConvolutionShape shape, T* outputGradient, T* weight, T* bias, T* inputGradient)
    {
        var units = shape.Batch * shape.Groups;
        var job = new Job
        {
            Shape = shape,
            OutputGradient = outputGradient,
            Weight = weight,
            Bias = bias,
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
        public T* Bias;
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
            var (group, size) = (unit % Shape.Groups, Shape.InputSize);
            var weight = Weight + ((long)group * Shape.GroupOutput * k);
            var gradient = OutputGradient + ((long)unit * Shape.GroupOutput * Shape.OutputSize);
            var input = InputGradient + (unit * Shape.GroupInput * size);
            for (var channel = 0; channel < Shape.GroupInput; channel++)
            {
                var first = Bias == null ? T.Zero : Bias[(group * Shape.GroupInput) + channel];
                new Span<T>(input + (channel * size), (int)size).Fill(first);
            }

            var band = (int)Math.Clamp(MaximumShares / Math.Max((long)k * width, 1), 1, Math.Max(height, 1));
            var shares = (t_shares ??= new NativeBuffer()).Get<T>((long)k * band * width);
            for (var slice = 0; slice < Shape.Depth.Output; slice++)
            {
                for (var row = 0; row < height; row += band)
                {
                    var rows = Math.Min(band, height - row);
                    var columns = rows * width;
                    Gemm.Run(
                        k, columns, Shape.GroupOutput, weight, 1, k, gradient + ((((long)slice * height) + row) * width), Shape.OutputSize,
                        1, shares, columns);
                    for (var line = 0; line < k; line++)
                    {
                        var (channel, tap) = Math.DivRem(line, Shape.Taps);
                        var (kz, inPlane) = Math.DivRem(tap, Shape.KernelHeight * Shape.KernelWidth);
                        var at = (slice * Shape.Depth.Stride) + (kz * Shape.Depth.Dilation) - Shape.Depth.Padding;
                        if (at >= 0 && at < Shape.Depth.Input)
                        {
                            var plane = input + (channel * size) + ((long)at * Shape.InputHeight * Shape.InputWidth);
                            ColumnsKernel<T>.Add(Shape, shares + ((long)line * columns), inPlane, row, rows, plane);
                        }
                    }
                }
            }
        }
    }
}
