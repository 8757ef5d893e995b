using System.Collections;
using System.Runtime.CompilerServices;

namespace DeepLearning.Data;

/// <summary>
/// Goes over a set in batches. Each <c>foreach</c> is one epoch, in an order that depends on the seed and the epoch's number only.
/// With workers, batches are read ahead on other threads and handed out in order.
/// </summary>
/// <typeparam name="T">The type of a sample.</typeparam>
/// <typeparam name="TBatch">The type of a batch.</typeparam>
public sealed class DataLoader<T, TBatch> : IEnumerable<TBatch>
{
    private readonly IDataset<T> _dataset;
    private readonly Func<IReadOnlyList<T>, TBatch>? _collate;
    private readonly ulong _seed;

    /// <summary>A loader that makes its batches of samples read one by one.</summary>
    /// <param name="dataset">The set.</param>
    /// <param name="batchSize">Samples a batch.</param>
    /// <param name="collate">Makes a batch of samples.</param>
    /// <param name="shuffle">Go over the samples in a new random order each epoch.</param>
    /// <param name="dropLast">Leave out the last batch when it is smaller than the others.</param>
    /// <param name="workers">Threads that read ahead; 0 reads when asked, on the caller's thread.</param>
    /// <param name="prefetch">Batches that each worker reads ahead.</param>
    /// <param name="seed">The seed of the orders; drawn from <see cref="Generator.Default"/> when null and shuffling.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    public DataLoader(
        IDataset<T> dataset, int batchSize, Func<IReadOnlyList<T>, TBatch> collate, bool shuffle = false, bool dropLast = false,
        int workers = 0, int prefetch = 2, ulong? seed = null)
        : this(dataset, batchSize, shuffle, dropLast, workers, prefetch, seed)
    {
        ArgumentNullException.ThrowIfNull(collate);
        _collate = collate;
    }

    /// <summary>A loader over a set that reads whole batches itself.</summary>
    /// <param name="dataset">The set.</param>
    /// <param name="batchSize">Samples a batch.</param>
    /// <param name="shuffle">Go over the samples in a new random order each epoch.</param>
    /// <param name="dropLast">Leave out the last batch when it is smaller than the others.</param>
    /// <param name="workers">Threads that read ahead; 0 reads when asked, on the caller's thread.</param>
    /// <param name="prefetch">Batches that each worker reads ahead.</param>
    /// <param name="seed">The seed of the orders; drawn from <see cref="Generator.Default"/> when null and shuffling.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    public DataLoader(
        IBatchedDataset<T, TBatch> dataset, int batchSize, bool shuffle = false, bool dropLast = false, int workers = 0, int prefetch = 2,
        ulong? seed = null)
        : this((IDataset<T>)dataset, batchSize, shuffle, dropLast, workers, prefetch, seed)
    {
    }

    private DataLoader(IDataset<T> dataset, int batchSize, bool shuffle, bool dropLast, int workers, int prefetch, ulong? seed)
    {
        ArgumentNullException.ThrowIfNull(dataset);
        ArgumentOutOfRangeException.ThrowIfLessThan(batchSize, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(workers);
        ArgumentOutOfRangeException.ThrowIfLessThan(prefetch, 1);
        _dataset = dataset;
        BatchSize = batchSize;
        Shuffles = shuffle;
        DropsLast = dropLast;
        Workers = workers;
        Prefetch = prefetch;
        _seed = seed ?? (shuffle ? Generator.Default.NextUInt64() : 0);
    }

    /// <summary>Samples a batch.</summary>
    public int BatchSize { get; }

    /// <summary>Whether each epoch has a new random order.</summary>
    public bool Shuffles { get; }

    /// <summary>Whether a smaller last batch is left out.</summary>
    public bool DropsLast { get; }

    /// <summary>Threads that read ahead.</summary>
    public int Workers { get; }

    /// <summary>Batches that each worker reads ahead.</summary>
    public int Prefetch { get; }

    /// <summary>The number of the next epoch, from 0; setting it repeats or skips orders.</summary>
    public int Epoch { get; set; }

    /// <summary>Batches an epoch.</summary>
    public int Count => DropsLast ? _dataset.Count / BatchSize : (_dataset.Count + BatchSize - 1) / BatchSize;

    /// <summary>Starts the next epoch.</summary>
    public IEnumerator<TBatch> GetEnumerator() => Batches().GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>The batches of the next epoch.</summary>
    /// <param name="cancellation">Ends the epoch early: the next batch throws.</param>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    /// <exception cref="DataLoaderException">A sample could not be read; it is named.</exception>
    public IEnumerable<TBatch> Batches(CancellationToken cancellation = default)
    {
        int[] order = Order(Epoch++);
        return Workers == 0 ? InTurn(order, cancellation) : Ahead(order, cancellation);
    }

    private int[] Order(int epoch) => Shuffles
        ? Shuffle.Permutation(_dataset.Count, new Generator(_seed + ((ulong)epoch * 0x9E3779B97F4A7C15UL)))
        : [.. Enumerable.Range(0, _dataset.Count)];

    private IEnumerable<TBatch> InTurn(int[] order, CancellationToken cancellation)
    {
        for (int batch = 0; batch < Count; batch++)
        {
            cancellation.ThrowIfCancellationRequested();
            yield return Read(order, batch, cancellation);
        }
    }

    private IEnumerable<TBatch> Ahead(int[] order, CancellationToken cancellation)
    {
        using CancellationTokenSource ended = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        using SemaphoreSlim free = new(Workers);
        Queue<Task<TBatch>> ahead = new();
        int next = 0;
        try
        {
            while (true)
            {
                cancellation.ThrowIfCancellationRequested();
                for (; next < Count && ahead.Count < Workers * Prefetch; next++)
                {
                    int batch = next;
                    ahead.Enqueue(Task.Run(
                        async () =>
                        {
                            await free.WaitAsync(ended.Token).ConfigureAwait(false);
                            try
                            {
                                return Read(order, batch, ended.Token);
                            }
                            finally
                            {
                                free.Release();
                            }
                        },
                        ended.Token));
                }

                if (ahead.Count == 0)
                {
                    yield break;
                }

                TBatch result = ahead.Peek().GetAwaiter().GetResult();
                ahead.Dequeue();
                yield return result;
            }
        }
        finally
        {
            // The epoch ended early: nothing reads on behind the caller's back.
            ended.Cancel();
            foreach (Task task in ahead)
            {
                ((IAsyncResult)task).AsyncWaitHandle.WaitOne();
                _ = task.Exception;
            }
        }
    }

    private TBatch Read(int[] order, int batch, CancellationToken cancellation)
    {
        int start = batch * BatchSize;
        ReadOnlySpan<int> indices = order.AsSpan(start, Math.Min(BatchSize, order.Length - start));
        if (_collate is null)
        {
            try
            {
                return ((IBatchedDataset<T, TBatch>)_dataset).GetBatch(indices);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                throw new DataLoaderException($"DataLoader: batch {batch} (samples {Shape.Format(indices)}) could not be read: "
                    + $"{e.Message}", indices[0], e);
            }
        }

        T[] samples = new T[indices.Length];
        for (int i = 0; i < samples.Length; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            try
            {
                samples[i] = _dataset[indices[i]];
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                throw new DataLoaderException($"DataLoader: sample {indices[i]} could not be read: {e.Message}", indices[i], e);
            }
        }

        return _collate(samples);
    }
}

