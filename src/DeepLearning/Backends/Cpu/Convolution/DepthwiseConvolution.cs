using System.Numerics;
using System.Runtime.CompilerServices;

namespace DeepLearning.Backends.Cpu;

/// <summary>
/// A depthwise 3×3 convolution of stride 1: every channel with a filter of its own. Each plane is copied between borders of zeros, and
/// four output rows at a time are computed from the six input rows that they read, so that a vector is loaded twice instead of nine times.
/// </summary>
internal static unsafe class DepthwiseConvolution
{
    /// <summary>Taps of the filter along an axis.</summary>
    public const int Taps = 3;

    /// <summary>Whether this is the way to go, forward and for the gradient of the input.</summary>
    public static bool Fits(in ConvolutionShape shape) =>
        shape.GroupInput == 1 && shape.GroupOutput == 1 && shape.Depth == SpatialAxis.None && IsThree(shape.Height) && IsThree(shape.Width);

    private static bool IsThree(in SpatialAxis axis) => axis is { Kernel: Taps, Stride: 1, Dilation: 1, Padding: <= Taps - 1 };

    /// <summary>output = chain(input ⋆ weight + bias)</summary>
    public static void Forward<T>(in ConvolutionShape shape, T* input, T* weight, T* bias, T* output, in Chain chain)
        where T : unmanaged, INumberBase<T> => Run(new TiledShape(shape, false), input, weight, bias, output, chain);

    /// <summary>The gradient of the input, or a transposed convolution: a convolution with the mirrored weight.</summary>
    public static void InputGradient<T>(in ConvolutionShape shape, T* outputGradient, T* weight, T* bias, T* inputGradient)
        where T : unmanaged, INumberBase<T> => Run(new TiledShape(shape, true), outputGradient, weight, bias, inputGradient, default);

    private static void Run<T>(in TiledShape sizes, T* input, T* weight, T* bias, T* output, in Chain chain)
        where T : unmanaged, INumberBase<T>
    {
        RunWork<T> work = new(sizes, input, weight, bias, output, chain);
        WidestSimd.Run<RunWork<T>, T>(ref work);
    }

    private readonly struct RunWork<T>(TiledShape sizes, T* input, T* weight, T* bias, T* output, Chain chain) : ISimdWork<T>
        where T : unmanaged, INumberBase<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Run<V, TSimd>()
            where V : struct
            where TSimd : struct, ISimd<T, V> => DepthwiseConvolution<T, V, TSimd>.Run(sizes, input, weight, bias, output, chain);
    }
}

