using System.Numerics;
using System.Runtime.CompilerServices;

namespace DeepLearning.Backends.Cpu;

/// <summary>
/// The filters of <see cref="Winograd"/>, transformed: for each of the 36 places a matrix [channels, outputs], in panels of up to three
/// vectors of outputs.
/// </summary>
internal static unsafe class WinogradFilters<T, V, TSimd>
    where T : unmanaged, INumberBase<T>
    where V : struct
    where TSimd : struct, ISimd<T, V>
{
    /// <summary>Filters that are worth a chunk of their own: some µs.</summary>
    private const int ChunkFilters = 1 << 10;

    /// <summary>Elements from one place's matrix to the next; an odd number of cache lines, so that they do not meet in one set.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static nint PlaceStride(in TiledShape sizes) => Spread((nint)Vectors(sizes) * TSimd.Count * sizes.Channels);

    /// <summary>Vectors of all outputs.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Vectors(in TiledShape sizes) => (sizes.OutputChannels + TSimd.Count - 1) / TSimd.Count;

    /// <summary>At least so many elements, in an odd number of cache lines.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static nint Spread(nint elements) => (((elements + Winograd.Lanes - 1) / Winograd.Lanes) | 1) * Winograd.Lanes;

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void Pack(in TiledShape sizes, T* weight, NativeBuffer to)
    {
        PackJob job = new()
        {
            Sizes = sizes,
            Weight = weight,
            To = to.Get<T>(Winograd.Places * PlaceStride(sizes)),
            Chunks = Math.Min(
                Vectors(sizes) * sizes.Channels, Workers.Chunks((long)sizes.Channels * sizes.OutputChannels, ChunkFilters)),
        };
        Workers.Run(job.Chunks, in job);
    }

    private struct PackJob : IJob
    {
        public TiledShape Sizes;
        public T* Weight;
        public T* To;
        public int Chunks;

        [SkipLocalsInit]
        [MethodImpl(MethodImplOptions.NoInlining)]
        public readonly void Execute(int chunk)
        {
            var taps = Sizes.Taps * Sizes.Taps;
            var filter = stackalloc T[Winograd.MostTaps * Winograd.MostTaps * TSimd.Count];
            GemmPanels panels = new(Sizes.OutputChannels, TSimd.Count);
            var (channels, stride) = (Sizes.Channels, PlaceStride(Sizes));

            // Weights are [output, channel, tap], or [channel, output, tap] where they are mirrored.
            long outputStride = Sizes.Mirrored ? taps : (long)channels * taps;
            long channelStride = Sizes.Mirrored ? (long)Sizes.OutputChannels * taps : taps;
            var count = panels.Vectors * channels;
            var end = (int)((long)count * (chunk + 1) / Chunks);
            var panel = 0;
            for (var i = (int)((long)count * chunk / Chunks); i < end; i++)
            {
                var (vector, channel) = Math.DivRem(i, channels);
                while (vector >= panels.Start(panel + 1))
                {
                    panel++;
                }

                var (first, width) = (panels.Start(panel), panels.Start(panel + 1) - panels.Start(panel));
                var output = vector * TSimd.Count;
                new StridedPacker<T>(Weight + (channel * channelStride), outputStride, 1).Pack<V, TSimd>(
                    filter, TSimd.Count, output, Math.Min(TSimd.Count, Sizes.OutputChannels - output), 0, taps);
                var to = To + ((((nint)first * channels) + ((nint)channel * width) + (vector - first)) * TSimd.Count);
                WinogradTransform<T, V, TSimd>.Weights(filter, Sizes.Taps, Sizes.Mirrored, to, stride);
            }
        }
    }
}
