namespace DeepLearning.Data;

/// <summary>Some samples of another set, in a given order.</summary>
/// <typeparam name="T">The type of a sample.</typeparam>
public class Subset<T> : IDataset<T>
{
    private readonly int[] _indices;

    /// <summary>Chooses samples.</summary>
    /// <param name="source">The other set.</param>
    /// <param name="indices">The positions in it.</param>
    /// <exception cref="ArgumentOutOfRangeException">A position is outside the set.</exception>
    public Subset(IDataset<T> source, IEnumerable<int> indices)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(indices);
        Source = source;
        _indices = [.. indices];
        foreach (int index in _indices)
        {
            if (index < 0 || index >= source.Count)
            {
                throw new ArgumentOutOfRangeException(nameof(indices),
                    $"Subset: position {index} is outside a set of {source.Count} samples.");
            }
        }
    }

    /// <summary>The set that the samples come from.</summary>
    public IDataset<T> Source { get; }

    /// <summary>The positions in <see cref="Source"/>.</summary>
    public IReadOnlyList<int> Indices => _indices;

    /// <inheritdoc/>
    public int Count => _indices.Length;

    /// <inheritdoc/>
    public override string ToString() => $"Subset: {Count} of {Source.Count} samples of {Source}";

    /// <inheritdoc/>
    public T this[int index] => Source[_indices[index]];

    private protected int[] Translate(ReadOnlySpan<int> indices)
    {
        int[] result = new int[indices.Length];
        for (int i = 0; i < result.Length; i++)
        {
            result[i] = _indices[indices[i]];
        }

        return result;
    }
}

/// <summary>Some samples of a set that reads whole batches.</summary>
/// <typeparam name="T">The type of a sample.</typeparam>
/// <typeparam name="TBatch">The type of a batch.</typeparam>
public sealed class Subset<T, TBatch> : Subset<T>, IBatchedDataset<T, TBatch>
{
    private readonly IBatchedDataset<T, TBatch> _source;

    /// <summary>Chooses samples.</summary>
    /// <param name="source">The other set.</param>
    /// <param name="indices">The positions in it.</param>
    /// <exception cref="ArgumentOutOfRangeException">A position is outside the set.</exception>
    public Subset(IBatchedDataset<T, TBatch> source, IEnumerable<int> indices) : base(source, indices) => _source = source;

    /// <inheritdoc/>
    public TBatch GetBatch(ReadOnlySpan<int> indices) => _source.GetBatch(Translate(indices));
}
