namespace DeepLearning;

/// <summary>
/// Where generators stood when a stretch of code on one thread first drew from each of them, so that the code can be run again with the
/// same numbers.
/// </summary>
internal sealed class GeneratorRecord : IDisposable
{
    [ThreadStatic]
    private static GeneratorRecord? s_current;

    private readonly GeneratorRecord? _outer = s_current;
    private readonly Dictionary<Generator, GeneratorState> _states = new(ReferenceEqualityComparer.Instance);

    private GeneratorRecord()
    {
    }

    /// <summary>Records on this thread until the result is disposed.</summary>
    public static GeneratorRecord Start() => s_current = new GeneratorRecord();

    /// <summary>A generator that stood so is about to be drawn from, or set.</summary>
    public static void Note(Generator generator, GeneratorState state)
    {
        for (GeneratorRecord? record = s_current; record is not null; record = record._outer)
        {
            record._states.TryAdd(generator, state);
        }
    }

    /// <summary>Sets the generators back; disposing the result sets them to where they are now.</summary>
    public Replay Again() => new(_states);

    public void Dispose() => s_current = _outer;

    public readonly ref struct Replay
    {
        private readonly (Generator Generator, GeneratorState State)[] _now;

        public Replay(Dictionary<Generator, GeneratorState> states)
        {
            _now = [.. states.Keys.Select(static generator => (generator, generator.State))];
            foreach ((Generator generator, GeneratorState state) in states)
            {
                generator.State = state;
            }
        }

        public void Dispose()
        {
            foreach ((Generator generator, GeneratorState state) in _now)
            {
                generator.State = state;
            }
        }
    }
}
