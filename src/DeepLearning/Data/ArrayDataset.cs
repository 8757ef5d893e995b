namespace DeepLearning.Data;

/// <summary>Samples held in a list.</summary>
/// <typeparam name="T">The type of a sample.</typeparam>
public sealed class ArrayDataset<T> : IDataset<T>
{
    private readonly IReadOnlyList<T> _samples;

    /// <summary>Wraps a list, without a copy.</summary>
    /// <param name="samples">The samples.</param>
    public ArrayDataset(IReadOnlyList<T> samples)
    {
        ArgumentNullException.ThrowIfNull(samples);
        _samples = samples;
    }

    /// <inheritdoc/>
    public int Count => _samples.Count;

    /// <inheritdoc/>
    public T this[int index] => _samples[index];

    /// <inheritdoc/>
    public override string ToString() => $"ArrayDataset: {Count} samples";
}
