using System.Runtime.CompilerServices;

namespace DeepLearning.Data;

/// <summary>Makes loaders without naming their types.</summary>
public static class DataLoader
{
    /// <summary>A loader over inputs and targets in memory, or another set of examples that reads whole batches.</summary>
    /// <param name="dataset">The set.</param>
    /// <param name="batchSize">Samples per batch.</param>
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

    /// <summary>A loader with batches of a sampler's choice, over a set of examples that reads whole batches.</summary>
    /// <param name="dataset">The set.</param>
    /// <param name="batches">Which samples go together, and their order.</param>
    /// <param name="workers">Threads that read ahead; 0 reads when asked.</param>
    /// <param name="seed">The seed of the orders; drawn from <see cref="Generator.Default"/> when null and the order is random.</param>
    public static DataLoader<Example, Example> Create(
        IBatchedDataset<Example, Example> dataset, BatchSampler batches, int workers = 0, ulong? seed = null) =>
        new(dataset, batches, workers, seed: seed);

    /// <summary>A loader with batches of a sampler's choice, of examples read one by one and stacked along a new first axis.</summary>
    /// <inheritdoc cref="Create(IBatchedDataset{Example, Example}, BatchSampler, int, ulong?)"/>
    [OverloadResolutionPriority(-1)]
    public static DataLoader<Example, Example> Create(
        IDataset<Example> dataset, BatchSampler batches, int workers = 0, ulong? seed = null) =>
        new(dataset, batches, Stack, workers, seed: seed);

    /// <summary>
    /// A loader of sequences of different lengths, padded to the longest of their batch; with a <see cref="LengthBucketedSampler"/> that
    /// is little.
    /// </summary>
    /// <param name="dataset">The set.</param>
    /// <param name="batches">Which samples go together, and their order.</param>
    /// <param name="inputPadding">What fills up the inputs.</param>
    /// <param name="targetPadding">What fills up the targets, when they are sequences; −100 is what a loss ignores.</param>
    /// <param name="workers">Threads that read ahead; 0 reads when asked.</param>
    /// <param name="seed">The seed of the orders; drawn from <see cref="Generator.Default"/> when null and the order is random.</param>
    public static DataLoader<Example, PaddedExample> CreatePadded(
        IDataset<Example> dataset, BatchSampler batches, Scalar? inputPadding = null, Scalar? targetPadding = null, int workers = 0,
        ulong? seed = null) =>
        new(dataset, batches, samples => Pad(samples, inputPadding, targetPadding), workers, seed: seed);

    /// <summary>The default collation: inputs and targets stacked along a new first axis.</summary>
    /// <param name="samples">The samples, all of the same shapes.</param>
    /// <exception cref="ShapeException">Shapes differ between samples.</exception>
    public static Example Stack(IReadOnlyList<Example> samples)
    {
        ArgumentNullException.ThrowIfNull(samples);
        return new Example(
            Tensor.Stack([.. samples.Select(static s => s.Input)]), Tensor.Stack([.. samples.Select(static s => s.Target)]));
    }

    /// <summary>
    /// The collation of sequences: inputs padded to the longest; targets stacked when they are single numbers, otherwise padded too.
    /// </summary>
    /// <param name="samples">The samples: their inputs, [length, ..], differ at most in their lengths, and so do targets with axes.</param>
    /// <param name="inputPadding">What fills up the inputs; 0 when null.</param>
    /// <param name="targetPadding">What fills up the targets; −100 when null, which the losses over classes ignore.</param>
    /// <exception cref="ShapeException">Shapes differ beyond the first axis.</exception>
    public static PaddedExample Pad(IReadOnlyList<Example> samples, Scalar? inputPadding = null, Scalar? targetPadding = null)
    {
        ArgumentNullException.ThrowIfNull(samples);
        (Tensor inputs, Tensor lengths) = Collate.Pad([.. samples.Select(static s => s.Input)], inputPadding);
        Tensor[] targets = [.. samples.Select(static s => s.Target)];
        bool areNumbers = Array.TrueForAll(targets, static t => t.Rank == 0);
        return new PaddedExample(inputs, lengths, areNumbers ? Tensor.Stack(targets) : Collate.Pad(targets, targetPadding ?? -100).Padded);
    }
}
