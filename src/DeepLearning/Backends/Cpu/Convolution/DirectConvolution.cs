using System.Runtime.CompilerServices;

namespace DeepLearning.Backends.Cpu;

/// <summary>
/// Slides a window over images: output[o, y, x] = Σ over channels and taps of weight[o, channel, tap] · source, plus a bias. A product of
/// packed weights with a padded copy of the source, from which one panel of taps at a time is gathered. Depthwise
/// convolutions are the case of one output channel a group.
/// </summary>
internal static unsafe partial class DirectConvolution<T, V, TSimd>
    where T : unmanaged
    where V : struct
    where TSimd : struct, ISimd<T, V>
{
    /// <summary>Multiply-adds that are worth a chunk of their own.</summary>
    private const long ChunkWork = 1 << 19;

    /// <summary>Channels and taps that are gathered at once.</summary>
    private const int MaximumK = 256;

    /// <summary>With fewer images and groups than this, images are split into bands of rows, and their channels into parts.</summary>
    private const int EnoughChunks = 16;

    /// <summary>The most images that are computed as one.</summary>
    private const int MaximumTogether = 8;

    /// <summary>The elements that a copy of several images may have: it should stay in the second-level cache.</summary>
    private const int MaximumCopy = 1 << 17;

    /// <summary>What gathering a vector costs, in multiply-adds of one: each part of the channels gathers for itself.</summary>
    private const int GatherCost = 3;

    [ThreadStatic]
    private static NativeBuffer? t_weights;

    [ThreadStatic]
    private static NativeBuffer? t_copy;

    /// <summary>
    /// Runs over <paramref name="batch"/> images of <paramref name="groups"/> groups. The weight of output o, channel-and-tap p of group g
    /// is at <c>g · outputs · k + o · outputStride + p</c> where channels and taps are contiguous; else at <c>g · groupStride + o ·
    /// outputStride + channel · channelStride + tap</c>. <paramref name="output"/> is the first output, from which the target counts.
    /// </summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void Run(
        int batch, int groups, int outputs, in ConvolutionWindow window, T* source, T* weight, long groupStride, long outputStride,
        long channelStride, T* bias, T* output, in ConvolutionTarget target)
    {
        var packed = t_weights ??= new NativeBuffer();
        Pack(batch, groups, outputs, window, weight, groupStride, outputStride, channelStride, packed);
        Run(batch, groups, outputs, window, source, packed, bias, output, target, default);
    }

    /// <summary>
    /// Runs with weights that <see cref="Pack"/> has packed for the same sizes. A chain, where there is one, goes over the outputs of each
    /// unit while they are in the cache; the target is dense then.
    /// </summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void Run(
        int batch, int groups, int outputs, in ConvolutionWindow window, T* source, NativeBuffer packed, T* bias, T* output,
        in ConvolutionTarget target, in Chain chain)
    {
        var (bands, parts, images) = Split(batch, groups, outputs, window);
        var units = ((batch + images - 1) / images) * groups * window.Depth.Output;
        var weight = packed.Get<T>(0);
        var job = new Job
        {
            Window = window,
            Offsets = (nint*)(weight + WeightCount(groups, outputs, window.K)),
            Capacity = (window.Vertical.Output + bands - 1) / bands,
            Batch = batch,
            Images = images,
            Groups = groups,
            Outputs = outputs,
            Source = source,
            Weight = weight,
            TileRows = TileRows(outputs),
            Bias = bias,
            Output = output,
            Target = target,
            Chain = chain,
            K = window.K,
            Bands = bands,
            Parts = parts,
            Units = units * bands * parts,
        };
        job.Chunks = Math.Min(job.Units, Workers.Chunks(Work(outputs, window) * images * units, ChunkWork));
        Workers.Run(job.Chunks, in job);
    }

    /// <summary>The weights as tiles of output channels, each along all channels and taps; behind them the offsets of the taps.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void Pack(
        int batch, int groups, int outputs, in ConvolutionWindow window, T* weight, long groupStride, long outputStride, long channelStride,
        NativeBuffer to)
    {
        var k = window.K;
        var taps = k / Math.Max(window.Channels, 1);
        var tileRows = TileRows(outputs);
        var tiles = (outputs + tileRows - 1) / tileRows;
        var weights = WeightCount(groups, outputs, k);
        var packed = to.Get<T>(weights + ((long)k * sizeof(nint) / sizeof(T)));
        for (var g = 0; g < groups; g++)
        {
            for (var tile = 0; tile < tiles; tile++)
            {
                var first = tile * tileRows;
                var panel = packed + ((((long)g * tiles) + tile) * tileRows * k);
                var count = Math.Min(tileRows, outputs - first);
                for (var channel = 0; channel < window.Channels; channel++)
                {
                    new StridedPacker<T>(weight + (g * groupStride) + (channel * channelStride), outputStride, 1)
                        .Pack<V, TSimd>(panel + ((long)channel * taps * tileRows), tileRows, first, count, 0, taps);
                }
            }
        }

        var (bands, _, images) = Split(batch, groups, outputs, window);
        window.Offsets((window.Vertical.Output + bands - 1) / bands, images, (nint*)(packed + weights));
    }

    /// <summary>Elements of the packed weights, so that what is behind them is aligned.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static long WeightCount(int groups, int outputs, int k)
    {
        var tileRows = TileRows(outputs);
        return (((long)groups * ((outputs + tileRows - 1) / tileRows) * tileRows * k) + 15) & ~15L;
    }

    /// <summary>Multiply-adds of one plane of one group of one image.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static long Work(int outputs, in ConvolutionWindow window) => outputs * window.K * window.OutputPlane;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int TileRows(int outputs) => outputs == 1 ? 1 : outputs <= 4 ? 4 : TSimd.TileRows;

    /// <summary>
    /// Where there are few images, how each is split so that there is work for several threads: into bands of rows, and the output channels
    /// into parts. Bands leave vectors partly empty and read all weights again, parts gather again.
    /// </summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static (int Bands, int Parts, int Images) Split(int batch, int groups, int outputs, in ConvolutionWindow window)
    {
        var together = Together(batch, groups, outputs, window);
        if (together > 1)
        {
            return (1, 1, together);
        }

        var (units, work) = (batch * groups * window.Depth.Output, Work(outputs, window));
        var (rows, columns) = (window.Vertical.Output, window.Horizontal.Output);
        var tiles = (outputs + TileRows(outputs) - 1) / TileRows(outputs);
        var wanted = units >= EnoughChunks ? 1 : Math.Min(EnoughChunks / Math.Max(units, 1), work / ChunkWork);
        var (best, leastCost) = ((Bands: 1, Parts: 1), long.MaxValue);
        for (var bands = 1; bands <= Math.Clamp(wanted, 1, rows); bands++)
        {
            var parts = (int)Math.Clamp((wanted + bands - 1) / bands, 1, tiles);
            long vectors = 0, panels = 0;
            for (var band = 0; band < bands; band++)
            {
                var height = ((long)rows * (band + 1) / bands) - ((long)rows * band / bands);
                GemmPanels cut = new(checked((int)(height * columns)), TSimd.Count);
                vectors += cut.Vectors;
                panels += cut.Count;
            }

            // Each panel reads all weights. Too few chunks leave a thread without work.
            var cost = ((vectors + panels) * tiles * TSimd.TileRows) + (GatherCost * parts * vectors);
            cost = cost * Math.Max(wanted, bands * parts) / (bands * parts);
            if (cost < leastCost)
            {
                (best, leastCost) = ((bands, parts), cost);
            }
        }

        return (best.Bands, best.Parts, 1);
    }

    /// <summary>
    /// How many images are computed as one: where there are many small ones, each alone would leave vectors and panels partly empty.
    /// </summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static int Together(int batch, int groups, int outputs, in ConvolutionWindow window)
    {
        if (groups > 1 || window.Depth.Output > 1 || TileRows(outputs) == 1)
        {
            return 1;
        }

        var most = Math.Min(batch / EnoughChunks, MaximumTogether);
        most = (int)Math.Min(most, MaximumCopy / Math.Max(window.Size(window.Vertical.Output, 1), 1));
        var (best, leastCost) = (1, double.PositiveInfinity);
        for (var images = 1; images <= most; images++)
        {
            GemmPanels cut = new(checked((int)(images * window.OutputPlane)), TSimd.Count);

            // Each panel reads all weights, which takes as long as the products of a vector. A small gain is not worth a larger copy.
            var cost = (double)(cut.Vectors + cut.Count) / images;
            if (cost < 0.95 * leastCost)
            {
                (best, leastCost) = (images, cost);
            }
        }

        return best;
    }
}
