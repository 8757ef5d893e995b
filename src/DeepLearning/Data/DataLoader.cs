using System.Collections;

namespace DeepLearning.Data;

/// <summary>
/// Goes over a set in batches. Each <c>foreach</c> is one epoch, in an order that depends on the seed and the epoch's number only. With
/// workers, batches are read ahead on threads of their own and handed out in order; the result is the same, bit for bit.
/// </summary>
/// <remarks>
/// <para>
/// While a sample is read, <see cref="Generator.Default"/> is a generator of its own, which follows from the seed, the epoch and the
/// sample's place in the epoch; a set that reads whole batches, and the collation, have one for each batch. So random augmentation in a set
/// neither depends on the number of workers nor on what else draws random numbers, changes from epoch to epoch, and comes again after a
/// resume.
/// </para>
/// <para>
/// Several threads may enumerate a loader at once; each enumeration is an epoch of its own. The set is then read by several threads, as it
/// is with workers.
/// </para>
/// </remarks>
/// <typeparam name="T">The type of a sample.</typeparam>
/// <typeparam name="TBatch">The type of a batch.</typeparam>
public sealed class DataLoader<T, TBatch> : IDataLoader<TBatch>
{
    private readonly Lock _gate = new();
    private readonly IDataset<T> _dataset;
    private readonly Func<IReadOnlyList<T>, TBatch>? _collate;
    private readonly BatchSampler _sampler;

    private ulong _seed;
    private int _nextEpoch;
    private int _nextBatch;
    private Run? _running;

    /// <summary>A loader that makes its batches of samples read one by one.</summary>
    /// <param name="dataset">The set.</param>
    /// <param name="batchSize">Samples per batch.</param>
    /// <param name="collate">Makes a batch of samples.</param>
    /// <param name="shuffle">Go over the samples in a new random order each epoch.</param>
    /// <param name="dropLast">Leave out the last batch when it is smaller than the others.</param>
    /// <param name="workers">Threads that read ahead; 0 reads when asked, on the caller's thread.</param>
    /// <param name="prefetch">Batches that each worker reads ahead.</param>
    /// <param name="seed">
    /// The seed of the orders and of the random numbers drawn while samples are read. When null it is drawn from
    /// <see cref="Generator.Default"/> if the order is random; otherwise it follows from where that generator stands, which stays there.
    /// </param>
    /// <param name="sampler">Which samples, and their order; instead of <paramref name="shuffle"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    /// <exception cref="ArgumentException">
    /// The set is empty; no batch is left without the last; the sampler is for sets of another size, or was given beside shuffle.
    /// </exception>
    public DataLoader(
        IDataset<T> dataset, int batchSize, Func<IReadOnlyList<T>, TBatch> collate, bool shuffle = false, bool dropLast = false,
        int workers = 0, int prefetch = 2, ulong? seed = null, Sampler? sampler = null)
        : this(dataset, Cut(dataset, batchSize, shuffle, dropLast, sampler), workers, prefetch, seed)
    {
        ArgumentNullException.ThrowIfNull(collate);
        _collate = collate;
        (BatchSize, Shuffles, DropsLast) = (batchSize, _sampler.IsRandom, dropLast);
    }

    /// <summary>A loader over a set that reads whole batches itself.</summary>
    /// <inheritdoc cref="DataLoader{T, TBatch}(IDataset{T}, int, Func{IReadOnlyList{T}, TBatch}, bool, bool, int, int, ulong?, Sampler?)"/>
    public DataLoader(
        IBatchedDataset<T, TBatch> dataset, int batchSize, bool shuffle = false, bool dropLast = false, int workers = 0, int prefetch = 2,
        ulong? seed = null, Sampler? sampler = null)
        : this(dataset, Cut(dataset, batchSize, shuffle, dropLast, sampler), workers, prefetch, seed) =>
        (BatchSize, Shuffles, DropsLast) = (batchSize, _sampler.IsRandom, dropLast);

