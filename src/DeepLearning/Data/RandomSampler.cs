namespace DeepLearning.Data;

/// <summary>Samples drawn uniformly: each once (a new random order each epoch), or with replacement.</summary>
public sealed class RandomSampler : Sampler
{
    private readonly int _count;

    /// <summary>Decides what to draw.</summary>
    /// <param name="datasetCount">The number of samples of the set.</param>
    /// <param name="replacement">Draw each anew from the whole set, so that one may come twice and another not at all.</param>
    /// <param name="count">How many an epoch has; as many as the set when null.</param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// A number is less than 1, or more samples are to be drawn without replacement than there are.
    /// </exception>
    public RandomSampler(int datasetCount, bool replacement = false, int? count = null) : base(datasetCount)
    {
        _count = count ?? datasetCount;
        ArgumentOutOfRangeException.ThrowIfLessThan(_count, 1, nameof(count));
        if (!replacement && _count > datasetCount)
        {
            throw new ArgumentOutOfRangeException(nameof(count),
                $"RandomSampler: {_count} samples without replacement are more than the {datasetCount} of the set; use replacement.");
        }

        Replacement = replacement;
    }

    /// <summary>Whether a sample may come more than once in an epoch.</summary>
    public bool Replacement { get; }

    /// <inheritdoc/>
    public override int Count => _count;

    /// <inheritdoc/>
    public override int[] Order(Generator generator)
    {
        ArgumentNullException.ThrowIfNull(generator);
        if (!Replacement)
        {
            int[] all = RandomOrder.Permutation(DatasetCount, generator);
            return _count == all.Length ? all : all[.._count];
        }

        return Array.ConvertAll(RandomOrder.Bits(_count, generator), bits => RandomOrder.Below(DatasetCount, bits));
    }
}
