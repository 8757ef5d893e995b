using System.Numerics;
using System.Runtime.CompilerServices;

namespace DeepLearning.Backends.Cpu;

/// <summary>
/// A convolution's weight gradient: weight[o, channel, tap] = Σ over images and outputs of gradient[o, y, x] · source at the tap. A
/// padded copy of the source makes the taps of neighboring outputs neighbors in memory; the sum over positions is then a packed
/// matrix product, or single dot products where there are few output channels.
/// </summary>
internal static unsafe class ConvolutionWeightGradient<T, V, TSimd>
    where T : unmanaged, INumberBase<T>
    where V : struct
    where TSimd : struct, ISimd<T, V>
{
    /// <summary>Multiply-adds that are worth a chunk of their own.</summary>
    private const long ChunkWork = 1 << 20;

    /// <summary>The most chunks: each has its own sums, which are added up in order.</summary>
    private const int MaximumChunks = 16;

    /// <summary>The most elements of all chunks' sums together.</summary>
    private const long MaximumSums = 1 << 22;

    /// <summary>The most elements of the source that are copied at once, unless a single row has more.</summary>
    private const int MaximumCopy = 1 << 17;

    /// <summary>Positions that one copy should have at least: shorter dot products waste their final sums.</summary>
    private const int ManyPositions = 1024;

    /// <summary>Positions that are worth a chunk's own sums.</summary>
    private const int FewPositions = 512;

    /// <summary>With fewer chunks than this, output channels are split too, at the price of copying the source for each part.</summary>
    private const int EnoughChunks = 4;

    /// <summary>The fewest output channels in a part.</summary>
    private const int ChunkOutputs = 32;

    /// <summary>From this many output channels on, a packed product is faster than dot products.</summary>
    private const int ProductOutputs = 8;

    /// <summary>
    /// The virtual lanes of a dot product, one 512-bit vector: position p goes into lane p mod <see cref="Lanes"/>, so that the bits do not
    /// depend on the width of the vectors. Narrower ones go over the positions several times, for some of the lanes each.
    /// </summary>
    private static int Lanes => 64 / sizeof(T);

    [ThreadStatic]
    private static NativeBuffer? t_sums;

    [ThreadStatic]
    private static NativeBuffer? t_copy;

    /// <summary>
    /// Overwrites <paramref name="weight"/>, or adds to it. Sizes as in <see cref="DirectConvolution{T, V, TSimd}"/>; the weight
    /// is contiguous: groups, outputs, channels, taps.
    /// </summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void Run(
        int batch, int groups, int outputs, in ConvolutionWindow window, T* source, T* gradient, T* weight, bool accumulate)
    {
        var k = window.K;
        var planes = batch * window.Depth.Output;
        var sums = (long)outputs * k;
        var work = planes * groups * sums * window.OutputPlane;
        var chunks = (int)Math.Min(MaximumChunks, Workers.Chunks(work, ChunkWork));
        var groupChunks = Math.Min(groups, chunks);
        var positions = (long)planes * window.Vertical.Output * window.Width;
        var imageLimit = Math.Min(Math.Min(chunks / groupChunks, MaximumSums / Math.Max(groups * sums, 1)), positions / FewPositions);
        var imageChunks = (int)Math.Clamp(imageLimit, 1, Math.Max(planes, 1));
        var outputChunks = Math.Clamp(Math.Min(EnoughChunks / (groupChunks * imageChunks), outputs / ChunkOutputs), 1, (outputs + 3) / 4);
        var partial = (t_sums ??= new NativeBuffer()).Get<T>(imageChunks * groups * sums);
        var job = new Job
        {
            Window = window,
            Planes = planes,
            Groups = groups,
            Outputs = outputs,
            K = k,
            Source = source,
            Gradient = gradient,
            Sums = partial,
            GroupChunks = groupChunks,
            ImageChunks = imageChunks,
            OutputChunks = outputChunks,
        };
        Workers.Run(groupChunks * imageChunks * outputChunks, in job);
        Combine(partial, imageChunks, groups * sums, weight, accumulate);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Combine(T* partial, int count, long size, T* weight, bool accumulate)
    {
        for (long i = 0; i < size; i += TSimd.Count)
        {
            var length = (int)Math.Min(TSimd.Count, size - i);
            var sum = TSimd.LoadPartial(partial + i, length);
            for (var part = 1; part < count; part++)
            {
                sum = TSimd.Add(sum, TSimd.LoadPartial(partial + (part * size) + i, length));
            }

            TSimd.StorePartial(weight + i, accumulate ? TSimd.Add(TSimd.LoadPartial(weight + i, length), sum) : sum, length);
        }
    }

    private struct Job : IJob
    {
        public ConvolutionWindow Window;
        public int Planes;
        public int Groups;
        public int Outputs;
        public int K;
        public T* Source;
        public T* Gradient;
        public T* Sums;
        public int GroupChunks;
        public int ImageChunks;
        public int OutputChunks;

        [MethodImpl(MethodImplOptions.NoInlining)]
        public readonly void Execute(int chunk)
        {
            var outputChunk = chunk % OutputChunks;
            var imageChunk = chunk / OutputChunks % ImageChunks;
            var groupChunk = chunk / OutputChunks / ImageChunks;
            var blocks = (Outputs + 3) / 4;
            var firstOutput = (int)((long)blocks * outputChunk / OutputChunks) * 4;
            var outputs = Math.Min((int)((long)blocks * (outputChunk + 1) / OutputChunks) * 4, Outputs) - firstOutput;
            var firstImage = (int)((long)Planes * imageChunk / ImageChunks);
            var images = (int)((long)Planes * (imageChunk + 1) / ImageChunks) - firstImage;
            var endGroup = (int)((long)Groups * (groupChunk + 1) / GroupChunks);
            for (var group = (int)((long)Groups * groupChunk / GroupChunks); group < endGroup; group++)
            {
                var sums = Sums + ((((long)imageChunk * Groups) + group) * Outputs * K) + ((long)firstOutput * K);
                for (var i = 0L; i < (long)outputs * K; i++)
                {
                    sums[i] = default;
                }

                Group(group, firstOutput, outputs, firstImage, images, sums);
            }
        }

        /// <summary>Adds up images in pieces that fit the second-level cache: bands of rows of one, or several small ones.</summary>
        [MethodImpl(MethodImplOptions.NoInlining)]
        private readonly void Group(int group, int firstOutput, int outputs, int firstImage, int images, T* sums)
        {
            var height = Window.Vertical.Output;
            var band = height;
            while (band > 1 && Window.Size(band, 1) > MaximumCopy)
            {
                band = (band + 1) / 2;
            }

            var together = band < height ? 1 : (int)Math.Clamp(
                Math.Min(
                    ManyPositions / Math.Max(Window.PhaseSize(band), 1), MaximumCopy / Math.Max(Window.Size(band, 1), 1)), 1,
                Math.Max(images, 1));
            for (var image = 0; image < images; image += together)
            {
                var count = Math.Min(together, images - image);
                for (var row = 0; row < height; row += band)
                {
                    Piece(group, firstOutput, outputs, firstImage + image, count, row, Math.Min(band, height - row), sums);
                }
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private readonly void Piece(int group, int firstOutput, int outputs, int image, int images, int row, int rows, T* sums)
        {
            if (outputs >= ProductOutputs)
            {
                Product(group, firstOutput, outputs, image, images, row, rows, sums);
            }
            else
            {
                Dots(group, firstOutput, outputs, image, images, row, rows, sums);
            }
        }

        /// <summary>As a matrix product of gradients [outputs, positions] with taps [positions, k], packed from where they lie.</summary>
        [MethodImpl(MethodImplOptions.NoInlining)]
        private readonly void Product(int group, int firstOutput, int outputs, int image, int images, int row, int rows, T* sums)
        {
            var size = Window.Size(rows, images);
            var copySize = (size + 15) & ~15L;
            var copy = (t_copy ??= new NativeBuffer()).Get<T>(copySize + ((long)K * sizeof(nint) / sizeof(T)));
            var offsets = (nint*)(copy + copySize);
            Window.Offsets(rows, images, offsets);
            for (var i = 0; i < images; i++)
            {
                var (n, slice) = Math.DivRem(image + i, Window.Depth.Output);
                var source = Source + ((((long)n * Groups) + group) * Window.Channels * Window.SourceSize);
                Window.Copy(source, slice, row, rows, rows, i, images, copy);
            }

            var width = Window.Horizontal.Output;
            var channel = Window.OutputSize;
            var first = Gradient + ((((long)group * Outputs) + firstOutput) * channel) + ((long)row * width);
            var gradients = new GradientPacker<T>(
                first, channel, image, Window.Depth.Output, Window.OutputPlane, Groups * Outputs * channel, rows * width);
            Gemm.RunPacked(
                outputs, K, images * rows * width, gradients,
                new TapPacker<T>(copy, offsets, rows, width, Window.Width, Window.PhaseSize(rows)), sums, K, true, default(NoEpilogue<T>));
        }

        [MethodImpl(MethodImplOptions.NoInlining)]
        private readonly void Dots(int group, int firstOutput, int outputs, int image, int images, int row, int rows, T* sums)
        {
            // Only the positions up to an image's last output take part: they are padded to whole groups of lanes by zero gradients.
            var positions = ((rows - 1) * Window.Width) + Window.Horizontal.Output;
            var step = (positions + Lanes - 1) / Lanes * Lanes;
            var length = images * step;
            var pieces = new Pieces(images, step, Window.PhaseSize(rows), length);
            var size = Window.Size(rows, images);
            var slack = (Window.Horizontal.Kernel * Window.Horizontal.Dilation) + Lanes;
            var sourceSize = (size + (((Window.Vertical.Kernel * Window.Vertical.Dilation) + 1) * (long)Window.Width) + slack + 15) & ~15L;
            var gradientSize = (long)outputs * length;
            var copy = (t_copy ??= new NativeBuffer()).Get<T>(sourceSize + gradientSize + ((long)K * sizeof(nint) / sizeof(T)) + 32);
            var offsets = (nint*)(copy + sourceSize);
            var gradient = (T*)(offsets + ((K + 7) & ~7));
            Window.Offsets(rows, images, offsets);
            new Span<T>(copy + size, (int)(sourceSize - size)).Clear();
            new Span<T>(gradient, (int)gradientSize).Clear();
            for (var i = 0; i < images; i++)
            {
                var (n, slice) = Math.DivRem(image + i, Window.Depth.Output);
                var unit = ((long)n * Groups) + group;
                Window.Copy(Source + (unit * Window.Channels * Window.SourceSize), slice, row, rows, rows, i, images, copy);
                for (var o = 0; o < outputs; o++)
                {
                    var from = Gradient + (((unit * Outputs) + firstOutput + o) * Window.OutputSize)
                        + (((slice * (long)Window.Vertical.Output) + row) * Window.Horizontal.Output);
                    var to = gradient + ((long)o * length) + (i * step);
                    for (var y = 0; y < rows; y++)
                    {
                        new Span<T>(from, Window.Horizontal.Output).CopyTo(new Span<T>(to, Window.Horizontal.Output));
                        from += Window.Horizontal.Output;
                        to += Window.Width;
                    }
                }
            }

            var result = stackalloc T[12];
            for (var o = 0; o < outputs; o += 4)
            {
                var lines = Math.Min(4, outputs - o);
                var g = gradient + ((long)o * length);
                for (var p = 0; p < K; p += 3)
                {
                    var taps = Math.Min(3, K - p);
                    var t1 = offsets[p + Math.Min(1, taps - 1)];
                    var t2 = offsets[p + taps - 1];
                    if (lines == 1)
                    {
                        Dot1(pieces, g, copy + offsets[p], copy + t1, copy + t2, result);
                    }
                    else
                    {
                        Dot4(pieces, g, lines - 1, copy + offsets[p], copy + t1, copy + t2, result);
                    }

                    for (var i = 0; i < lines; i++)
                    {
                        for (var j = 0; j < taps; j++)
                        {
                            sums[((long)(o + i) * K) + p + j] += result[(i * 3) + j];
                        }
                    }
                }
            }
        }
    }

    /// <summary>Dot products over several images: lines of gradients are contiguous, sources have gaps between the images.</summary>
    private readonly record struct Pieces(int Images, int Step, int SourceStep, int LineStride);

    /// <summary>Twelve dot products: lines 0 to <paramref name="last"/> (at most 3; missing ones repeat it) with three vectors.</summary>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Dot4(in Pieces pieces, T* line, int last, T* x, T* y, T* z, T* result)
    {
        nint line1 = pieces.LineStride * Math.Min(1, last);
        nint line2 = pieces.LineStride * Math.Min(2, last);
        nint line3 = pieces.LineStride * last;
        var totals = stackalloc T[12 * Lanes];
        for (nint lane = 0; lane < Lanes; lane += TSimd.Count)
        {
            Dot4(pieces, lane, line, line1, line2, line3, x, y, z, totals + lane);
        }

        for (var i = 0; i < 12; i++)
        {
            result[i] = SumLanes(totals + (i * Lanes));
        }
    }

    /// <summary>The part of a dot product that falls to the lanes of one vector.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Dot4(
        in Pieces pieces, nint lane, T* line, nint line1, nint line2, nint line3, T* x, T* y, T* z, T* totals)
    {
        nint length = pieces.Step;
        nint next = pieces.SourceStep;
        V x0 = TSimd.Zero, y0 = TSimd.Zero, z0 = TSimd.Zero, x1 = TSimd.Zero, y1 = TSimd.Zero, z1 = TSimd.Zero;
        V x2 = TSimd.Zero, y2 = TSimd.Zero, z2 = TSimd.Zero, x3 = TSimd.Zero, y3 = TSimd.Zero, z3 = TSimd.Zero;
        for (var image = pieces.Images; image > 0; image--)
        {
            for (var i = lane; i < length; i += Lanes)
            {
                var a = TSimd.Load(line + i);
                var b = TSimd.Load(line + line1 + i);
                var c = TSimd.Load(line + line2 + i);
                var d = TSimd.Load(line + line3 + i);
                var factor = TSimd.Load(x + i);
                x0 = TSimd.MultiplyAdd(a, factor, x0);
                x1 = TSimd.MultiplyAdd(b, factor, x1);
                x2 = TSimd.MultiplyAdd(c, factor, x2);
                x3 = TSimd.MultiplyAdd(d, factor, x3);
                factor = TSimd.Load(y + i);
                y0 = TSimd.MultiplyAdd(a, factor, y0);
                y1 = TSimd.MultiplyAdd(b, factor, y1);
                y2 = TSimd.MultiplyAdd(c, factor, y2);
                y3 = TSimd.MultiplyAdd(d, factor, y3);
                factor = TSimd.Load(z + i);
                z0 = TSimd.MultiplyAdd(a, factor, z0);
                z1 = TSimd.MultiplyAdd(b, factor, z1);
                z2 = TSimd.MultiplyAdd(c, factor, z2);
                z3 = TSimd.MultiplyAdd(d, factor, z3);
            }

            line += length;
            x += next;
            y += next;
            z += next;
        }

        TSimd.Store(totals, x0);
        TSimd.Store(totals + Lanes, y0);
        TSimd.Store(totals + (2 * Lanes), z0);
        TSimd.Store(totals + (3 * Lanes), x1);
        TSimd.Store(totals + (4 * Lanes), y1);
        TSimd.Store(totals + (5 * Lanes), z1);
        TSimd.Store(totals + (6 * Lanes), x2);
        TSimd.Store(totals + (7 * Lanes), y2);
        TSimd.Store(totals + (8 * Lanes), z2);
        TSimd.Store(totals + (9 * Lanes), x3);
        TSimd.Store(totals + (10 * Lanes), y3);
        TSimd.Store(totals + (11 * Lanes), z3);
    }

    /// <summary>Three dot products of one line.</summary>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Dot1(in Pieces pieces, T* line, T* x, T* y, T* z, T* result)
    {
        var totals = stackalloc T[3 * Lanes];
        for (nint lane = 0; lane < Lanes; lane += TSimd.Count)
        {
            nint length = pieces.Step;
            T* l = line, px = x, py = y, pz = z;
            V x0 = TSimd.Zero, y0 = TSimd.Zero, z0 = TSimd.Zero;
            for (var image = pieces.Images; image > 0; image--)
            {
                for (var i = lane; i < length; i += Lanes)
                {
                    var a = TSimd.Load(l + i);
                    x0 = TSimd.MultiplyAdd(a, TSimd.Load(px + i), x0);
                    y0 = TSimd.MultiplyAdd(a, TSimd.Load(py + i), y0);
                    z0 = TSimd.MultiplyAdd(a, TSimd.Load(pz + i), z0);
                }

                l += length;
                px += pieces.SourceStep;
                py += pieces.SourceStep;
                pz += pieces.SourceStep;
            }

            TSimd.Store(totals + lane, x0);
            TSimd.Store(totals + Lanes + lane, y0);
            TSimd.Store(totals + (2 * Lanes) + lane, z0);
        }

        for (var i = 0; i < 3; i++)
        {
            result[i] = SumLanes(totals + (i * Lanes));
        }
    }

    /// <summary>The sum of all lanes by halves.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T SumLanes(T* lanes)
    {
        for (var half = Lanes / 2; half >= TSimd.Count; half >>= 1)
        {
            for (var i = 0; i < half; i += TSimd.Count)
            {
                TSimd.Store(lanes + i, TSimd.Add(TSimd.Load(lanes + i), TSimd.Load(lanes + i + half)));
            }
        }

        return TSimd.Sum(TSimd.Load(lanes));
    }
}
