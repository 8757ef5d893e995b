namespace DeepLearning.Data;

/// <summary>All samples in the order of the set.</summary>
/// <param name="datasetCount">The number of samples of the set.</param>
/// <exception cref="ArgumentOutOfRangeException">There is not at least one.</exception>
public sealed class SequentialSampler(int datasetCount) : Sampler(datasetCount)
{
    /// <inheritdoc/>
    public override bool IsRandom => false;

    /// <inheritdoc/>
    public override int[] Order(Generator generator) => RandomOrder.Identity(DatasetCount);
}
