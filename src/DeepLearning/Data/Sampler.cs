namespace DeepLearning.Data;

/// <summary>
/// Decides which samples of a set an epoch goes over, and in which order. Derive from it for an order of your own: it must follow from the
/// generator alone, so that a loader can repeat an epoch.
/// </summary>
public abstract class Sampler
{
    /// <summary>A sampler of sets of a given size.</summary>
    /// <param name="datasetCount">The number of samples of the set.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is not at least one.</exception>
    protected Sampler(int datasetCount)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(datasetCount, 1);
        DatasetCount = datasetCount;
    }

    /// <summary>The number of samples of the set.</summary>
    public int DatasetCount { get; }

    /// <summary>The number of positions that an epoch's order has, each epoch the same; those of the set unless overridden.</summary>
    public virtual int Count => DatasetCount;

    /// <summary>Whether the order depends on the generator; true unless overridden.</summary>
    public virtual bool IsRandom => true;

    /// <inheritdoc/>
    public override string ToString() => $"{GetType().Name}: {Count} of {DatasetCount} samples";

    /// <summary>The positions of an epoch's samples in the set, in order.</summary>
    /// <param name="generator">Where random numbers come from: one for each epoch.</param>
    public abstract int[] Order(Generator generator);
}
