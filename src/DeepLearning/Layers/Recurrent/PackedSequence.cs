namespace DeepLearning.Layers;

/// <summary>
/// Sequences of different lengths without padding, step after step: the first step of every sequence, then the second of those that have
/// one, and so on; PyTorch's <c>PackedSequence</c>. <see cref="Sequences"/> makes it of sequences and of padded ones; recurrent layers take
/// and give it.
/// </summary>
public sealed class PackedSequence
{
    /// <summary>Makes packed sequences of their parts.</summary>
    /// <param name="data">The rows, [sum of the batch sizes, ..].</param>
    /// <param name="batchSizes">The number of sequences at each step, from the first step; positive and never rising.</param>
    /// <param name="sortedIndices">For each sequence in the order of the rows its position before they were sorted; null when they were not
    /// sorted.</param>
    /// <exception cref="ShapeException">The batch sizes are not positive, rise, or do not add up to the rows; or the indices are not as
    /// many as sequences.</exception>
    /// <exception cref="IndexException">The indices are not a permutation.</exception>
    public PackedSequence(Tensor data, ReadOnlySpan<int> batchSizes, Tensor? sortedIndices = null)
        : this(data, StepsOf(data, batchSizes), sortedIndices, sortedIndices is null ? null : Sequences.InvertPermutation(sortedIndices))
    {
        if (sortedIndices is not null && sortedIndices.Count != Steps.Batch)
        {
            throw new ShapeException(
                $"PackedSequence: {sortedIndices.Count} sorted indices do not fit {Steps.Batch} sequences; there is one for each.");
        }
    }

    internal PackedSequence(Tensor data, SequenceSteps steps, Tensor? sortedIndices, Tensor? unsortedIndices) =>
        (Data, Steps, SortedIndices, UnsortedIndices) = (data, steps, sortedIndices, unsortedIndices);

    /// <summary>The rows, [sum of the batch sizes, ..].</summary>
    public Tensor Data { get; }

    /// <summary>The number of sequences at each step.</summary>
    public IReadOnlyList<int> BatchSizes => Steps.Counts;

    /// <summary>
    /// For each sequence in the order of the rows its position before they were sorted by length, int64; null when they were not sorted.
    /// </summary>
    public Tensor? SortedIndices { get; }

    /// <summary>For each sequence as it was given its position among the sorted ones, int64; null when they were not sorted.</summary>
    public Tensor? UnsortedIndices { get; }

    internal SequenceSteps Steps { get; }

    /// <summary>
    /// The same sequences with other rows, such as those that a layer made of them: <c>packed.With(layer.Forward(packed.Data))</c>.
    /// </summary>
    /// <param name="data">The rows, as many as there are.</param>
    /// <exception cref="ShapeException">The number of rows is another.</exception>
    public PackedSequence With(Tensor data)
    {
        ArgumentNullException.ThrowIfNull(data);
        return data.Rank > 0 && data.Size(0) == Steps.Rows
            ? new PackedSequence(data, Steps, SortedIndices, UnsortedIndices)
            : throw new ShapeException($"PackedSequence.With: a tensor {data.Shape} does not have the {Steps.Rows} rows of the sequences.");
    }

    /// <summary>The same sequences with elements of another type.</summary>
    /// <param name="dtype">The type.</param>
    public PackedSequence To(DType dtype)
    {
        Tensor rows = Data;
        return With(rows.To(dtype));
    }

    /// <summary>The same sequences on another device.</summary>
    /// <param name="device">The device.</param>
    public PackedSequence To(Device device)
    {
        Tensor rows = Data;
        return new PackedSequence(rows.To(device), Steps, SortedIndices?.To(device), UnsortedIndices?.To(device));
    }

    /// <summary>The number and greatest length of the sequences.</summary>
    public override string ToString() => $"PackedSequence({Steps.Batch} sequences, {Steps.Counts.Length} steps, data {Data.Shape})";

    private static SequenceSteps StepsOf(Tensor data, ReadOnlySpan<int> batchSizes)
    {
        ArgumentNullException.ThrowIfNull(data);
        long rows = 0;
        for (int step = 0; step < batchSizes.Length; step++)
        {
            if (batchSizes[step] <= 0 || (step > 0 && batchSizes[step] > batchSizes[step - 1]))
            {
                throw new ShapeException(
                    $"PackedSequence: the batch size {batchSizes[step]} of step {step} does not fit; they are positive and never rise.");
            }

            rows += batchSizes[step];
        }

        return batchSizes.Length > 0 && data.Rank > 0 && data.Size(0) == rows
            ? new SequenceSteps(batchSizes.ToArray())
            : throw new ShapeException(
                $"PackedSequence: data {data.Shape} do not fit {batchSizes.Length} batch sizes that add up to {rows}; they are "
                + $"[{rows}, ..], and there is one step or more.");
    }
}
