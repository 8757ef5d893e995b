namespace DeepLearning.Data;

/// <summary>Reads the batches of one epoch, on any thread, each under its own random numbers.</summary>
/// <typeparam name="T">The type of a sample.</typeparam>
/// <typeparam name="TBatch">The type of a batch.</typeparam>
internal sealed class BatchReader<T, TBatch>
{
    private const int NamedSamples = 8;

    private readonly IDataset<T> _dataset;
    private readonly Func<IReadOnlyList<T>, TBatch>? _collate;
    private readonly IReadOnlyList<int[]> _batches;
    private readonly long[] _first;
    private readonly EpochNumbers _numbers;

    /// <summary>Prepares an epoch.</summary>
    /// <param name="dataset">The set; one that reads whole batches when <paramref name="collate"/> is null.</param>
    /// <param name="collate">Makes a batch of samples.</param>
    /// <param name="batches">The positions in the set of each batch.</param>
    /// <param name="numbers">The epoch's random numbers.</param>
    public BatchReader(
        IDataset<T> dataset, Func<IReadOnlyList<T>, TBatch>? collate, IReadOnlyList<int[]> batches, EpochNumbers numbers)
    {
        _dataset = dataset;
        _collate = collate;
        _batches = batches;
        _numbers = numbers;
        _first = new long[batches.Count];
        for (int i = 1; i < _first.Length; i++)
        {
            _first[i] = _first[i - 1] + batches[i - 1].Length;
        }
    }

    public TBatch Read(int batch, CancellationToken cancellation)
    {
        int[] indices = _batches[batch];
        Generator generator = new(0) { State = _numbers.Batch(batch) };
        using (generator.AsDefault())
        {
            if (_collate is null)
            {
                return ReadWhole(batch, indices, generator, cancellation);
            }

            T[] samples = new T[indices.Length];
            for (int i = 0; i < samples.Length; i++)
            {
                samples[i] = ReadOne(batch, i, generator, cancellation);
            }

            generator.State = _numbers.Batch(batch);
            try
            {
                return _collate(samples);
            }
            catch (Exception e) when (!IsCanceled(e, cancellation))
            {
                throw new DataLoaderException(
                    $"DataLoader: batch {batch} ({Names(indices)}) could not be put together: {e.Message}", First(indices), e);
            }
        }
    }

    private TBatch ReadWhole(int batch, int[] indices, Generator generator, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        try
        {
            return ((IBatchedDataset<T, TBatch>)_dataset).GetBatch(indices);
        }
        catch (Exception e) when (!IsCanceled(e, cancellation))
        {
            // Read one by one to find the sample; when each can be read it was the batch as such.
            for (int i = 0; i < indices.Length; i++)
            {
                ReadOne(batch, i, generator, cancellation);
            }

            throw new DataLoaderException(
                $"DataLoader: batch {batch} ({Names(indices)}) could not be read: {e.Message}", First(indices), e);
        }
    }

    private T ReadOne(int batch, int position, Generator generator, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        generator.State = _numbers.Sample(_first[batch] + position);
        int index = _batches[batch][position];
        try
        {
            return _dataset[index];
        }
        catch (Exception e) when (!IsCanceled(e, cancellation))
        {
            throw new DataLoaderException($"DataLoader: sample {index} could not be read: {e.Message}", index, e);
        }
    }

    /// <summary>A set may end its own work by the same exception (a download that takes too long): that is a failure to read.</summary>
    private static bool IsCanceled(Exception e, CancellationToken cancellation) =>
        e is OperationCanceledException && cancellation.IsCancellationRequested;

    private static int First(int[] indices) => indices.Length == 0 ? -1 : indices[0];

    private static string Names(int[] indices) => indices.Length <= NamedSamples
        ? $"samples {Shape.Format(indices)}"
        : $"{indices.Length} samples, the first {Shape.Format(indices.AsSpan(0, NamedSamples))}";
}