/// <summary>The work of <see cref="DepthwiseConvolution"/>, plane by plane.</summary>
internal static unsafe class DepthwiseConvolution<T, V, TSimd>
    where T : unmanaged
    where V : struct
    where TSimd : struct, ISimd<T, V>
{
    /// <summary>Output rows that are computed together: with nine taps and a vector of input they fit 16 registers.</summary>
    private const int Rows = 4;

    /// <summary>Outputs that are worth a chunk of their own: some µs.</summary>
    private const long ChunkOutputs = 1 << 15;

    /// <summary>The most elements of a plane's copy, unless one row has more: it stays in the first-level cache.</summary>
    private const int MaximumCopy = 1 << 12;

    [ThreadStatic]
    private static NativeBuffer? t_copy;

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void Run(in TiledShape sizes, T* input, T* weight, T* bias, T* output, in Chain chain)
    {
        // A row of the copy: zeros, the input, and zeros as far as the last vector of outputs reads.
        var vectors = (sizes.TargetWidth + TSimd.Count - 1) / TSimd.Count;
        var stride = Math.Max((vectors * TSimd.Count) + DepthwiseConvolution.Taps - 1, sizes.PaddingWidth + sizes.Width);
        var rows = Math.Max((MaximumCopy / stride) - DepthwiseConvolution.Taps + 1, Rows) / Rows * Rows;
        var job = new Job
        {
            Sizes = sizes,
            Input = input,
            Weight = weight,
            Bias = bias,
            Output = output,
            Chain = chain,
            Stride = stride,
            Band = Math.Min(rows, (sizes.TargetHeight + Rows - 1) / Rows * Rows),
        };
        var planes = (long)sizes.Batch * sizes.Channels;
        job.Bands = (sizes.TargetHeight + job.Band - 1) / job.Band;
        job.Units = planes * job.Bands;
        job.Chunks = (int)Math.Min(job.Units, Workers.Chunks(planes * sizes.TargetSize, ChunkOutputs));
        Workers.Run(job.Chunks, in job);
    }

    private struct Job : IJob
    {
        public TiledShape Sizes;
        public T* Input;
        public T* Weight;
        public T* Bias;
        public T* Output;
        public Chain Chain;
        public nint Stride;
        public int Band;
        public int Bands;
        public long Units;
        public int Chunks;

        [MethodImpl(MethodImplOptions.NoInlining)]
        public readonly void Execute(int chunk)
        {
            var length = (int)((Band + DepthwiseConvolution.Taps - 1) * Stride);
            var copy = (t_copy ??= new NativeBuffer()).Get<T>(length);

            // The borders beside the rows stay as they are for all planes.
            new Span<T>(copy, length).Clear();
            var end = Units * (chunk + 1) / Chunks;
            for (var unit = Units * chunk / Chunks; unit < end; unit++)
            {
                var (plane, band) = Math.DivRem(unit, Bands);
                Unit(plane, (int)band * Band, copy);
            }
        }

        [MethodImpl(MethodImplOptions.NoInlining)]
        private readonly void Unit(long plane, int top, T* copy)
        {
            const int taps = DepthwiseConvolution.Taps;
            var rows = Math.Min(Band, Sizes.TargetHeight - top);
            Copy(Input + (plane * Sizes.SourceSize), top - Sizes.PaddingHeight, ((rows + Rows - 1) / Rows * Rows) + taps - 1, copy);
            var channel = plane % Sizes.Channels;
            var weight = Weight + (channel * taps * taps);
            var start = (plane * Sizes.TargetSize) + ((long)top * Sizes.TargetWidth);
            Compute(copy, weight, rows, TSimd.Broadcast(Bias == null ? default : Bias[channel]), Output + start);
            if (!Chain.IsEmpty)
            {
                Chain.Run((byte*)Output, start, (long)rows * Sizes.TargetWidth);
            }
        }

        /// <summary>The input rows from one on, or zeros, between the borders.</summary>
        [MethodImpl(MethodImplOptions.NoInlining)]
        private readonly void Copy(T* source, int row, int rows, T* copy)
        {
            var (width, padding) = (Sizes.Width, Sizes.PaddingWidth);
            for (var end = row + rows; row < end; row++, copy += Stride)
            {
                if (row < 0 || row >= Sizes.Height)
                {
                    new Span<T>(copy + padding, width).Clear();
                    continue;
                }

                var from = source + ((long)row * width);
                var to = copy + padding;
                var x = 0;
                for (; x + TSimd.Count <= width; x += TSimd.Count)
                {
                    TSimd.Store(to + x, TSimd.Load(from + x));
                }

                if (x < width)
                {
                    TSimd.StorePartial(to + x, TSimd.LoadPartial(from + x, width - x), width - x);
                }
            }
        }

        /// <summary>Output rows, four at a time. Each output is one chain of multiply-adds in the order of the taps.</summary>
        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        private readonly void Compute(T* copy, T* weight, int rows, V added, T* output)
        {
            nint stride = Stride, width = Sizes.TargetWidth;
            nint step = Sizes.Mirrored ? -1 : 1;
            weight += Sizes.Mirrored ? 8 : 0;
            V w0 = TSimd.Broadcast(*weight), w1 = TSimd.Broadcast(weight[step]), w2 = TSimd.Broadcast(weight[2 * step]);
            V w3 = TSimd.Broadcast(weight[3 * step]), w4 = TSimd.Broadcast(weight[4 * step]), w5 = TSimd.Broadcast(weight[5 * step]);
            V w6 = TSimd.Broadcast(weight[6 * step]), w7 = TSimd.Broadcast(weight[7 * step]), w8 = TSimd.Broadcast(weight[8 * step]);
            for (; rows > 0; rows -= Rows)
            {
                for (nint x = 0; x < width; x += TSimd.Count)
                {
                    var at = copy + x;
                    V y0 = TSimd.Zero, y1 = TSimd.Zero, y2 = TSimd.Zero, y3 = TSimd.Zero;
                    var d = TSimd.Load(at);
                    y0 = TSimd.MultiplyAdd(w0, d, y0);
                    d = TSimd.Load(at + 1);
                    y0 = TSimd.MultiplyAdd(w1, d, y0);
                    d = TSimd.Load(at + 2);
                    y0 = TSimd.MultiplyAdd(w2, d, y0);
                    at += stride;
                    d = TSimd.Load(at);
                    y0 = TSimd.MultiplyAdd(w3, d, y0);
                    y1 = TSimd.MultiplyAdd(w0, d, y1);
                    d = TSimd.Load(at + 1);
                    y0 = TSimd.MultiplyAdd(w4, d, y0);
                    y1 = TSimd.MultiplyAdd(w1, d, y1);
                    d = TSimd.Load(at + 2);
                    y0 = TSimd.MultiplyAdd(w5, d, y0);
                    y1 = TSimd.MultiplyAdd(w2, d, y1);
                    at += stride;
                    d = TSimd.Load(at);
                    y0 = TSimd.MultiplyAdd(w6, d, y0);
                    y1 = TSimd.MultiplyAdd(w3, d, y1);
                    y2 = TSimd.MultiplyAdd(w0, d, y2);
                    d = TSimd.Load(at + 1);
                    y0 = TSimd.MultiplyAdd(w7, d, y0);
                    y1 = TSimd.MultiplyAdd(w4, d, y1);
                    y2 = TSimd.MultiplyAdd(w1, d, y2);
                    d = TSimd.Load(at + 2);
                    y0 = TSimd.MultiplyAdd(w8, d, y0);
                    y1 = TSimd.MultiplyAdd(w5, d, y1);
                    y2 = TSimd.MultiplyAdd(w2, d, y2);
                    at += stride;
                    d = TSimd.Load(at);
                    y1 = TSimd.MultiplyAdd(w6, d, y1);
                    y2 = TSimd.MultiplyAdd(w3, d, y2);
                    y3 = TSimd.MultiplyAdd(w0, d, y3);
                    d = TSimd.Load(at + 1);
                    y1 = TSimd.MultiplyAdd(w7, d, y1);
                    y2 = TSimd.MultiplyAdd(w4, d, y2);
                    y3 = TSimd.MultiplyAdd(w1, d, y3);
                    d = TSimd.Load(at + 2);
                    y1 = TSimd.MultiplyAdd(w8, d, y1);
                    y2 = TSimd.MultiplyAdd(w5, d, y2);
                    y3 = TSimd.MultiplyAdd(w2, d, y3);
                    at += stride;
                    d = TSimd.Load(at);
                    y2 = TSimd.MultiplyAdd(w6, d, y2);
                    y3 = TSimd.MultiplyAdd(w3, d, y3);
                    d = TSimd.Load(at + 1);
                    y2 = TSimd.MultiplyAdd(w7, d, y2);
                    y3 = TSimd.MultiplyAdd(w4, d, y3);
                    d = TSimd.Load(at + 2);
                    y2 = TSimd.MultiplyAdd(w8, d, y2);
                    y3 = TSimd.MultiplyAdd(w5, d, y3);
                    at += stride;
                    y3 = TSimd.MultiplyAdd(w6, TSimd.Load(at), y3);
                    y3 = TSimd.MultiplyAdd(w7, TSimd.Load(at + 1), y3);
                    y3 = TSimd.MultiplyAdd(w8, TSimd.Load(at + 2), y3);
                    var to = output + x;
                    var count = (int)Math.Min(TSimd.Count, width - x);
                    Store(to, TSimd.Add(y0, added), count);
                    if (rows > 1)
                    {
                        Store(to + width, TSimd.Add(y1, added), count);
                    }

                    if (rows > 2)
                    {
                        Store(to + (2 * width), TSimd.Add(y2, added), count);
                    }

                    if (rows > 3)
                    {
                        Store(to + (3 * width), TSimd.Add(y3, added), count);
                    }
                }

                copy += Rows * stride;
                output += Rows * width;
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static void Store(T* to, V value, int count)
        {
            if (count == TSimd.Count)
            {
                TSimd.Store(to, value);
            }
            else
            {
                TSimd.StorePartial(to, value, count);
            }
        }
    }
}