    /// <summary>A loader with batches of a sampler's choice, made of samples read one by one.</summary>
    /// <param name="dataset">The set.</param>
    /// <param name="batches">Which samples go together, and their order.</param>
    /// <param name="collate">Makes a batch of samples.</param>
    /// <param name="workers">Threads that read ahead; 0 reads when asked, on the caller's thread.</param>
    /// <param name="prefetch">Batches that each worker reads ahead.</param>
    /// <param name="seed">
    /// The seed of the orders and of the random numbers drawn while samples are read. When null it is drawn from
    /// <see cref="Generator.Default"/> if the order is random; otherwise it follows from where that generator stands, which stays there.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    /// <exception cref="ArgumentException">The set is empty, or the sampler is for sets of another size.</exception>
    public DataLoader(
        IDataset<T> dataset, BatchSampler batches, Func<IReadOnlyList<T>, TBatch> collate, int workers = 0, int prefetch = 2,
        ulong? seed = null)
        : this(dataset, Check(dataset, batches), workers, prefetch, seed)
    {
        ArgumentNullException.ThrowIfNull(collate);
        _collate = collate;
    }

    /// <summary>A loader with batches of a sampler's choice, over a set that reads whole batches itself.</summary>
    /// <inheritdoc cref="DataLoader{T, TBatch}(IDataset{T}, BatchSampler, Func{IReadOnlyList{T}, TBatch}, int, int, ulong?)"/>
    public DataLoader(
        IBatchedDataset<T, TBatch> dataset, BatchSampler batches, int workers = 0, int prefetch = 2, ulong? seed = null)
        : this((IDataset<T>)dataset, Check(dataset, batches), workers, prefetch, seed)
    {
    }

