namespace DeepLearning;

/// <summary>
/// A source of random numbers: the counter-based Philox 4×32-10 (Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as easy as
/// 1, 2, 3", 2011). The same seed gives the same numbers on any number of threads and any processor.
/// </summary>
/// <remarks>
/// A generator is a key (the seed), a stream and a position. Every random operation takes the next range of positions at once and
/// computes each of its elements from its own position, so that threads may share a generator: each call gets numbers no other gets,
/// and only the order of the calls decides which.
/// </remarks>
public sealed class Generator
{
    private const ulong DefaultSeed = 67280421310721;

    private static readonly Generator _shared = new(DefaultSeed);

    [ThreadStatic]
    private static Generator? s_onThread;

    private readonly Lock _gate = new();
    private GeneratorState _state;

    /// <summary>Makes a generator that starts at the beginning of the given seed's numbers.</summary>
    /// <param name="seed">The seed; every value is as good as any other.</param>
    public Generator(ulong seed) => _state = new GeneratorState(seed, 0, 0);

    private Generator(GeneratorState state) => _state = state;

    /// <summary>
    /// The generator that operations use when none is given: one for the whole process, whose seed is fixed until
    /// <see cref="ManualSeed"/> is called, or the one that <see cref="AsDefault"/> put in its place on this thread.
    /// </summary>
    public static Generator Default => s_onThread ?? _shared;

    /// <summary>The seed.</summary>
    public ulong Seed => State.Seed;

    /// <inheritdoc/>
    public override string ToString() => State is var state
        ? $"Generator(seed {state.Seed}{(state.Stream == 0 ? "" : $", stream {state.Stream}")}, position {state.Position})"
        : "";

    /// <summary>The whole state; setting it continues from there bit for bit.</summary>
    public GeneratorState State
    {
        get
        {
            lock (_gate)
            {
                return _state;
            }
        }

        set
        {
            lock (_gate)
            {
                GeneratorRecord.Note(this, _state);
                _state = value;
            }
        }
    }

    /// <summary>Starts anew from a seed.</summary>
    /// <param name="seed">The seed.</param>
    /// <returns>This generator.</returns>
    public Generator ManualSeed(ulong seed)
    {
        State = new GeneratorState(seed, 0, 0);
        return this;
    }

    /// <summary>
    /// Makes this generator the <see cref="Default"/> of the current thread until the result is disposed:
    /// <c>using (generator.AsDefault()) { … }</c>. Code that knows nothing of generators then draws from it, and nothing that other
    /// threads draw comes between. Other threads are not affected. Regions close on the thread that opened them, innermost first.
    /// </summary>
    /// <returns>The region; disposing it brings the previous default back.</returns>
    public DefaultRegion AsDefault() => new(this);

    /// <summary>
    /// Makes a generator whose numbers are independent of this one's: its seed and its stream are the next 128 random bits of this
    /// generator, which moves on by them. Use it to give each worker or each model its own sequence.
    /// </summary>
    /// <returns>The new generator.</returns>
    public Generator Fork()
    {
        Span<ulong> bits = stackalloc ulong[2];
        Philox.Fill(bits, Reserve(Philox.Blocks64(bits.Length)), 0);
        return new Generator(new GeneratorState(bits[0], bits[1], 0));
    }

    /// <summary>Makes <paramref name="count"/> generators by <see cref="Fork"/>.</summary>
    /// <param name="count">How many.</param>
    /// <returns>The new generators.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="count"/> is negative.</exception>
    public IReadOnlyList<Generator> Split(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        Generator[] generators = new Generator[count];
        for (int i = 0; i < count; i++)
        {
            generators[i] = Fork();
        }

        return generators;
    }

    /// <summary>A random 64-bit number.</summary>
    /// <returns>The number.</returns>
    public ulong NextUInt64()
    {
        // The first number of a fill, without the others of its group.
        GeneratorState range = Reserve(Philox.Blocks64(1));
        (uint low, uint high, _, _) = Philox.Block(range.Seed, range.Stream, range.Position);
        return ((ulong)high << 32) | low;
    }

    /// <summary>A random number, uniform in [0, 1).</summary>
    /// <returns>The number, a multiple of 2⁻⁵³.</returns>
    public double NextDouble() => (NextUInt64() >> 11) * (1.0 / (1L << 53));

    /// <summary>Takes the next <paramref name="blocks"/> blocks of 128 random bits: no other caller gets them.</summary>
    internal GeneratorState Reserve(long blocks)
    {
        lock (_gate)
        {
            GeneratorState range = _state;
            GeneratorRecord.Note(this, range);
            _state = range with { Position = range.Position + (ulong)blocks };
            return range;
        }
    }

    /// <summary>A stretch of code on one thread with its own <see cref="Default"/>.</summary>
    public readonly ref struct DefaultRegion
    {
        private readonly Generator? _previous;

        internal DefaultRegion(Generator generator)
        {
            _previous = s_onThread;
            s_onThread = generator;
        }

        /// <summary>Brings the previous default back.</summary>
        public void Dispose() => s_onThread = _previous;
    }
}
