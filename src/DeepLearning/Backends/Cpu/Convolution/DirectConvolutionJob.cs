using System.Runtime.CompilerServices;

namespace DeepLearning.Backends.Cpu;

/// <content>What a chunk does.</content>
internal static unsafe partial class DirectConvolution<T, V, TSimd>
{
    private struct Job : IJob
    {
        public ConvolutionWindow Window;
        public nint* Offsets;
        public int Capacity;
        public int Batch;
        public int Images;
        public int Groups;
        public int Outputs;
        public T* Source;
        public T* Weight;
        public int TileRows;
        public T* Bias;
        public T* Output;
        public ConvolutionTarget Target;
        public Chain Chain;
        public int K;
        public int Bands;
        public int Parts;
        public int Units;
        public int Chunks;

        [MethodImpl(MethodImplOptions.NoInlining)]
        public readonly void Execute(int chunk)
        {
            var tiles = (Outputs + TileRows - 1) / TileRows;
            var end = (int)((long)Units * (chunk + 1) / Chunks);
            for (var unit = (int)((long)Units * chunk / Chunks); unit < end; unit++)
            {
                var height = Window.Vertical.Output;
                var (whole, part) = Math.DivRem(unit, Parts);
                (whole, var band) = Math.DivRem(whole, Bands);
                var first = (int)((long)height * band / Bands);
                var last = (int)((long)height * (band + 1) / Bands);
                Unit(whole, first, last - first, (int)((long)tiles * part / Parts), (int)((long)tiles * (part + 1) / Parts));
            }
        }

        /// <summary>Some output rows and channels of one plane of one group of one image, or all of several images.</summary>
        [MethodImpl(MethodImplOptions.NoInlining)]
        private readonly void Unit(int unit, int row, int rows, int firstTile, int endTile)
        {
            var (image, slice) = Math.DivRem(unit, Window.Depth.Output);
            image *= Images;
            var images = Math.Min(Images, (Batch * Groups) - image);
            var panelWidth = GemmPanels.MaximumVectors * TSimd.Count;
            var size = Window.Size(Capacity, Images);

            // Vectors read up to a panel's width behind the last element; a gathered vector may reach behind its panel's end.
            var padded = (size + panelWidth + 15) & ~15L;
            var copy = (t_copy ??= new NativeBuffer()).Get<T>(
                padded + TSimd.Count + ((long)(MaximumK + ((endTile - firstTile) * TileRows)) * panelWidth));
            new Span<T>(copy + size, (int)(padded - size)).Clear();
            for (var i = 0; i < images; i++)
            {
                var source = Source + ((long)(image + i) * Window.Channels * Window.SourceSize);
                Window.Copy(source, slice, row, rows, Capacity, i, Images, copy);
            }

            var work = new UnitWork
            {
                Copy = copy,
                Sums = copy + padded,
                Panel = copy + padded + ((endTile - firstTile) * TileRows * panelWidth),
                Weight = Weight + ((long)(image % Groups) * ((Outputs + TileRows - 1) / TileRows) * TileRows * K),
                Bias = Bias == null ? null : Bias + (image % Groups * Outputs),
                Output = Output + ((long)image * Outputs * Target.ChannelStride) + (slice * Target.PlaneStride) + (row * Target.RowStride),
                FirstTile = firstTile,
                EndTile = endTile,
            };
            if (TileRows == 1)
            {
                // The positions right of the last column are computed, too, so that neighbors in memory are neighbors in a vector.
                Panels<Tapped>(work, ((rows - 1) * Window.Width) + Window.Horizontal.Output, Window.Width);
            }
            else
            {
                Panels<Gathered>(work, images * rows * Window.Horizontal.Output, Window.Horizontal.Output);
            }

            for (var i = 0; i < images && !Chain.IsEmpty; i++)
            {
                RunChain(image + i, slice, row, rows, firstTile, endTile);
            }
        }

        /// <summary>Runs the chain over what was computed: of whole planes all channels at once.</summary>
        [MethodImpl(MethodImplOptions.NoInlining)]
        private readonly void RunChain(int image, int slice, int row, int rows, int firstTile, int endTile)
        {
            var (firstChannel, endChannel) = (firstTile * TileRows, Math.Min(endTile * TileRows, Outputs));
            var start = ((((long)image * Outputs) + firstChannel) * Target.ChannelStride) + (slice * Target.PlaneStride)
                + (row * Target.RowStride);
            var count = rows * Target.RowStride;
            if (count == Target.ChannelStride)
            {
                Chain.Run((byte*)Output, start, count * (endChannel - firstChannel));
                return;
            }

            for (var channel = firstChannel; channel < endChannel; channel++, start += Target.ChannelStride)
            {
                Chain.Run((byte*)Output, start, count);
            }
        }

