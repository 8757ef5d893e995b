using System.Collections;

namespace DeepLearning.Data;

/// <summary>Loaders made of loaders.</summary>
public static class DataLoaderExtensions
{
    /// <summary>The same batches, each moved to a device when it is handed out; position and order are those of the loader.</summary>
    /// <param name="loader">The loader.</param>
    /// <param name="device">The device, that of the model.</param>
    public static IDataLoader<Example> To(this IDataLoader<Example> loader, Device device)
    {
        ArgumentNullException.ThrowIfNull(device);
        return loader.Map(batch => batch.To(device));
    }

    /// <inheritdoc cref="To(IDataLoader{Example}, Device)"/>
    public static IDataLoader<PaddedExample> To(this IDataLoader<PaddedExample> loader, Device device)
    {
        ArgumentNullException.ThrowIfNull(device);
        return loader.Map(batch => batch.To(device));
    }

    /// <inheritdoc cref="To(IDataLoader{Example}, Device)"/>
    public static IDataLoader<Tensor> To(this IDataLoader<Tensor> loader, Device device)
    {
        ArgumentNullException.ThrowIfNull(device);
        return loader.Map(batch => batch.To(device));
    }

    /// <summary>
    /// What a function makes of each batch, when it is handed out and on the thread that takes it; position and order are those of the
    /// loader.
    /// </summary>
    /// <typeparam name="TBatch">The type of a batch.</typeparam>
    /// <typeparam name="TResult">What is made of it.</typeparam>
    /// <param name="loader">The loader.</param>
    /// <param name="function">The function.</param>
    public static IDataLoader<TResult> Map<TBatch, TResult>(this IDataLoader<TBatch> loader, Func<TBatch, TResult> function)
    {
        ArgumentNullException.ThrowIfNull(loader);
        ArgumentNullException.ThrowIfNull(function);
        return new MappedLoader<TBatch, TResult>(loader, function);
    }
}

file sealed class MappedLoader<TBatch, TResult>(IDataLoader<TBatch> loader, Func<TBatch, TResult> function) : IDataLoader<TResult>
{
    public int Count => loader.Count;

    public int SampleCount => loader.SampleCount;

    public DataLoaderState State
    {
        get => loader.State;
        set => loader.State = value;
    }

    public IEnumerable<TResult> Batches(CancellationToken cancellation = default) => loader.Batches(cancellation).Select(function);

    public IEnumerator<TResult> GetEnumerator() => Batches().GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
