namespace DeepLearning.Data;

public static partial class Datasets
{
    /// <summary>Sets one after the other, as one.</summary>
    /// <typeparam name="T">The type of a sample.</typeparam>
    /// <param name="first">The first set.</param>
    /// <param name="others">Those after it.</param>
    /// <exception cref="OverflowException">Together they have more than 2³¹ − 1 samples.</exception>
    public static IDataset<T> Concat<T>(this IDataset<T> first, params ReadOnlySpan<IDataset<T>> others)
    {
        ArgumentNullException.ThrowIfNull(first);
        return new ConcatDataset<T>([first, .. others]);
    }

    /// <summary>
    /// Sets of examples that read whole batches one after the other, as one. A batch with samples of several is read from each and put
    /// together.
    /// </summary>
    /// <param name="first">The first set.</param>
    /// <param name="others">Those after it; their examples have the same shapes.</param>
    /// <exception cref="OverflowException">Together they have more than 2³¹ − 1 samples.</exception>
    public static IBatchedDataset<Example, Example> Concat(
        this IBatchedDataset<Example, Example> first, params ReadOnlySpan<IBatchedDataset<Example, Example>> others)
    {
        ArgumentNullException.ThrowIfNull(first);
        return new ConcatDataset([first, .. others]);
    }

    /// <summary>
    /// Changes each sample whenever it is read: conversions, scaling, random augmentation. A loader gives random numbers drawn meanwhile
    /// from <see cref="Generator.Default"/> a generator of their own; see <see cref="DataLoader{T, TBatch}"/>.
    /// </summary>
    /// <typeparam name="T">The type of a sample.</typeparam>
    /// <typeparam name="TResult">The type of a changed sample.</typeparam>
    /// <param name="source">The set.</param>
    /// <param name="map">The change; called on several threads at once by a loader with workers.</param>
    /// <remarks>The result is read sample by sample, even when the set could read whole batches; there is an overload for those.</remarks>
    public static IDataset<TResult> Map<T, TResult>(this IDataset<T> source, Func<T, TResult> map)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(map);
        return new MappedDataset<T, TResult>(source, map);
    }

    /// <summary>
    /// Changes each sample, or each batch of a set that reads whole batches, whenever it is read. When both are the same kind of value one
    /// function may serve for both: <c>set.Map(Scale, Scale)</c>.
    /// </summary>
    /// <typeparam name="T">The type of a sample.</typeparam>
    /// <typeparam name="TBatch">The type of a batch.</typeparam>
    /// <typeparam name="TResult">The type of a changed sample.</typeparam>
    /// <typeparam name="TBatchResult">The type of a changed batch.</typeparam>
    /// <param name="source">The set.</param>
    /// <param name="map">The change of a sample read alone.</param>
    /// <param name="mapBatch">The same change of a batch; called on several threads at once by a loader with workers.</param>
    public static IBatchedDataset<TResult, TBatchResult> Map<T, TBatch, TResult, TBatchResult>(
        this IBatchedDataset<T, TBatch> source, Func<T, TResult> map, Func<TBatch, TBatchResult> mapBatch)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(map);
        ArgumentNullException.ThrowIfNull(mapBatch);
        return new MappedDataset<T, TBatch, TResult, TBatchResult>(source, map, mapBatch);
    }

    /// <summary>Keeps each sample in memory once it has been read. Random changes belong after it, or they are drawn only once.</summary>
    /// <typeparam name="T">The type of a sample; the same object is handed out again, so do not write into it.</typeparam>
    /// <param name="source">The set.</param>
    public static IDataset<T> Cached<T>(this IDataset<T> source)
    {
        ArgumentNullException.ThrowIfNull(source);
        return new CachedDataset<T>(source);
    }

    /// <summary>Reads all samples now, into a list.</summary>
    /// <typeparam name="T">The type of a sample.</typeparam>
    /// <param name="source">The set.</param>
    /// <param name="cancellation">Ends the reading early.</param>
    /// <exception cref="OperationCanceledException">Canceled.</exception>
    public static ArrayDataset<T> ToMemory<T>(this IDataset<T> source, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(source);
        T[] samples = new T[source.Count];
        using (TensorScope.Suspend())
        {
            for (int i = 0; i < samples.Length; i++)
            {
                cancellation.ThrowIfCancellationRequested();
                samples[i] = source[i];
            }
        }

        return new ArrayDataset<T>(samples);
    }

    /// <summary>Reads all examples now, into one tensor of inputs and one of targets: the fastest set to draw batches from.</summary>
    /// <param name="source">The set; its examples have the same shapes.</param>
    /// <param name="cancellation">Ends the reading early.</param>
    /// <exception cref="ArgumentException">The set is empty.</exception>
    /// <exception cref="ShapeException">Shapes differ between examples.</exception>
    /// <exception cref="OperationCanceledException">Canceled.</exception>
    public static TensorDataset ToTensors(this IDataset<Example> source, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(source);
        if (source.Count == 0)
        {
            throw new ArgumentException("ToTensors: the set has no samples.", nameof(source));
        }

        using (TensorScope.Suspend())
        {
            if (source is IBatchedDataset<Example, Example> batched)
            {
                Example all = batched.GetBatch(RandomOrder.Identity(source.Count));
                return new TensorDataset(all.Input, all.Target);
            }

            Example first = source[0];
            Tensor inputs = Tensor.Empty([source.Count, .. first.Input.Shape.AsSpan()], first.Input.DType, first.Input.Device);
            Tensor targets = Tensor.Empty([source.Count, .. first.Target.Shape.AsSpan()], first.Target.DType, first.Target.Device);
            for (int i = 0; i < source.Count; i++)
            {
                cancellation.ThrowIfCancellationRequested();
                Example example = i == 0 ? first : source[i];
                Put(example.Input, inputs, i, "input");
                Put(example.Target, targets, i, "target");
            }

            return new TensorDataset(inputs, targets);
        }
    }

    private static void Put(Tensor value, Tensor all, int index, string what)
    {
        Tensor place = all.Select(0, index);
        if (place.Shape != value.Shape || place.DType != value.DType)
        {
            throw new ShapeException(
                $"ToTensors: the {what} of sample {index} is {value.DType.Name()}{value.Shape}, that of sample 0 "
                + $"{place.DType.Name()}{place.Shape}; all must be the same.");
        }

        place.CopyFrom(value.Detach());
    }
}
