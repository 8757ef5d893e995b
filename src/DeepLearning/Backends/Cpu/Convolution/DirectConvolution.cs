using System.Runtime.CompilerServices;

namespace DeepLearning.Backends.Cpu;

/// <summary>
/// Slides a window over images: output[o, y, x] = Σ over channels and taps of weight[o, channel, tap] · source, plus a bias. A product of
/// packed weights with a padded copy of the source, from which one panel of taps at a time is gathered. Depthwise
/// convolutions are the case of one output channel a group.
/// </summary>
internal static unsafe class DirectConvolution<T, V, TSimd>
    where T : unmanaged
    where V : struct
    where TSimd : struct, ISimd<T, V>
{
    /// <summary>Multiply-adds that are worth a chunk of their own.</summary>
    private const long ChunkWork = 1 << 19;

    /// <summary>Channels and taps that are gathered at once.</summary>
    private const int MaximumK = 256;

    /// <summary>With fewer images and groups than this, images are split into bands of rows.</summary>
    private const int EnoughChunks = 16;

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
        var k = window.K;
        var taps = k / Math.Max(window.Channels, 1);
        var tileRows = outputs == 1 ? 1 : outputs <= 4 ? 4 : TSimd.TileRows;
        var tiles = (outputs + tileRows - 1) / tileRows;
        var packed = (t_weights ??= new NativeBuffer()).Get<T>(
            ((((long)groups * tiles * tileRows * k) + 15) & ~15L) + ((long)k * sizeof(nint) / sizeof(T)));
        var offsets = (nint*)(packed + ((((long)groups * tiles * tileRows * k) + 15) & ~15L));
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

        var units = batch * groups * window.Depth.Output;
        var rows = window.Vertical.Output;
        var work = (long)outputs * k * window.Horizontal.Output * rows;
        var bands = units >= EnoughChunks ? 1 : (int)Math.Clamp(Math.Min(EnoughChunks / Math.Max(units, 1), work / ChunkWork), 1, rows);
        var capacity = (rows + bands - 1) / bands;
        window.Offsets(capacity, 1, offsets);
        var job = new Job
        {
            Window = window,
            Offsets = offsets,
            Capacity = capacity,
            Groups = groups,
            Outputs = outputs,
            Source = source,
            Weight = packed,
            TileRows = tileRows,
            Bias = bias,
            Output = output,
            Target = target,
            K = k,
            Bands = bands,
            Units = units * bands,
        };
        job.Chunks = Math.Min(job.Units, Workers.Chunks(work * units, ChunkWork));
        Workers.Run(job.Chunks, in job);
    }

    private struct Job : IJob
    {
        public ConvolutionWindow Window;
        public nint* Offsets;
        public int Capacity;
        public int Groups;
        public int Outputs;
        public T* Source;
        public T* Weight;
        public int TileRows;
        public T* Bias;
        public T* Output;
        public ConvolutionTarget Target;
        public int K;
        public int Bands;
        public int Units;
        public int Chunks;

        [MethodImpl(MethodImplOptions.NoInlining)]
        public readonly void Execute(int chunk)
        {
            var end = (int)((long)Units * (chunk + 1) / Chunks);
            for (var unit = (int)((long)Units * chunk / Chunks); unit < end; unit++)
            {
                var height = Window.Vertical.Output;
                var band = unit % Bands;
                var first = (int)((long)height * band / Bands);
                var last = (int)((long)height * (band + 1) / Bands);
                Unit(unit / Bands, first, last - first);
            }
        }

        /// <summary>Some output rows of one plane of one group of one image.</summary>
        [MethodImpl(MethodImplOptions.NoInlining)]
        private readonly void Unit(int unit, int row, int rows)
        {
            var (image, slice) = Math.DivRem(unit, Window.Depth.Output);
            var group = image % Groups;
            var tiles = (Outputs + TileRows - 1) / TileRows;
            var panelWidth = GemmPanels.MaximumVectors * TSimd.Count;
            var size = Window.Size(Capacity, 1);

            // Vectors read up to a panel's width behind the last element, and so does the widest tile.
            var padded = (size + panelWidth + 15) & ~15L;
            var copy = (t_copy ??= new NativeBuffer()).Get<T>(padded + ((long)(MaximumK + (tiles * TileRows)) * panelWidth));
            var panelCopy = copy + padded;
            var sums = panelCopy + (MaximumK * panelWidth);
            new Span<T>(copy + size, (int)(padded - size)).Clear();
            Window.Copy(Source + ((long)image * Window.Channels * Window.SourceSize), slice, row, rows, Capacity, 0, 1, copy);

            var columns = ((rows - 1) * Window.Width) + Window.Horizontal.Output;
            var panels = new GemmPanels(columns, TSimd.Count);
            var weight = Weight + ((long)group * tiles * TileRows * K);
            for (var panel = 0; panel < panels.Count; panel++)
            {
                var start = panels.Start(panel) * TSimd.Count;
                var width = (panels.Start(panel + 1) * TSimd.Count) - start;
                switch (width / TSimd.Count)
                {
                    case 1:
                        Panel<GemmRow1<T, V, TSimd>>(weight, tiles, copy + start, panelCopy, sums);
                        break;
                    case 2:
                        Panel<GemmRow2<T, V, TSimd>>(weight, tiles, copy + start, panelCopy, sums);
                        break;
                    default:
                        Panel<GemmRow3<T, V, TSimd>>(weight, tiles, copy + start, panelCopy, sums);
                        break;
                }

                for (var tile = 0; tile < tiles; tile++)
                {
                    var channel = tile * TileRows;
                    Write(sums + (channel * width), width, start, Math.Min(width, columns - start), image, channel, slice, row);
                }
            }
        }

        /// <summary>
        /// All output channels of one panel of positions. Where there are several, the panel is gathered, a stretch of k at a
        /// time: aligned and contiguous it feeds the tiles much faster than its taps where they lie.
        /// </summary>
        [MethodImpl(MethodImplOptions.NoInlining)]
        private readonly void Panel<TRow>(T* weight, int tiles, T* b, T* panelCopy, T* sums)
            where TRow : struct, IGemmRow<TRow, T, V>
        {
            var width = TRow.Vectors * TSimd.Count;
            if (TileRows == 1)
            {
                ConvolutionTile<T, V, TSimd, TRow>.Tile1(K, weight, b, Offsets, sums);
                return;
            }

            for (var k0 = 0; k0 < K; k0 += MaximumK)
            {
                var k = Math.Min(MaximumK, K - k0);
                ConvolutionTile<T, V, TSimd, TRow>.Gather(k, b, Offsets + k0, panelCopy);
                for (var tile = 0; tile < tiles; tile++)
                {
                    var a = weight + ((((long)tile * K) + k0) * TileRows);
                    var c = sums + (tile * TileRows * width);
                    if (TileRows == 8)
                    {
                        GemmTile<T, V, TSimd, TRow>.Packed8(k, a, panelCopy, c, width, k0 > 0);
                    }
                    else
                    {
                        GemmTile<T, V, TSimd, TRow>.Packed4(k, a, panelCopy, c, width, k0 > 0);
                    }
                }
            }
        }

        /// <summary>
        /// Moves the tile's outputs, channels from <paramref name="channel"/> on, to their rows, without the columns between the rows, and
        /// adds the bias.
        /// </summary>
        [MethodImpl(MethodImplOptions.NoInlining)]
        private readonly void Write(T* sums, int stride, int start, int count, int image, int channel, int slice, int row)
        {
            var outputWidth = Window.Horizontal.Output;
            var width = Window.Width;
            var channels = Math.Min(TileRows, Outputs - channel);
            var bias = Bias + (image % Groups * Outputs) + channel;
            var to = Output + ((((long)image * Outputs) + channel) * Target.ChannelStride) + (slice * Target.PlaneStride)
                + (row * Target.RowStride);
            var y = start / width;
            for (var at = y * width; at < start + count; at += width, y++)
            {
                var first = Math.Max(at, start);
                var length = Math.Min(at + outputWidth, start + count) - first;
                if (length <= 0)
                {
                    continue;
                }

                var from = sums + (first - start);
                var target = to + (y * Target.RowStride) + ((long)(first - at) * Target.ColumnStride);
                for (var i = 0; i < channels; i++)
                {
                    if (Target.ColumnStride == 1)
                    {
                        Move(from, length, Bias == null ? TSimd.Zero : TSimd.Broadcast(bias[i]), target);
                    }
                    else
                    {
                        if (Bias != null)
                        {
                            Move(from, length, TSimd.Broadcast(bias[i]), from);
                        }

                        for (var x = 0; x < length; x++)
                        {
                            target[(long)x * Target.ColumnStride] = from[x];
                        }
                    }

                    from += stride;
                    target += Target.ChannelStride;
                }
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static void Move(T* from, int length, V added, T* to)
        {
            var x = 0;
            for (; x + TSimd.Count <= length; x += TSimd.Count)
            {
                TSimd.Store(to + x, TSimd.Add(TSimd.Load(from + x), added));
            }

            if (x < length)
            {
                TSimd.StorePartial(to + x, TSimd.Add(TSimd.LoadPartial(from + x, length - x), added), length - x);
            }
        }
    }
}