        [MethodImpl(MethodImplOptions.NoInlining)]
        private readonly void Panels<TWay>(in UnitWork work, int columns, int width)
            where TWay : struct, IPanelWay
        {
            var panels = new GemmPanels(columns, TSimd.Count);
            for (var panel = 0; panel < panels.Count; panel++)
            {
                var start = panels.Start(panel) * TSimd.Count;
                switch (panels.Start(panel + 1) - panels.Start(panel))
                {
                    case 1:
                        TWay.Run<GemmRow1<T, V, TSimd>>(this, work, start, columns, width);
                        break;
                    case 2:
                        TWay.Run<GemmRow2<T, V, TSimd>>(this, work, start, columns, width);
                        break;
                    default:
                        TWay.Run<GemmRow3<T, V, TSimd>>(this, work, start, columns, width);
                        break;
                }
            }
        }

        /// <summary>
        /// Moves the sums of a tile, channels from <paramref name="channel"/> on, to their rows, without the columns between the rows, and
        /// adds the bias.
        /// </summary>
        /// <param name="work">What is computed.</param>
        /// <param name="sums">The sums.</param>
        /// <param name="stride">The distance between the sums of two channels.</param>
        /// <param name="start">The first position.</param>
        /// <param name="count">The number of positions.</param>
        /// <param name="width">The distance between the first positions of two rows.</param>
        /// <param name="channel">The first channel.</param>
        [MethodImpl(MethodImplOptions.NoInlining)]
        public readonly void Write(in UnitWork work, T* sums, long stride, int start, int count, int width, int channel)
        {
            var channels = Math.Min(TileRows, Outputs - channel);
            var (row, length, rows) = (width, Window.Horizontal.Output, Window.Vertical.Output);
            if (IsDense && width == length)
            {
                // One row after the other is one row, in each image.
                (row, length, rows) = (rows * width, rows * width, 1);
            }

            for (var y = start / row; (long)y * row < start + count; y++)
            {
                var at = y * row;
                var first = Math.Max(at, start);
                var run = (int)Math.Min((long)at + length, start + count) - first;
                if (run <= 0)
                {
                    continue;
                }

                var from = sums + (first - start);
                var (image, line) = Math.DivRem(y, rows);
                var target = work.Output + (((image * (long)Outputs) + channel) * Target.ChannelStride) + (line * Target.RowStride)
                    + ((long)(first - at) * Target.ColumnStride);
                for (var i = 0; i < channels; i++)
                {
                    if (work.Bias != null)
                    {
                        Add(TSimd.Broadcast(work.Bias[channel + i]), from, run, Target.ColumnStride == 1 ? target : from);
                    }
                    else if (Target.ColumnStride == 1)
                    {
                        new Span<T>(from, run).CopyTo(new Span<T>(target, run));
                    }

                    if (Target.ColumnStride != 1)
                    {
                        for (var x = 0; x < run; x++)
                        {
                            target[(long)x * Target.ColumnStride] = from[x];
                        }
                    }

                    from += stride;
                    target += Target.ChannelStride;
                }
            }
        }

        /// <summary>Whether the rows of a channel follow each other without a gap.</summary>
        public readonly bool IsDense => Target.ColumnStride == 1 && Target.RowStride == Window.Horizontal.Output;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static void Add(V added, T* from, int length, T* to)
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

    /// <summary>The operands of some rows and channels of an image.</summary>
    private struct UnitWork
    {
        public T* Copy;
        public T* Sums;
        public T* Panel;
        public T* Weight;
        public T* Bias;
        public T* Output;
        public int FirstTile;
        public int EndTile;
    }

    /// <summary>How the channels of one panel of positions are computed.</summary>
    private interface IPanelWay
    {
        static abstract void Run<TRow>(in Job job, in UnitWork work, int start, int columns, int width)
            where TRow : struct, IGemmRow<TRow, T, V>;
    }

    /// <summary>The one channel of a group, from the taps where they lie.</summary>
    private readonly struct Tapped : IPanelWay
    {
        [MethodImpl(MethodImplOptions.NoInlining)]
        public static void Run<TRow>(in Job job, in UnitWork work, int start, int columns, int width)
            where TRow : struct, IGemmRow<TRow, T, V>
        {
            var size = TRow.Vectors * TSimd.Count;
            ConvolutionTile<T, V, TSimd, TRow>.Tile1(job.K, work.Weight, work.Copy + start, job.Offsets, work.Sums);
            job.Write(work, work.Sums, size, start, Math.Min(size, columns - start), width, 0);
        }
    }

