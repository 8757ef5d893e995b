namespace DeepLearning.Data;

/// <summary>
/// The random numbers of one epoch, a function of (seed, epoch). Philox's key is made of both; stream 0 gives the order, stream 1 + i
/// belongs to the reading of the epoch's i-th sample, and the streams from 2⁶³ on to whole batches. So what a sample draws depends neither
/// on the number of readers nor on what was drawn before.
/// </summary>
/// <param name="seed">The loader's seed.</param>
/// <param name="epoch">The epoch's number.</param>
internal readonly struct EpochNumbers(ulong seed, int epoch)
{
    private const ulong BatchStreams = 1UL << 63;

    private readonly ulong _key = seed + ((ulong)epoch * 0x9E3779B97F4A7C15UL);

    /// <summary>A new generator for the order.</summary>
    public Generator Order => new(_key);

    /// <summary>Where the numbers for reading a sample begin.</summary>
    public GeneratorState Sample(long position) => new(_key, 1 + (ulong)position, 0);

    /// <summary>Where the numbers for reading or collating a batch begin.</summary>
    public GeneratorState Batch(int batch) => new(_key, BatchStreams + (ulong)batch, 0);

    /// <summary>
    /// A seed that follows from where the default generator stands, without taking a number from it: a loader in the order of the set
    /// changes nothing for the code around it, and yet a seeded program's augmentation follows from that seed.
    /// </summary>
    public static ulong PeekedSeed()
    {
        GeneratorState state = Generator.Default.State;
        (uint x0, uint x1, uint x2, uint x3) = Philox.Block(state.Seed ^ 0x6C6F61646572UL, state.Stream, state.Position);
        return (((ulong)(x0 ^ x2)) << 32) | (x1 ^ x3);
    }
}
