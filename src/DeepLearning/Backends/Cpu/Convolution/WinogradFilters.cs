using System.Numerics;
using System.Runtime.CompilerServices;

namespace DeepLearning.Backends.Cpu;

/// <summary>
/// The filters of <see cref="Winograd"/>, transformed: for each of the places a matrix [channels, outputs] of all phases, in panels of up
/// to three vectors of outputs.
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
    public static nint PlaceStride(in TiledShape sizes) => Spread((nint)Vectors(sizes.PhaseOutputs) * TSimd.Count * sizes.PhaseChannels);

    /// <summary>Vectors of so many outputs.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Vectors(int outputs) => (outputs + TSimd.Count - 1) / TSimd.Count;

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
            To = to.Get<T>(sizes.Places * PlaceStride(sizes)),
            Chunks = Math.Min(
                Vectors(sizes.OutputChannels) * sizes.Channels, Workers.Chunks((long)sizes.Channels * sizes.OutputChannels, ChunkFilters)),
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
            var taps = Sizes.Kernel * Sizes.Kernel;
            var filter = stackalloc T[taps * TSimd.Count];
            var (channels, phases) = (Sizes.Channels, Sizes.SourceStride * Sizes.TargetStride);

            // Weights are [output, channel, tap], or [channel, output, tap] where they are mirrored.
            long outputStride = Sizes.Mirrored ? taps : (long)channels * taps;
            long channelStride = Sizes.Mirrored ? (long)Sizes.OutputChannels * taps : taps;
            var count = Vectors(Sizes.OutputChannels) * channels;
            var end = (int)((long)count * (chunk + 1) / Chunks);
            for (var i = (int)((long)count * chunk / Chunks); i < end; i++)
            {
                var (vector, channel) = Math.DivRem(i, channels);
                var output = vector * TSimd.Count;
                new StridedPacker<T>(Weight + (channel * channelStride), outputStride, 1).Pack<V, TSimd>(
                    filter, TSimd.Count, output, Math.Min(TSimd.Count, Sizes.OutputChannels - output), 0, taps);
                for (var phase = 0; phase < phases * phases; phase++)
                {
                    var (y, x) = Math.DivRem(phase, phases);
                    WinogradTransform<T, V, TSimd>.Weights(
                        filter + (((y * Sizes.Kernel) + x) * TSimd.Count), Sizes.Kernel * phases * TSimd.Count, phases * TSimd.Count,
                        Sizes.Taps, Sizes.Mirrored, Place(output, channel, y, x), PlaceStride(Sizes));
                }
            }
        }

        /// <summary>Where the filters of some outputs and a channel go, at the first place.</summary>
        [MethodImpl(MethodImplOptions.NoInlining)]
        private readonly T* Place(int output, int channel, int y, int x)
        {
            GemmPanels panels = new(Sizes.PhaseOutputs, TSimd.Count);
            if (Sizes.Mirrored)
            {
                output = TiledShape.Phase(Sizes.OutputChannels, Sizes.TargetStride, output, y, x);
            }
            else
            {
                channel = TiledShape.Phase(Sizes.Channels, Sizes.SourceStride, channel, y, x);
            }

            var vector = output / TSimd.Count;
            var panel = panels.Of(vector);
            var (first, width) = (panels.Start(panel), panels.Start(panel + 1) - panels.Start(panel));
            return To + ((((nint)first * Sizes.PhaseChannels) + ((nint)channel * width) + (vector - first)) * TSimd.Count);
        }
    }
}