    /// <summary>
    /// Several channels, without the positions between rows and images. Where the panel's vectors lie in rows as a whole, large tiles
    /// read them where they are; else the panel is gathered, a stretch of k at a time.
    /// </summary>
    private readonly struct Gathered : IPanelWay
    {
        [SkipLocalsInit]
        [MethodImpl(MethodImplOptions.NoInlining)]
        public static void Run<TRow>(in Job job, in UnitWork work, int start, int columns, int width)
            where TRow : struct, IGemmRow<TRow, T, V>
        {
            var size = TRow.Vectors * TSimd.Count;
            var count = Math.Min(size, columns - start);
            var from = stackalloc nint[2 * size];
            var to = from + size;
            var vectors = 0;
            for (var at = 0; at < count;)
            {
                var (y, x) = Math.DivRem(start + at, width);
                var (image, line) = Math.DivRem(y, job.Window.Vertical.Output);
                var first = (image * job.Window.PhaseSize(job.Capacity)) + (line * job.Window.Width) + x;
                var run = Math.Min(width - x, count - at);
                for (var i = 0; i < run; i += TSimd.Count)
                {
                    from[vectors] = first + i;
                    to[vectors++] = at + i;
                }

                at += run;
            }

            // Both ways sum the same stretches of k, so that an element's bits do not depend on where it lies.
            var isDirect = job.TileRows == 8 && vectors == TRow.Vectors && to[vectors - 1] == (vectors - 1) * TSimd.Count;
            for (var k0 = 0; k0 < job.K; k0 += MaximumK)
            {
                var k = Math.Min(MaximumK, job.K - k0);
                if (!isDirect)
                {
                    ConvolutionTile<T, V, TSimd, TRow>.Gather(k, work.Copy, job.Offsets + k0, vectors, from, to, work.Panel);
                }

                for (var tile = work.FirstTile; tile < work.EndTile; tile++)
                {
                    var a = work.Weight + ((((long)tile * job.K) + k0) * job.TileRows);
                    var (sums, stride) = Place(job, work, tile, start, count, size);
                    if (isDirect)
                    {
                        ConvolutionTile<T, V, TSimd, TRow>.Tile8(
                            k, a, work.Copy, job.Offsets + k0, from, sums, (nint)stride, k0 > 0);
                    }
                    else if (job.TileRows == 8)
                    {
                        GemmTile<T, V, TSimd, TRow>.Packed8(k, a, work.Panel, sums, (nint)stride, k0 > 0);
                    }
                    else
                    {
                        GemmTile<T, V, TSimd, TRow>.Packed4(k, a, work.Panel, sums, (nint)stride, k0 > 0);
                    }
                }
            }

            Finish(job, work, start, count, size, width);
        }

        /// <summary>Moves what was not summed at its place, and adds the bias.</summary>
        [MethodImpl(MethodImplOptions.NoInlining)]
        private static void Finish(in Job job, in UnitWork work, int start, int count, int size, int width)
        {
            for (var tile = work.FirstTile; tile < work.EndTile; tile++)
            {
                if (work.Bias != null || !IsInPlace(job, tile, count, size))
                {
                    var (sums, stride) = Place(job, work, tile, start, count, size);
                    job.Write(work, sums, stride, start, count, width, tile * job.TileRows);
                }
            }
        }

        /// <summary>Whether a tile is summed at its place in the output: it is whole, and its rows there are one.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static bool IsInPlace(in Job job, int tile, int count, int size) =>
            count == size && job.IsDense && job.Images == 1 && (tile + 1) * job.TileRows <= job.Outputs;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static Sums Place(in Job job, in UnitWork work, int tile, int start, int count, int size) =>
            IsInPlace(job, tile, count, size)
                ? new Sums(work.Output + (tile * job.TileRows * job.Target.ChannelStride) + start, job.Target.ChannelStride)
                : new Sums(work.Sums + ((tile - work.FirstTile) * job.TileRows * size), size);

        private readonly struct Sums(T* first, long stride)
        {
            [MethodImpl(MethodImplOptions.AggressiveInlining)]
            public void Deconstruct(out T* sums, out long distance)
            {
                sums = first;
                distance = stride;
            }
        }
    }
}
