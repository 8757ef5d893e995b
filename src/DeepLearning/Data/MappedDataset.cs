namespace DeepLearning.Data;

/// <summary>A set whose samples are changed when they are read.</summary>
internal class MappedDataset<T, TResult>(IDataset<T> source, Func<T, TResult> map) : IDataset<TResult>
{
    public int Count => source.Count;

    /// <inheritdoc/>
    public override string ToString() => $"mapped: {source}";

    public TResult this[int index] => map(source[index]);
}

/// <summary>A set that reads whole batches, which are changed when they are read.</summary>
internal sealed class MappedDataset<T, TBatch, TResult, TBatchResult>(
    IBatchedDataset<T, TBatch> source, Func<T, TResult> map, Func<TBatch, TBatchResult> mapBatch)
    : MappedDataset<T, TResult>(source, map), IBatchedDataset<TResult, TBatchResult>
{
    private readonly IBatchedDataset<T, TBatch> _source = source;

    public TBatchResult GetBatch(ReadOnlySpan<int> indices) => mapBatch(_source.GetBatch(indices));
}
