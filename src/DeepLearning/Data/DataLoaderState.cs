namespace DeepLearning.Data;

/// <summary>Where a loader stands, for checkpoints: with the same set and the same settings it says which batch comes next.</summary>
/// <param name="Seed">The seed of the orders and of the random numbers drawn while samples are read.</param>
/// <param name="Epoch">The number of the epoch that is running or, when none is, of the next one; from 0.</param>
/// <param name="Batch">
/// How many of that epoch's batches have been handed out. All of them (<see cref="IDataLoader{TBatch}.Count"/>) between the last batch and
/// the end of its enumeration; afterwards the state is that of the next epoch.
/// </param>
public readonly record struct DataLoaderState(ulong Seed, int Epoch, int Batch);
