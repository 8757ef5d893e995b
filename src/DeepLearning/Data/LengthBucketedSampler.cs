namespace DeepLearning.Data;

/// <summary>
/// Batches of samples of similar length, so that sequences padded to the longest of their batch waste little.
/// </summary>
/// <remarks>
/// The samples in the order of their lengths, the longest first, are divided into buckets of a few batches each. An epoch shuffles every
/// bucket, cuts it into batches, and shuffles the batches. What is left for a smaller batch, or left out, is from the bucket of the
/// shortest. The number of batches and their sizes are the same in each epoch.
/// </remarks>
public sealed class LengthBucketedSampler : BatchSampler
{
    private readonly int[] _longestFirst;
    private readonly int[] _starts;
    private readonly int _bucketSize;
    private readonly bool _shuffle;

    /// <summary>Decides the batches.</summary>
    /// <param name="lengths">The length of each sample of the set.</param>
    /// <param name="batchSize">The most samples a batch has.</param>
    /// <param name="maxTokens">The most places a batch has, samples × longest, padding included; no limit when null.</param>
    /// <param name="shuffle">Draw new batches each epoch; otherwise they are always the same, the longest first.</param>
    /// <param name="dropLast">Leave out the batch of the shortest samples when it is smaller than it could be.</param>
    /// <param name="bucketBatches">Batches per bucket: more give batches of more varied samples and more padding.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is less than 1, or there are no lengths.</exception>
    /// <exception cref="ArgumentException">
    /// A length is negative, a sample alone has more than <paramref name="maxTokens"/>, or no batch is left without the last.
    /// </exception>
    public LengthBucketedSampler(
        IReadOnlyList<int> lengths, int batchSize, int? maxTokens = null, bool shuffle = true, bool dropLast = false, int bucketBatches = 8)
        : base(lengths?.Count ?? throw new ArgumentNullException(nameof(lengths)))
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(batchSize, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxTokens ?? 1, 1, nameof(maxTokens));
        ArgumentOutOfRangeException.ThrowIfLessThan(bucketBatches, 1);
        int[] sorted = [.. lengths];
        for (int i = 0; i < sorted.Length; i++)
        {
            if (sorted[i] < 0 || sorted[i] > maxTokens)
            {
                throw new ArgumentException(
                    sorted[i] < 0
                        ? $"LengthBucketedSampler: the length of sample {i} is {sorted[i]}."
                        : $"LengthBucketedSampler: sample {i} has {sorted[i]} tokens, more than the {maxTokens} of a batch; "
                            + "allow more, or cut or leave out such samples.",
                    nameof(lengths));
            }
        }

        _shuffle = shuffle;
        _bucketSize = (int)Math.Min((long)batchSize * bucketBatches, sorted.Length);
        _longestFirst = [.. RandomOrder.Identity(sorted.Length).OrderByDescending(i => sorted[i])];

        // The longest of a bucket bounds all that follow, so the cuts hold for every order within the buckets.
        List<int> starts = [0];
        int next = 0, size = 0;
        while (next < sorted.Length)
        {
            int longest = Math.Max(1, sorted[_longestFirst[next / _bucketSize * _bucketSize]]);
            size = Math.Min(batchSize, (maxTokens ?? int.MaxValue) / longest);
            next = (int)Math.Min((long)next + size, sorted.Length);
            starts.Add(next);
        }

        if (dropLast && starts[^1] - starts[^2] < size)
        {
            starts.RemoveAt(starts.Count - 1);
        }

        _starts = [.. starts];
        if (Count == 0)
        {
            throw new ArgumentException(
                $"LengthBucketedSampler: {sorted.Length} samples do not fill one batch of {size}, and with dropLast none is left; "
                + "use smaller batches, or keep the last.",
                nameof(batchSize));
        }
    }

    /// <inheritdoc/>
    public override int Count => _starts.Length - 1;

    /// <inheritdoc/>
    public override int SampleCount => _starts[^1];

    /// <inheritdoc/>
    public override bool IsRandom => _shuffle;

    /// <inheritdoc/>
    public override IReadOnlyList<int[]> Batches(Generator generator)
    {
        ArgumentNullException.ThrowIfNull(generator);
        int[] order = [.. _longestFirst];
        for (int start = 0; _shuffle && start < order.Length; start += _bucketSize)
        {
            RandomOrder.Shuffle(order.AsSpan(start, Math.Min(_bucketSize, order.Length - start)), generator);
        }

        int[][] batches = new int[Count][];
        for (int i = 0; i < batches.Length; i++)
        {
            batches[i] = order[_starts[i].._starts[i + 1]];
        }

        if (_shuffle)
        {
            RandomOrder.Shuffle<int[]>(batches, generator);
        }

        return batches;
    }
}
