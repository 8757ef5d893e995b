namespace DeepLearning.Data;

/// <summary>What sets that read whole batches share.</summary>
internal static class Batched
{
    /// <summary>A sample read as a batch of one.</summary>
    public static Example Single(this IBatchedDataset<Example, Example> source, int index)
    {
        Example batch = source.GetBatch([index]);
        return new Example(batch.Input[0], batch.Target[0]);
    }

    /// <summary>Checks the positions of a batch.</summary>
    /// <exception cref="ArgumentOutOfRangeException">One is outside the set.</exception>
    public static void CheckIndices(ReadOnlySpan<int> indices, int count)
    {
        foreach (int index in indices)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(index, nameof(indices));
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, count, nameof(indices));
        }
    }
}
