using System.Runtime.CompilerServices;

namespace DeepLearning.Data;

/// <summary>Makes loaders without naming their types.</summary>
public static class DataLoader
{
    /// <summary>A loader over inputs and targets in memory, or another set of examples that reads whole batches.</summary>
    /// <param name="dataset">The set.</param>
    /// <param name="batchSize">Samples a batch.</param>
    /// <param name="shuffle">Go over the samples in a new random order each epoch.</param>
    /// <param name="dropLast">Leave out the last batch when it is smaller than the others.</param>
    /// <param name="workers">Threads that read ahead; 0 reads when asked.</param>
    /// <param name="seed">The seed of the orders; drawn from <see cref="Generator.Default"/> when null and the order is random.</param>
    /// <param name="sampler">Which samples, and their order; instead of <paramref name="shuffle"/>.</param>
    public static DataLoader<Example, Example> Create(
        IBatchedDataset<Example, Example> dataset, int batchSize, bool shuffle = false, bool dropLast = false, int workers = 0,
        ulong? seed = null, Sampler? sampler = null) =>
        new(dataset, batchSize, shuffle, dropLast, workers, seed: seed, sampler: sampler);

    /// <summary>A loader over examples read one by one, which are stacked along a new first axis.</summary>
    /// <inheritdoc cref="Create(IBatchedDataset{Example, Example}, int, bool, bool, int, ulong?, Sampler?)"/>
    [OverloadResolutionPriority(-1)]
    public static DataLoader<Example, Example> Create(
        IDataset<Example> dataset, int batchSize, bool shuffle = false, bool dropLast = false, int workers = 0, ulong? seed = null,
        Sampler? sampler = null) =>
        new(dataset, batchSize, Stack, shuffle, dropLast, workers, seed: seed, sampler: sampler);

    /// <summary>The default collation: inputs and targets stacked along a new first axis.</summary>
    /// <param name="samples">The samples, all of the same shapes.</param>
    /// <exception cref="ShapeException">Shapes differ between samples.</exception>
    public static Example Stack(IReadOnlyList<Example> samples)
    {
        ArgumentNullException.ThrowIfNull(samples);
        return new Example(
            Tensor.Stack([.. samples.Select(static s => s.Input)]), Tensor.Stack([.. samples.Select(static s => s.Target)]));
    }
}
