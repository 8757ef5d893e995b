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
            var lanes = ConvolutionDots<T, V, TSimd>.Lanes;
            var step = (positions + lanes - 1) / lanes * lanes;
            var length = images * step;
            var pieces = new ConvolutionPieces(images, step, Window.PhaseSize(rows), length);
            var size = Window.Size(rows, images);
            var slack = (Window.Horizontal.Kernel * Window.Horizontal.Dilation) + lanes;
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
                        ConvolutionDots<T, V, TSimd>.Dot1(pieces, g, copy + offsets[p], copy + t1, copy + t2, result);
                    }
                    else
                    {
                        ConvolutionDots<T, V, TSimd>.Dot4(pieces, g, lines - 1, copy + offsets[p], copy + t1, copy + t2, result);
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
}