/// <summary>Makes loaders without naming their types.</summary>
public static class DataLoader
{
    /// <summary>A loader over inputs and targets in memory, or another set of examples that reads whole batches.</summary>
    /// <param name="dataset">The set.</param>
    /// <param name="batchSize">Samples a batch.</param>
    /// <param name="shuffle">Go over the samples in a new random order each epoch.</param>
    /// <param name="dropLast">Leave out the last batch when it is smaller than the others.</param>
    /// <param name="workers">Threads that read ahead; 0 reads when asked.</param>
    /// <param name="seed">The seed of the orders; drawn from <see cref="Generator.Default"/> when null and shuffling.</param>
    public static DataLoader<Example, Example> Create(
        IBatchedDataset<Example, Example> dataset, int batchSize, bool shuffle = false, bool dropLast = false, int workers = 0,
        ulong? seed = null) =>
        new(dataset, batchSize, shuffle, dropLast, workers, seed: seed);

    /// <summary>A loader over examples read one by one, which are stacked along a new first axis.</summary>
    /// <param name="dataset">The set.</param>
    /// <param name="batchSize">Samples a batch.</param>
    /// <param name="shuffle">Go over the samples in a new random order each epoch.</param>
    /// <param name="dropLast">Leave out the last batch when it is smaller than the others.</param>
    /// <param name="workers">Threads that read ahead; 0 reads when asked.</param>
    /// <param name="seed">The seed of the orders; drawn from <see cref="Generator.Default"/> when null and shuffling.</param>
    [OverloadResolutionPriority(-1)]
    public static DataLoader<Example, Example> Create(
        IDataset<Example> dataset, int batchSize, bool shuffle = false, bool dropLast = false, int workers = 0, ulong? seed = null) =>
        new(dataset, batchSize, Stack, shuffle, dropLast, workers, seed: seed);

    /// <summary>The default collation: inputs and targets stacked along a new first axis.</summary>
    /// <param name="samples">The samples, all of the same shapes.</param>
    /// <exception cref="ShapeException">Shapes differ between samples.</exception>
    public static Example Stack(IReadOnlyList<Example> samples)
    {
        ArgumentNullException.ThrowIfNull(samples);
        return new Example(
            Tensor.Stack([.. samples.Select(static s => s.Input)]), Tensor.Stack([.. samples.Select(static s => s.Target)]));
    }
}