    private DataLoader(IDataset<T> dataset, BatchSampler sampler, int workers, int prefetch, ulong? seed)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(workers);
        ArgumentOutOfRangeException.ThrowIfLessThan(prefetch, 1);
        _dataset = dataset;
        _sampler = sampler;
        Shuffles = sampler.IsRandom;
        Workers = workers;
        Prefetch = prefetch;
        _seed = seed ?? (sampler.IsRandom ? Generator.Default.NextUInt64() : EpochNumbers.PeekedSeed());
    }

    /// <summary>Samples per batch; null when a <see cref="BatchSampler"/> decides.</summary>
    public int? BatchSize { get; }

    /// <summary>Whether each epoch has a new random order.</summary>
    public bool Shuffles { get; }

    /// <summary>Whether a smaller last batch is left out.</summary>
    public bool DropsLast { get; }

    /// <summary>Threads that read ahead.</summary>
    public int Workers { get; }

    /// <summary>Batches that each worker reads ahead.</summary>
    public int Prefetch { get; }

    /// <summary>The number of the next epoch, from 0; setting it repeats or skips orders.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is negative.</exception>
    public int Epoch
    {
        get
        {
            lock (_gate)
            {
                return _nextEpoch;
            }
        }

        set
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            lock (_gate)
            {
                (_nextEpoch, _nextBatch) = (value, 0);
            }
        }
    }

    /// <inheritdoc/>
    public int Count => _sampler.Count;

    /// <inheritdoc/>
    public int SampleCount => _sampler.SampleCount;

    /// <inheritdoc/>
    public override string ToString() =>
        $"DataLoader: {Count} batches{(BatchSize is { } size ? $" of {size}" : "")}, {SampleCount} samples"
        + $"{(Shuffles ? ", shuffled" : "")}{(Workers > 0 ? $", {Workers} workers" : "")} of {_dataset}";

    /// <inheritdoc/>
    public DataLoaderState State
    {
        get
        {
            lock (_gate)
            {
                return _running is { } run
                    ? new DataLoaderState(run.Start.Seed, run.Start.Epoch, run.HandedOut)
                    : new DataLoaderState(_seed, _nextEpoch, _nextBatch);
            }
        }

        set
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value.Epoch);
            if (value.Batch < 0 || value.Batch > Count)
            {
                throw new ArgumentOutOfRangeException(nameof(value),
                    $"DataLoader: a state after batch {value.Batch} does not fit an epoch of {Count} batches; it is that of a loader with "
                    + "another set or batch size.");
            }

            lock (_gate)
            {
                (_seed, _nextEpoch, _nextBatch) = (value.Seed, value.Epoch, value.Batch);
                _running = null;
            }
        }
    }

    /// <summary>Starts the next epoch.</summary>
    public IEnumerator<TBatch> GetEnumerator() => Batches().GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <inheritdoc/>
    public IEnumerable<TBatch> Batches(CancellationToken cancellation = default)
    {
        Run run = Begin();
        try
        {
            (ulong seed, int epoch, int first) = run.Start;
            EpochNumbers numbers = new(seed, epoch);
            IReadOnlyList<int[]> batches = _sampler.Batches(numbers.Order);
            CheckBatches(batches);
            BatchReader<T, TBatch> reader = new(_dataset, _collate, batches, numbers);
            using ReadAhead<TBatch>? ahead = Workers == 0
                ? null
                : new(reader.Read, first, batches.Count, Workers, (int)Math.Min((long)Workers * Prefetch, batches.Count), cancellation);
            for (int batch = first; batch < batches.Count; batch++)
            {
                cancellation.ThrowIfCancellationRequested();
                TBatch result = ahead is null ? reader.Read(batch, cancellation) : ahead.Take();
                run.HandedOut = batch + 1;
                yield return result;
            }
        }
        finally
        {
            End(run);
        }
    }

    private static BatchSampler Cut(IDataset<T> dataset, int batchSize, bool shuffle, bool dropLast, Sampler? sampler)
    {
        CheckDataset(dataset);
        ArgumentOutOfRangeException.ThrowIfLessThan(batchSize, 1);
        if (sampler is not null && shuffle)
        {
            throw new ArgumentException("DataLoader: a sampler decides the order; leave out shuffle.", nameof(shuffle));
        }

        sampler ??= shuffle ? new RandomSampler(dataset.Count) : new SequentialSampler(dataset.Count);
        if (dropLast && batchSize > sampler.Count)
        {
            throw new ArgumentException(
                $"DataLoader: {sampler.Count} samples do not fill one batch of {batchSize}, and with dropLast none is left; use smaller "
                + "batches, or keep the last.",
                nameof(batchSize));
        }

        return Check(dataset, new SampledBatches(sampler, batchSize, dropLast));
    }

    private static BatchSampler Check(IDataset<T> dataset, BatchSampler batches)
    {
        CheckDataset(dataset);
        ArgumentNullException.ThrowIfNull(batches);
        return batches.DatasetCount == dataset.Count
            ? batches
            : throw new ArgumentException(
                $"DataLoader: the sampler is for a set of {batches.DatasetCount} samples, this one has {dataset.Count}.", nameof(batches));
    }

    private static void CheckDataset(IDataset<T> dataset)
    {
        ArgumentNullException.ThrowIfNull(dataset);
        if (dataset.Count == 0)
        {
            throw new ArgumentException("DataLoader: the set has no samples.", nameof(dataset));
        }
    }

    private void CheckBatches(IReadOnlyList<int[]> batches)
    {
        if (batches.Count != Count)
        {
            throw new InvalidOperationException(
                $"{_sampler.GetType().Name}: an epoch has {batches.Count} batches, but {Count} were announced by Count.");
        }

        int count = _sampler.DatasetCount;
        foreach (int[] batch in batches)
        {
            foreach (int index in batch)
            {
                if ((uint)index >= (uint)count)
                {
                    throw new InvalidOperationException(
                        $"{_sampler.GetType().Name}: position {index} is outside a set of {count} samples.");
                }
            }
        }
    }

    private Run Begin()
    {
        lock (_gate)
        {
            _running = new Run(new DataLoaderState(_seed, _nextEpoch, _nextBatch));
            (_nextEpoch, _nextBatch) = (_nextEpoch + 1, 0);
            return _running;
        }
    }

    private void End(Run run)
    {
        lock (_gate)
        {
            if (_running == run)
            {
                _running = null;
            }
        }
    }

    /// <summary>One enumeration.</summary>
    private sealed class Run(DataLoaderState start)
    {
        private volatile int _handedOut = start.Batch;

        public DataLoaderState Start { get; } = start;

        public int HandedOut
        {
            get => _handedOut;
            set => _handedOut = value;
        }
    }
}
