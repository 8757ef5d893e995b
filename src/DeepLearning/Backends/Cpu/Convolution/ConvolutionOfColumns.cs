using System.Numerics;
using System.Runtime.CompilerServices;

namespace DeepLearning.Backends.Cpu;

/// <summary>
/// A convolution as a product of the weight with the windows as columns. Where few inputs meet in an output and a stride leaves few outputs
/// in a row, as in the first layer of many networks, it is faster than <see cref="DirectConvolution{T, V, TSimd}"/>, whose results have
/// to be moved to their short rows.
/// </summary>
internal static unsafe class ConvolutionOfColumns<T>
    where T : unmanaged, INumberBase<T>
{
    /// <summary>Multiply-adds that are worth a chunk of their own.</summary>
    private const long ChunkWork = 1 << 19;

    /// <summary>Channels and taps up to which columns are worth while.</summary>
    private const int MaximumK = 64;

    /// <summary>The most elements of columns: they stay in the second-level cache.</summary>
    private const int MaximumColumns = 1 << 16;

    /// <summary>The fewest images and groups: this does not split an image.</summary>
    private const int EnoughUnits = 16;

    [ThreadStatic]
    private static NativeBuffer? t_columns;

    /// <summary>Whether this is the way to go.</summary>
    public static bool Fits(in ConvolutionShape shape)
    {
        var k = (long)shape.GroupInput * shape.Taps;
        return shape.Depth == SpatialAxis.None && (shape.StrideHeight > 1 || shape.StrideWidth > 1) && shape.GroupOutput > 1
            && k <= MaximumK && k * shape.OutputSize <= MaximumColumns && (long)shape.Batch * shape.Groups >= EnoughUnits;
    }

    public static void Run(in ConvolutionShape shape, T* input, T* weight, T* bias, T* output)
    {
        var units = shape.Batch * shape.Groups;
        var job = new Job
        {
            Shape = shape,
            Input = input,
            Weight = weight,
            Bias = bias,
            Output = output,
            Units = units,
            Chunks = Math.Min(units, Workers.Chunks(shape.Work, ChunkWork)),
        };
        Workers.Run(job.Chunks, in job);
    }

    private struct Job : IJob
    {
        public ConvolutionShape Shape;
        public T* Input;
        public T* Weight;
        public T* Bias;
        public T* Output;
        public int Units;
        public int Chunks;

        [MethodImpl(MethodImplOptions.NoInlining)]
        public readonly void Execute(int chunk)
        {
            var k = Shape.GroupInput * Shape.Taps;
            var positions = (int)Shape.OutputSize;
            var columns = (t_columns ??= new NativeBuffer()).Get<T>((long)k * positions);
            var end = (int)((long)Units * (chunk + 1) / Chunks);
            for (var unit = (int)((long)Units * chunk / Chunks); unit < end; unit++)
            {
                var image = Input + (unit * Shape.GroupInput * Shape.InputSize);
                for (var line = 0; line < k; line++)
                {
                    var (channel, tap) = Math.DivRem(line, Shape.Taps);
                    ColumnsKernel<T>.Take(Shape, image + (channel * Shape.InputSize), tap, columns + ((long)line * positions));
                }

                var first = unit % Shape.Groups * Shape.GroupOutput;
                Gemm.Run(
                    Shape.GroupOutput, positions, k, Weight + ((long)first * k), k, 1, columns, positions, 1,
                    Output + ((long)unit * Shape.GroupOutput * positions), positions, false, null, Bias == null ? null : Bias + first);
            }
        }
    }
}
