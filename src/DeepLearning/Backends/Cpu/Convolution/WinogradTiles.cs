using System.Numerics;
using System.Runtime.CompilerServices;

namespace DeepLearning.Backends.Cpu;

/// <summary>
/// The work of <see cref="Winograd"/>: blocks of tiles, whose inputs are transformed channels side by side, multiplied by the filters at
/// each of the places and transformed back, all while they are in the second-level cache. Sums over channels go as in
/// <see cref="DirectConvolution{T, V, TSimd}"/> by stretches of <see cref="MaximumK"/>, one chain of multiply-adds each.
/// </summary>
internal static unsafe class WinogradTiles<T, V, TSimd>
    where T : unmanaged, INumberBase<T>
    where V : struct
    where TSimd : struct, ISimd<T, V>
{
    /// <summary>Multiply-adds of the products that are worth a chunk of their own.</summary>
    private const long ChunkWork = 1 << 17;

    /// <summary>Channels that are summed at once.</summary>
    private const int MaximumK = 256;

    /// <summary>Where there are fewer blocks than this, they are made smaller, and outputs are split into parts.</summary>
    private const int EnoughUnits = 16;

    /// <summary>Elements of a block, transformed inputs and outputs together, for half of a second-level cache.</summary>
    private const int BlockElements = 1 << 17;

    /// <summary>Rows of the products' tiles.</summary>
    private const int TileRows = 8;

    /// <summary>The tiles that a block has at least, however many channels there are: it reads all filters.</summary>
    private const int FewestTiles = 32;

    /// <summary>
    /// Channels that are written at once: where planes lie a power of two apart, rows of more would not fit a set of the first-level cache.
    /// </summary>
    private const int WrittenChannels = 8;

    [ThreadStatic]
    private static NativeBuffer? t_buffer;

    /// <summary>Computes all images; the result lists those of which an output is not finite.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static List<int>? Run(in TiledShape sizes, T* input, NativeBuffer filters, T* bias, T* output, in Chain chain)
    {
        var tiles = (long)sizes.TilesDown * sizes.TilesAcross;
        var work = sizes.Batch * tiles * sizes.Places * sizes.PhaseChannels * sizes.PhaseOutputs;
        var wanted = (int)Math.Clamp(work / ChunkWork, 1, EnoughUnits);

        // Tiles of a block: as many as the cache holds, fewer where there would not be blocks enough.
        var most = Math.Max(BlockElements / (sizes.Places * (sizes.PhaseChannels + sizes.PhaseOutputs)), FewestTiles);
        most = (int)Math.Clamp(sizes.Batch * tiles / wanted, TileRows, most);
        GemmPanels panels = new(sizes.PhaseOutputs, TSimd.Count);
        var flags = stackalloc byte[sizes.Batch <= MaximumK ? sizes.Batch : 0];
        byte[]? many = sizes.Batch <= MaximumK ? null : new byte[sizes.Batch];
        fixed (byte* p = many)
        {
            var job = new Job
            {
                Sizes = sizes,
                Panels = panels,
                Input = input,
                Filters = filters.Get<T>(0),
                Bias = bias,
                Output = output,
                Chain = chain,
                NotFinite = many is null ? flags : p,
                Blocks = new WinogradBlocks(sizes, most),
            };
            new Span<byte>(job.NotFinite, sizes.Batch).Clear();

            // Results of phases stand beside each other, so that all are written together.
            job.Parts = sizes.TargetStride > 1 ? 1 : Math.Clamp((wanted + job.Blocks.Count - 1) / job.Blocks.Count, 1, panels.Count);
            job.Units = job.Blocks.Count * job.Parts;
            job.Chunks = Math.Min(job.Units, Workers.Chunks(work, ChunkWork));
            Workers.Run(job.Chunks, in job);
            List<int>? list = null;
            for (var image = 0; image < sizes.Batch; image++)
            {
                if (job.NotFinite[image] != 0)
                {
                    (list ??= []).Add(image);
                }
            }

            return list;
        }
    }

    private struct Job : IJob
    {
        public TiledShape Sizes;
        public GemmPanels Panels;
        public T* Input;
        public T* Filters;
        public T* Bias;
        public T* Output;
        public Chain Chain;
        public byte* NotFinite;
        public WinogradBlocks Blocks;
        public int Parts;
        public int Units;
        public int Chunks;

        [MethodImpl(MethodImplOptions.NoInlining)]
        public readonly void Execute(int chunk)
        {
            var end = (int)((long)Units * (chunk + 1) / Chunks);
            for (var unit = (int)((long)Units * chunk / Chunks); unit < end; unit++)
            {
                var (block, part) = Math.DivRem(unit, Parts);
                Unit(Blocks[block], (int)((long)Panels.Count * part / Parts), (int)((long)Panels.Count * (part + 1) / Parts));
            }
        }

        [MethodImpl(MethodImplOptions.NoInlining)]
        private readonly void Unit(in WinogradBlock tiles, int firstPanel, int endPanel)
        {
            const int lanes = Winograd.Lanes;
            var firstOutput = Panels.Start(firstPanel) * TSimd.Count;
            var outputs = (Panels.Start(endPanel) * TSimd.Count) - firstOutput;
            var tileRows = (tiles.Count + TileRows - 1) / TileRows * TileRows;
            var channelWidth = (Sizes.PhaseChannels + lanes - 1) / lanes * lanes;
            var inputStride = WinogradFilters<T, V, TSimd>.Spread((nint)tileRows * channelWidth);
            var outputStride = WinogradFilters<T, V, TSimd>.Spread((nint)tileRows * outputs);
            var rowStride = WinogradInputs<T, V, TSimd>.RowStride(Sizes, tiles);
            var biasWidth = (outputs + lanes - 1) / lanes * lanes;
            var buffer = (t_buffer ??= new NativeBuffer()).Get<T>(
                (Sizes.Places * (inputStride + outputStride)) + (2 * Sizes.Points * rowStride) + biasWidth);
            var inputs = buffer;
            var products = inputs + (Sizes.Places * inputStride);
            var rows = products + (Sizes.Places * outputStride);
            var bias = rows + (2 * Sizes.Points * rowStride);
            for (var i = 0; i < biasWidth; i++)
            {
                bias[i] = Bias != null && firstOutput + i < Sizes.OutputChannels ? Bias[firstOutput + i] : default;
            }

            WinogradInputs<T, V, TSimd>.Transform(Sizes, tiles, Input, inputs, inputStride, channelWidth, rows, rowStride);
            for (var place = 0; place < Sizes.Places; place++)
            {
                Multiply(
                    tiles.Count, firstPanel, endPanel, inputs + (place * inputStride), channelWidth,
                    Filters + (place * WinogradFilters<T, V, TSimd>.PlaceStride(Sizes)), products + (place * outputStride), outputs);
            }

            TransformOutputs(tiles, products, outputStride, outputs, firstOutput, rows, rowStride, bias);
            if (!Chain.IsEmpty)
            {
                RunChain(tiles, firstOutput, Math.Min(outputs, Sizes.OutputChannels - firstOutput));
            }
        }

        /// <summary>One place's product: [tiles, channels] × [channels, outputs of some panels].</summary>
        [MethodImpl(MethodImplOptions.NoInlining)]
        private readonly void Multiply(
            int tiles, int firstPanel, int endPanel, T* inputs, nint inputStride, T* filters, T* products, nint outputStride)
        {
            for (var panel = firstPanel; panel < endPanel; panel++)
            {
                var first = Panels.Start(panel);
                var to = products + ((first - Panels.Start(firstPanel)) * TSimd.Count);
                var filter = filters + ((nint)first * TSimd.Count * Sizes.PhaseChannels);
                switch (Panels.Start(panel + 1) - first)
                {
                    case 1:
                        Multiply<GemmRow1<T, V, TSimd>>(tiles, inputs, inputStride, filter, to, outputStride);
                        break;
                    case 2:
                        Multiply<GemmRow2<T, V, TSimd>>(tiles, inputs, inputStride, filter, to, outputStride);
                        break;
                    default:
                        Multiply<GemmRow3<T, V, TSimd>>(tiles, inputs, inputStride, filter, to, outputStride);
                        break;
                }
            }
        }

        [MethodImpl(MethodImplOptions.NoInlining)]
        private readonly void Multiply<TRow>(int tiles, T* inputs, nint inputStride, T* filter, T* products, nint outputStride)
            where TRow : struct, IGemmRow<TRow, T, V>
        {
            const int few = TileRows / 2;
            for (var k0 = 0; k0 < Sizes.PhaseChannels; k0 += MaximumK)
            {
                var k = Math.Min(MaximumK, Sizes.PhaseChannels - k0);
                var b = filter + ((nint)k0 * TRow.Vectors * TSimd.Count);
                for (var tile = 0; tile < tiles;)
                {
                    var count = tiles - tile;
                    var a = inputs + (tile * inputStride) + k0;
                    var c = products + (tile * outputStride);
                    if (TSimd.TileRows == TileRows && count > few)
                    {
                        GemmTile<T, V, TSimd, TRow>.Direct8(
                            k, a, inputStride, 1, Math.Min(count, TileRows), b, TRow.Vectors * TSimd.Count, c, outputStride, k0 > 0);
                        tile += TileRows;
                    }
                    else
                    {
                        GemmTile<T, V, TSimd, TRow>.Direct4(
                            k, a, inputStride, 1, Math.Min(count, few), b, TRow.Vectors * TSimd.Count, c, outputStride, k0 > 0);
                        tile += few;
                    }
                }
            }
        }

        /// <summary>Aᵀ along both axes, then every row of outputs to its place, channel by channel.</summary>
        [MethodImpl(MethodImplOptions.NoInlining)]
        private readonly void TransformOutputs(
            in WinogradBlock tiles, T* products, nint placeStride, int outputs, int firstOutput, T* rows, nint rowStride, T* bias)
        {
            const int lanes = Winograd.Lanes;
            var (points, size, stride) = (Sizes.Points, Sizes.TileOutputs, Sizes.TargetStride);
            var first = tiles.FirstColumn * size;
            var columns = Math.Min(tiles.Columns * size, Sizes.GridWidth - first);
            var left = (first * stride) - Sizes.OffsetWidth;
            for (var line = 0; line < tiles.Images * tiles.Rows; line++)
            {
                var (image, row) = Math.DivRem(line, tiles.Rows);
                image += tiles.FirstImage;
                var from = products + ((nint)line * tiles.Columns * outputs);

                // The phases of a row, channels side by side, stand between each other's results.
                for (var output = 0; output < outputs; output += stride * lanes)
                {
                    var (phase, block) = Math.DivRem(output / stride, stride > 1 ? Sizes.OutputChannels : outputs);
                    var width = Math.Min(lanes, outputs - output);
                    for (var x = 0; x < stride; x++)
                    {
                        WinogradTransform<T, V, TSimd>.OutputRows(
                            from + output + (x * lanes), placeStride, outputs, points, tiles.Columns, size, width, rows + (x * lanes),
                            rowStride, stride * lanes);
                    }

                    if (!WinogradTransform<T, V, TSimd>.OutputColumns(
                        rows, rowStride, points, columns * stride, size, width, bias + block))
                    {
                        NotFinite[image] = 1;
                    }

                    var top = ((tiles.FirstRow + row) * size * stride) + phase - Sizes.OffsetHeight;
                    Write(image, firstOutput + block, width, top, left, columns * stride, rows, rowStride);
                }
            }
        }

        /// <summary>Rows of results of some channels to the image, as far as they lie in it.</summary>
        [MethodImpl(MethodImplOptions.NoInlining)]
        private readonly void Write(int image, int channel, int width, int top, int left, int columns, T* rows, nint rowStride)
        {
            const int lanes = Winograd.Lanes;
            var count = Math.Min(width, Sizes.OutputChannels - channel);
            var (begin, end) = (Math.Max(-left, 0), Math.Min(columns, Sizes.TargetWidth - left));
            var to = Output + ((((long)image * Sizes.OutputChannels) + channel) * Sizes.TargetSize) + left + begin;
            for (var r = 0; r < Sizes.TileOutputs; r++, top += Sizes.TargetStride, rows += rowStride)
            {
                if (top < 0 || top >= Sizes.TargetHeight)
                {
                    continue;
                }

                for (var first = 0; first < count; first += WrittenChannels)
                {
                    TransposeBlock.Run(
                        rows + (begin * lanes) + first, lanes, end - begin, Math.Min(WrittenChannels, count - first),
                        to + ((long)top * Sizes.TargetWidth) + (first * Sizes.TargetSize), Sizes.TargetSize);
                }
            }
        }

        /// <summary>Runs the chain over what was computed, as far as it lies together.</summary>
        [MethodImpl(MethodImplOptions.NoInlining)]
        private readonly void RunChain(in WinogradBlock tiles, int firstOutput, int outputs)
        {
            var (top, left) = (tiles.FirstRow * Sizes.TileOutputs, tiles.FirstColumn * Sizes.TileOutputs);
            var height = Math.Min(tiles.Rows * Sizes.TileOutputs, Sizes.TargetHeight - top);
            var width = Math.Min(tiles.Columns * Sizes.TileOutputs, Sizes.TargetWidth - left);
            var (lines, count) = width < Sizes.TargetWidth ? (height, width) : (1, height * width);
            for (var image = tiles.FirstImage; image < tiles.FirstImage + tiles.Images; image++)
            {
                var start = (((long)image * Sizes.OutputChannels) + firstOutput) * Sizes.TargetSize;
                if (count == Sizes.TargetSize)
                {
                    Chain.Run((byte*)Output, start, count * (long)outputs);
                    continue;
                }

                start += ((long)top * Sizes.TargetWidth) + left;
                for (var channel = 0; channel < outputs; channel++, start += Sizes.TargetSize)
                {
                    for (var line = 0; line < lines; line++)
                    {
                        Chain.Run((byte*)Output, start + ((long)line * Sizes.TargetWidth), count);
                    }
                }
            }
        }
    }
}
