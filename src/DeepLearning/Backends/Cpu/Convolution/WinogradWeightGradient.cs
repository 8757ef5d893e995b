using System.Numerics;
using System.Runtime.CompilerServices;

namespace DeepLearning.Backends.Cpu;

/// <summary>
/// The weight gradient of <see cref="Winograd"/>, the same algorithm transposed: products of matrices at every place, [channels, tiles] ×
/// [tiles, outputs], of transformed inputs and transformed gradients, whose sums are transformed to gradients of the taps.
/// </summary>
internal static unsafe class WinogradWeightGradient<T, V, TSimd>
    where T : unmanaged, INumberBase<T>
    where V : struct
    where TSimd : struct, ISimd<T, V>
{
    /// <summary>Multiply-adds of the products that are worth a chunk of their own.</summary>
    private const long ChunkWork = 1 << 18;

    /// <summary>The most chunks: each has its own sums, which are added up in order.</summary>
    private const int MaximumChunks = 16;

    /// <summary>The most elements of all chunks' sums together.</summary>
    private const long MaximumSums = 1 << 22;

    /// <summary>With fewer chunks than this, outputs are split into parts, each of which transforms all inputs.</summary>
    private const int EnoughChunks = 4;

    /// <summary>Elements of a block, transformed inputs and gradients together, for half of a second-level cache.</summary>
    private const int BlockElements = 1 << 17;

    /// <summary>The tiles of a block, however many channels there are: it reads and writes all sums.</summary>
    private const int FewestTiles = 64;

    /// <summary>Filters whose sums are worth a chunk of their own.</summary>
    private const int ChunkFilters = 1 << 9;

    /// <summary>Rows of the products' tiles.</summary>
    private const int TileRows = 8;

    [ThreadStatic]
    private static NativeBuffer? t_sums;

    [ThreadStatic]
    private static NativeBuffer? t_buffer;

    /// <summary>Overwrites the gradient of the weight.</summary>
    /// <returns>Whether it is finite.</returns>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static bool Run(in TiledShape sizes, T* input, T* gradient, T* weight)
    {
        var most = Math.Max(BlockElements / (sizes.Places * (sizes.PhaseChannels + sizes.OutputChannels)), FewestTiles);
        WinogradBlocks blocks = new(sizes, most);
        var work = sizes.Batch * (long)sizes.TilesDown * sizes.TilesAcross * sizes.Places * sizes.PhaseChannels * sizes.OutputChannels;
        GemmPanels panels = new(sizes.OutputChannels, TSimd.Count);
        var rows = (sizes.PhaseChannels + TileRows - 1) / TileRows * TileRows;
        var placeStride = WinogradFilters<T, V, TSimd>.Spread((nint)rows * panels.Vectors * TSimd.Count);
        var filters = (long)sizes.PhaseChannels * sizes.OutputChannels * sizes.Places;
        var chunks = (int)Math.Clamp(
            Math.Min(Workers.Chunks(work, ChunkWork), MaximumSums / filters), 1, Math.Min(MaximumChunks, blocks.Count));
        var parts = Math.Clamp(Math.Min(EnoughChunks / chunks, Workers.Chunks(work, ChunkWork)), 1, panels.Count);
        var sums = (t_sums ??= new NativeBuffer()).Get<T>(chunks * sizes.Places * placeStride);
        SumJob job = new()
        {
            Sizes = sizes,
            Blocks = blocks,
            Panels = panels,
            Input = input,
            Gradient = gradient,
            Sums = sums,
            PlaceStride = placeStride,
            Chunks = chunks,
            Parts = parts,
        };
        Workers.Run(chunks * parts, in job);
        var notFinite = 0;
        FilterJob filter = new()
        {
            Sizes = sizes,
            Sums = sums,
            Weight = weight,
            PlaceStride = placeStride,
            Vectors = panels.Vectors,
            Parts = chunks,
            NotFinite = &notFinite,
            Chunks = Math.Min(
                panels.Vectors * sizes.Channels, Workers.Chunks((long)sizes.Channels * sizes.OutputChannels, ChunkFilters)),
        };
        Workers.Run(filter.Chunks, in filter);
        return notFinite == 0;
    }

    /// <summary>The sums of some blocks of tiles, one after the other.</summary>
    private struct SumJob : IJob
    {
        public TiledShape Sizes;
        public WinogradBlocks Blocks;
        public GemmPanels Panels;
        public T* Input;
        public T* Gradient;
        public T* Sums;
        public nint PlaceStride;
        public int Chunks;
        public int Parts;

        [MethodImpl(MethodImplOptions.NoInlining)]
        public readonly void Execute(int chunk)
        {
            (chunk, var part) = Math.DivRem(chunk, Parts);
            var first = (int)((long)Panels.Count * part / Parts);
            var last = (int)((long)Panels.Count * (part + 1) / Parts);
            var begin = (int)((long)Blocks.Count * chunk / Chunks);
            var end = (int)((long)Blocks.Count * (chunk + 1) / Chunks);
            var sums = Sums + (chunk * Sizes.Places * PlaceStride);
            for (var block = begin; block < end; block++)
            {
                Block(Blocks[block], first, last, sums, block > begin);
            }
        }

        [MethodImpl(MethodImplOptions.NoInlining)]
        private readonly void Block(in WinogradBlock tiles, int firstPanel, int endPanel, T* sums, bool accumulate)
        {
            const int lanes = Winograd.Lanes;
            var firstOutput = Panels.Start(firstPanel) * TSimd.Count;
            var outputs = (Panels.Start(endPanel) * TSimd.Count) - firstOutput;
            var channelWidth = (Sizes.PhaseChannels + lanes - 1) / lanes * lanes;
            var inputStride = WinogradFilters<T, V, TSimd>.Spread((nint)tiles.Count * channelWidth);
            var gradientStride = WinogradFilters<T, V, TSimd>.Spread((nint)tiles.Count * outputs);
            var rowStride = WinogradInputs<T, V, TSimd>.RowStride(Sizes, tiles);
            var inputs = (t_buffer ??= new NativeBuffer()).Get<T>(
                (Sizes.Places * (inputStride + gradientStride)) + (2 * Sizes.Points * rowStride));
            var gradients = inputs + (Sizes.Places * inputStride);
            var rows = gradients + (Sizes.Places * gradientStride);
            WinogradInputs<T, V, TSimd>.Transform(Sizes, tiles, Input, inputs, inputStride, channelWidth, rows, rowStride);
            TransformGradients(tiles, firstOutput, outputs, gradients, gradientStride, rows, rowStride);
            for (var place = 0; place < Sizes.Places; place++)
            {
                var to = sums + (place * PlaceStride) + firstOutput;
                for (var panel = firstPanel; panel < endPanel; panel++)
                {
                    var column = (Panels.Start(panel) * TSimd.Count) - firstOutput;
                    var a = inputs + (place * inputStride);
                    var b = gradients + (place * gradientStride) + column;
                    switch (Panels.Start(panel + 1) - Panels.Start(panel))
                    {
                        case 1:
                            Multiply<GemmRow1<T, V, TSimd>>(tiles.Count, a, channelWidth, b, outputs, to + column, accumulate);
                            break;
                        case 2:
                            Multiply<GemmRow2<T, V, TSimd>>(tiles.Count, a, channelWidth, b, outputs, to + column, accumulate);
                            break;
                        default:
                            Multiply<GemmRow3<T, V, TSimd>>(tiles.Count, a, channelWidth, b, outputs, to + column, accumulate);
                            break;
                    }
                }
            }
        }

        [MethodImpl(MethodImplOptions.NoInlining)]
        private readonly void Multiply<TRow>(int tiles, T* a, nint aStride, T* b, nint bStride, T* sums, bool accumulate)
            where TRow : struct, IGemmRow<TRow, T, V>
        {
            const int few = TileRows / 2;
            nint stride = Panels.Vectors * TSimd.Count;
            for (var channel = 0; channel < Sizes.PhaseChannels;)
            {
                var count = Sizes.PhaseChannels - channel;
                var to = sums + (channel * stride);
                if (TSimd.TileRows == TileRows && count > few)
                {
                    GemmTile<T, V, TSimd, TRow>.Direct8(
                        tiles, a + channel, 1, aStride, Math.Min(count, TileRows), b, bStride, to, stride, accumulate);
                    channel += TileRows;
                }
                else
                {
                    GemmTile<T, V, TSimd, TRow>.Direct4(
                        tiles, a + channel, 1, aStride, Math.Min(count, few), b, bStride, to, stride, accumulate);
                    channel += few;
                }
            }
        }

        /// <summary>The gradients of every row of tiles, channels side by side, then A along both axes.</summary>
        [MethodImpl(MethodImplOptions.NoInlining)]
        private readonly void TransformGradients(
            in WinogradBlock tiles, int firstOutput, int outputs, T* gradients, nint placeStride, T* rows, nint rowStride)
        {
            const int lanes = Winograd.Lanes;
            var size = Sizes.TileOutputs;
            var left = tiles.FirstColumn * size;
            var columns = tiles.Columns * size;
            var existing = Math.Min(columns, Sizes.TargetWidth - left);
            for (var line = 0; line < tiles.Images * tiles.Rows; line++)
            {
                var (image, row) = Math.DivRem(line, tiles.Rows);
                var top = (tiles.FirstRow + row) * size;
                for (var output = 0; output < outputs; output += lanes)
                {
                    var channel = firstOutput + output;
                    var count = Math.Min(Math.Min(lanes, outputs - output), Sizes.OutputChannels - channel);
                    var source = Gradient + ((((long)(tiles.FirstImage + image) * Sizes.OutputChannels) + channel) * Sizes.TargetSize)
                        + ((long)top * Sizes.TargetWidth) + left;
                    for (var r = 0; r < size; r++, source += Sizes.TargetWidth)
                    {
                        var to = rows + (r * rowStride);
                        if (top + r >= Sizes.TargetHeight || count < lanes)
                        {
                            new Span<T>(to, columns * lanes).Clear();
                        }
                        else
                        {
                            new Span<T>(to + (existing * lanes), (columns - existing) * lanes).Clear();
                        }

                        if (top + r < Sizes.TargetHeight)
                        {
                            TransposeBlock.Run(source, Sizes.TargetSize, count, existing, to, lanes);
                        }
                    }

                    WinogradTransform<T, V, TSimd>.GradientColumns(rows, rowStride, Sizes.Points, size, columns * lanes);
                    WinogradTransform<T, V, TSimd>.GradientRows(
                        rows, rowStride, Sizes.Points, tiles.Columns, size, Math.Min(lanes, outputs - output),
                        gradients + ((nint)line * tiles.Columns * outputs) + output, placeStride, outputs);
                }
            }
        }
    }

    /// <summary>The chunks' sums added up, and transformed to gradients of the taps.</summary>
    private struct FilterJob : IJob
    {
        public TiledShape Sizes;
        public T* Sums;
        public T* Weight;
        public nint PlaceStride;
        public int Vectors;
        public int Parts;
        public int* NotFinite;
        public int Chunks;

        [SkipLocalsInit]
        [MethodImpl(MethodImplOptions.NoInlining)]
        public readonly void Execute(int chunk)
        {
            var (taps, stride) = (Sizes.Kernel * Sizes.Kernel, Sizes.SourceStride);
            var filter = stackalloc T[taps * TSimd.Count];
            var (count, all) = (Vectors * Sizes.Channels, true);
            var end = (int)((long)count * (chunk + 1) / Chunks);
            for (var i = (int)((long)count * chunk / Chunks); i < end; i++)
            {
                var (channel, vector) = Math.DivRem(i, Vectors);
                var output = vector * TSimd.Count;
                for (var phase = 0; phase < stride * stride; phase++)
                {
                    var (y, x) = Math.DivRem(phase, stride);
                    var from = Sums + ((((nint)TiledShape.Phase(Sizes.Channels, stride, channel, y, x) * Vectors) + vector) * TSimd.Count);
                    all &= WinogradTransform<T, V, TSimd>.FilterGradient(
                        from, PlaceStride, Parts, Sizes.Places * PlaceStride, Sizes.Taps,
                        filter + (((y * Sizes.Kernel) + x) * TSimd.Count), Sizes.Kernel * stride * TSimd.Count, stride * TSimd.Count);
                }

                TransposeBlock.Run(
                    filter, TSimd.Count, taps, Math.Min(TSimd.Count, Sizes.OutputChannels - output),
                    Weight + ((((long)output * Sizes.Channels) + channel) * taps), (long)Sizes.Channels * taps);
            }

            if (!all)
            {
                *NotFinite = 1;
            }
        }
    }
}
