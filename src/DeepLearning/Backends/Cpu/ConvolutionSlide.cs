using System.Runtime.CompilerServices;

namespace DeepLearning.Backends.Cpu;

/// <summary>
/// Slides a window over images: output[o, y, x] = Σ over channels and taps of weight[o, channel, tap] · source, plus a bias. A product of
/// packed weights with a padded copy of the source, of which nothing is expanded: taps are read through their offsets. Depthwise
/// convolutions are the case of one output channel a group.
/// </summary>
internal static unsafe class ConvolutionSlide<T, V, TSimd>
    where T : unmanaged
    where V : struct
    where TSimd : struct, ISimd<T, V>
{
    /// <summary>Multiply-adds that are worth a chunk of their own.</summary>
    private const long ChunkWork = 1 << 19;

    /// <summary>With fewer images and groups than this, images are split into bands of rows.</summary>
    private const int EnoughChunks = 16;

    [ThreadStatic]
    private static NativeBuffer? t_weights;

    [ThreadStatic]
    private static NativeBuffer? t_copy;

    /// <summary>
    /// Runs over <paramref name="batch"/> images of <paramref name="groups"/> groups. The weight of output o, channel-and-tap p
    /// of group g is
    /// at <c>g · outputs · k + o · outputStride + p</c> where channels and taps are contiguous; else at
    /// <c>g · groupStride + o · outputStride + channel · channelStride + tap</c>.
    /// </summary>
    public static void Run(
        int batch, int groups, int outputs, in ConvolutionWindow window, T* source, T* weight, long groupStride, long outputStride,
        long channelStride, T* bias, T* output)
    {
        var taps = window.Vertical.Kernel * window.Horizontal.Kernel;
        var k = window.Channels * taps;
        var tileRows = outputs == 1 ? 1 : outputs <= 4 ? 4 : TSimd.TileRows;
        var tiles = (outputs + tileRows - 1) / tileRows;
        var packed = (t_weights ??= new NativeBuffer()).Get<T>((long)groups * tiles * tileRows * k);
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

        var units = batch * groups;
        var rows = window.Vertical.Output;
        var work = (long)outputs * k * window.Horizontal.Output * rows;
        var bands = units >= EnoughChunks ? 1 : (int)Math.Clamp(Math.Min(EnoughChunks / Math.Max(units, 1), work / ChunkWork), 1, rows);
        var job = new Job
        {
            Window = window,
            Groups = groups,
            Outputs = outputs,
            Source = source,
            Weight = packed,
            TileRows = tileRows,
            Bias = bias,
            Output = output,
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
        public int Groups;
        public int Outputs;
        public T* Source;
        public T* Weight;
        public int TileRows;
        public T* Bias;
        public T* Output;
        public int K;
        public int Bands;
        public int Units;
        public int Chunks;

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

        /// <summary>Some output rows of one group of one image.</summary>
        [SkipLocalsInit]
        private readonly void Unit(int unit, int row, int rows)
        {
            var scratch = stackalloc T[8 * GemmPanels.MaximumVectors * TSimd.Count];
            var group = unit % Groups;
            var size = Window.Size(rows, 1);

            // Vectors read up to a panel's width behind the last element, and so does the widest tile.
            var padded = (size + (GemmPanels.MaximumVectors * TSimd.Count) + 15) & ~15L;
            var copy = (t_copy ??= new NativeBuffer()).Get<T>(padded + ((long)K * sizeof(nint) / sizeof(T)) + 16);
            new Span<T>(copy + size, (int)(padded - size)).Clear();
            var offsets = (nint*)(copy + padded);
            Window.Offsets(rows, 1, offsets);
            var image = Source + ((long)unit * Window.Channels * Window.Vertical.Source * Window.Horizontal.Source);
            Window.Copy(image, row, rows, 0, 1, copy);

            var columns = ((rows - 1) * Window.Width) + Window.Horizontal.Output;
            var panels = new GemmPanels(columns, TSimd.Count);
            var tiles = (Outputs + TileRows - 1) / TileRows;
            var weight = Weight + ((long)group * tiles * TileRows * K);
            for (var panel = 0; panel < panels.Count; panel++)
            {
                var start = panels.Start(panel) * TSimd.Count;
                var width = (panels.Start(panel + 1) * TSimd.Count) - start;
                var count = Math.Min(width, columns - start);
                for (var tile = 0; tile < tiles; tile++)
                {
                    var a = weight + ((long)tile * TileRows * K);
                    switch (width / TSimd.Count)
                    {
                        case 1:
                            Tile<GemmRow1<T, V, TSimd>>(a, copy + start, offsets, scratch);
                            break;
                        case 2:
                            Tile<GemmRow2<T, V, TSimd>>(a, copy + start, offsets, scratch);
                            break;
                        default:
                            Tile<GemmRow3<T, V, TSimd>>(a, copy + start, offsets, scratch);
                            break;
                    }

                    Write(scratch, width, start, count, unit, group, tile * TileRows, row);
                }
            }
        }

        private readonly void Tile<TRow>(T* a, T* b, nint* offsets, T* sums)
            where TRow : struct, IGemmRow<TRow, T, V>
        {
            if (TileRows == 8)
            {
                ConvolutionTile<T, V, TSimd, TRow>.Tile8(K, a, b, offsets, sums, TRow.Vectors * TSimd.Count);
            }
            else if (TileRows == 4)
            {
                ConvolutionTile<T, V, TSimd, TRow>.Tile4(K, a, b, offsets, sums, TRow.Vectors * TSimd.Count);
            }
            else
            {
                ConvolutionTile<T, V, TSimd, TRow>.Tile1(K, a, b, offsets, sums);
            }
        }

        /// <summary>Moves the tile's outputs to their rows, without the columns between the rows, and adds the bias.</summary>
        private readonly void Write(T* sums, int stride, int start, int count, int unit, int group, int channel, int row)
        {
            var outputWidth = Window.Horizontal.Output;
            var plane = (long)Window.Vertical.Output * outputWidth;
            var width = Window.Width;
            var channels = Math.Min(TileRows, Outputs - channel);
            var to = Output + ((((long)unit * Outputs) + channel) * plane) + ((long)row * outputWidth);
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
                var target = to + ((long)y * outputWidth) + (first - at);
                for (var i = 0; i < channels; i++)
                {
                    var bias = Bias == null ? TSimd.Zero : TSimd.Broadcast(Bias[(group * Outputs) + channel + i]);
                    var x = 0;
                    for (; x + TSimd.Count <= length; x += TSimd.Count)
                    {
                        TSimd.Store(target + x, TSimd.Add(TSimd.Load(from + x), bias));
                    }

                    if (x < length)
                    {
                        TSimd.StorePartial(target + x, TSimd.Add(TSimd.LoadPartial(from + x, length - x), bias), length - x);
                    }

                    from += stride;
                    target += plane;
                }
            }
        }
    }
}
