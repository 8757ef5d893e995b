namespace DeepLearning.Data;

/// <summary>Ways to divide, join and change sets. None copies samples, except where it says so.</summary>
public static partial class Datasets
{
    /// <summary>The first samples of a set.</summary>
    /// <typeparam name="T">The type of a sample.</typeparam>
    /// <param name="source">The set.</param>
    /// <param name="count">How many.</param>
    /// <exception cref="ArgumentOutOfRangeException">The set has fewer, or the number is negative.</exception>
    public static Subset<T> Take<T>(this IDataset<T> source, int count) => new(source, Range(source, 0, count, nameof(Take)));

    /// <summary>The first samples of a set that reads whole batches.</summary>
    /// <typeparam name="T">The type of a sample.</typeparam>
    /// <typeparam name="TBatch">The type of a batch.</typeparam>
    /// <inheritdoc cref="Take{T}(IDataset{T}, int)"/>
    public static Subset<T, TBatch> Take<T, TBatch>(this IBatchedDataset<T, TBatch> source, int count) =>
        new(source, Range(source, 0, count, nameof(Take)));

    /// <summary>The samples of a set but for the first ones.</summary>
    /// <typeparam name="T">The type of a sample.</typeparam>
    /// <param name="source">The set.</param>
    /// <param name="count">How many are left out.</param>
    /// <exception cref="ArgumentOutOfRangeException">The set has fewer, or the number is negative.</exception>
    public static Subset<T> Skip<T>(this IDataset<T> source, int count) => new(source, RangeAfter(source, count));

    /// <summary>The samples of a set that reads whole batches but for the first ones.</summary>
    /// <typeparam name="T">The type of a sample.</typeparam>
    /// <typeparam name="TBatch">The type of a batch.</typeparam>
    /// <inheritdoc cref="Skip{T}(IDataset{T}, int)"/>
    public static Subset<T, TBatch> Skip<T, TBatch>(this IBatchedDataset<T, TBatch> source, int count) =>
        new(source, RangeAfter(source, count));

    /// <summary>The samples of a set in a random order, once for all; a loader's <c>shuffle</c> gives a new one each epoch.</summary>
    /// <typeparam name="T">The type of a sample.</typeparam>
    /// <param name="source">The set.</param>
    /// <param name="generator">Where the order comes from; <see cref="Generator.Default"/> when null.</param>
    public static Subset<T> Shuffle<T>(this IDataset<T> source, Generator? generator = null) => new(source, Order(source, generator));

    /// <summary>The samples of a set that reads whole batches in a random order, once for all.</summary>
    /// <typeparam name="T">The type of a sample.</typeparam>
    /// <typeparam name="TBatch">The type of a batch.</typeparam>
    /// <inheritdoc cref="Shuffle{T}(IDataset{T}, Generator?)"/>
    public static Subset<T, TBatch> Shuffle<T, TBatch>(this IBatchedDataset<T, TBatch> source, Generator? generator = null) =>
        new(source, Order(source, generator));

    private static int[] Order<T>(IDataset<T> source, Generator? generator)
    {
        ArgumentNullException.ThrowIfNull(source);
        return RandomOrder.Permutation(source.Count, generator ?? Generator.Default);
    }

    private static int[] RangeAfter<T>(IDataset<T> source, int start)
    {
        ArgumentNullException.ThrowIfNull(source);
        return Range(source, start, source.Count - Math.Max(start, 0), nameof(Skip));
    }

    private static int[] Range<T>(IDataset<T> source, int start, int count, string operation)
    {
        ArgumentNullException.ThrowIfNull(source);
        int asked = operation == nameof(Skip) ? start : count;
        if (asked < 0 || asked > source.Count)
        {
            throw new ArgumentOutOfRangeException(nameof(count),
                $"{operation}: {asked} samples of a set of {source.Count}; give 0 to {source.Count}.");
        }

        return RandomOrder.Identity(source.Count)[start..(start + count)];
    }
}
