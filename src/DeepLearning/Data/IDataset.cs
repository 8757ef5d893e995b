namespace DeepLearning.Data;

/// <summary>A set of samples that can be read by their position, from several threads at once.</summary>
/// <typeparam name="T">The type of a sample.</typeparam>
public interface IDataset<out T>
{
    /// <summary>The number of samples.</summary>
    int Count { get; }

    /// <summary>One sample.</summary>
    /// <param name="index">Its position, 0 to <see cref="Count"/> − 1.</param>
    T this[int index] { get; }
}

/// <summary>A set that reads a whole batch faster than sample by sample.</summary>
/// <typeparam name="T">The type of a sample.</typeparam>
/// <typeparam name="TBatch">The type of a batch.</typeparam>
public interface IBatchedDataset<out T, out TBatch> : IDataset<T>
{
    /// <summary>The samples at some positions, as one batch.</summary>
    /// <param name="indices">The positions.</param>
    TBatch GetBatch(ReadOnlySpan<int> indices);
}
