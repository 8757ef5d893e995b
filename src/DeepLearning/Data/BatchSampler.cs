namespace DeepLearning.Data;

/// <summary>
/// Decides which samples of a set go together into the batches of an epoch. Derive from it for batches of your own: they must follow from
/// the generator alone, so that a loader can repeat an epoch and continue in its middle.
/// </summary>
public abstract class BatchSampler
{
    /// <summary>A sampler of sets of a given size.</summary>
    /// <param name="datasetCount">The number of samples of the set.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is not at least one.</exception>
    protected BatchSampler(int datasetCount)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(datasetCount, 1);
        DatasetCount = datasetCount;
    }

    /// <summary>The number of samples of the set.</summary>
    public int DatasetCount { get; }

    /// <inheritdoc/>
    public override string ToString() => $"{GetType().Name}: {Count} batches of {SampleCount} samples";

    /// <summary>Batches an epoch, each epoch the same.</summary>
    public abstract int Count { get; }

    /// <summary>Samples that an epoch's batches have together, each epoch the same.</summary>
    public abstract int SampleCount { get; }

    /// <summary>Whether the batches depend on the generator; true unless overridden.</summary>
    public virtual bool IsRandom => true;

    /// <summary>The positions in the set of each batch of an epoch: <see cref="Count"/> lists.</summary>
    /// <param name="generator">Where random numbers come from: one for each epoch.</param>
    public abstract IReadOnlyList<int[]> Batches(Generator generator);
}
