namespace DeepLearning.Data;

/// <summary>Ways to divide sets.</summary>
public static class Datasets
{
    /// <summary>Divides a set at random into parts of given sizes, without overlap.</summary>
    /// <typeparam name="T">The type of a sample.</typeparam>
    /// <param name="source">The set.</param>
    /// <param name="counts">The number of samples of each part; together all of the set.</param>
    /// <param name="generator">Where the order comes from; <see cref="Generator.Default"/> when null.</param>
    /// <exception cref="ArgumentException">A count is negative, or they do not add up to the set's.</exception>
    public static Subset<T>[] RandomSplit<T>(this IDataset<T> source, ReadOnlySpan<int> counts, Generator? generator = null) =>
        Split(source, source?.Count ?? 0, counts, generator, static (s, indices) => new Subset<T>(s, indices));

    /// <inheritdoc cref="RandomSplit{T}(IDataset{T}, ReadOnlySpan{int}, Generator?)"/>
    /// <typeparam name="T">The type of a sample.</typeparam>
    /// <typeparam name="TBatch">The type of a batch.</typeparam>
    public static Subset<T, TBatch>[] RandomSplit<T, TBatch>(
        this IBatchedDataset<T, TBatch> source, ReadOnlySpan<int> counts, Generator? generator = null) =>
        Split(source, source?.Count ?? 0, counts, generator, static (s, indices) => new Subset<T, TBatch>(s, indices));

    /// <summary>Divides inputs and targets at random into parts of given sizes, without overlap.</summary>
    /// <param name="source">The set.</param>
    /// <param name="counts">The number of samples of each part; together all of the set.</param>
    /// <param name="generator">Where the order comes from; <see cref="Generator.Default"/> when null.</param>
    /// <exception cref="ArgumentException">A count is negative, or they do not add up to the set's.</exception>
    public static Subset<Example, Example>[] RandomSplit(this TensorDataset source, ReadOnlySpan<int> counts,
        Generator? generator = null) =>
        RandomSplit<Example, Example>(source, counts, generator);

    private static TPart[] Split<TSource, TPart>(
        TSource source, int total, ReadOnlySpan<int> counts, Generator? generator, Func<TSource, int[], TPart> part)
        where TSource : class?
    {
        ArgumentNullException.ThrowIfNull(source);
        long sum = 0;
        foreach (int count in counts)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(count, nameof(counts));
            sum += count;
        }

        if (sum != total)
        {
            throw new ArgumentException($"RandomSplit: the parts {Shape.Format(counts)} have {sum} samples together, the set has {total}.",
                nameof(counts));
        }

        int[] order = Shuffle.Permutation(total, generator ?? Generator.Default);
        TPart[] parts = new TPart[counts.Length];
        for (int i = 0, start = 0; i < parts.Length; start += counts[i], i++)
        {
            parts[i] = part(source, order[start..(start + counts[i])]);
        }

        return parts;
    }
}
