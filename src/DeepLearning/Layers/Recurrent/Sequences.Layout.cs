namespace DeepLearning.Layers;

/// <content>Where rows are, and the numbers that callers give.</content>
public static partial class Sequences
{
    private static (int Steps, int Batch) SizesOf(Tensor padded, bool batchFirst, string operation) => padded.Rank < 2
        ? throw new ShapeException(
            $"{operation}: padded sequences are {(batchFirst ? "[batch, steps, ..]" : "[steps, batch, ..]")}, not {padded.Shape}.")
        : batchFirst ? (padded.Size(1), padded.Size(0)) : (padded.Size(0), padded.Size(1));

    private static int[] LengthsOf(Tensor lengths, string operation)
    {
        ArgumentNullException.ThrowIfNull(lengths);
        if (lengths.Rank != 1)
        {
            throw new ShapeException($"{operation}: a vector is needed, not a tensor {lengths.Shape}.");
        }

        return lengths.DType.IsInteger()
            ? [.. lengths.To(Device.Cpu).To(DType.Int64).ToArray<long>().Select(static length => (int)Math.Clamp(length, -1, int.MaxValue))]
            : throw new DTypeException($"{operation}: whole numbers are needed, not {lengths.DType.Name()}; convert them with To(...).");
    }

    private static int[] LengthsOf(ReadOnlySpan<Tensor> sequences, string operation)
    {
        if (sequences.Length == 0)
        {
            throw new ShapeException($"{operation}: there is no sequence; one or more are needed.");
        }

        int[] lengths = new int[sequences.Length];
        for (int i = 0; i < lengths.Length; i++)
        {
            Tensor sequence = sequences[i];
            ArgumentNullException.ThrowIfNull(sequence, nameof(sequences));
            if (sequence.Rank == 0 || sequence.Rank != sequences[0].Rank
                || !sequence.Shape.AsSpan()[1..].SequenceEqual(sequences[0].Shape.AsSpan()[1..]))
            {
                throw new ShapeException(
                    $"{operation}: sequence {i} is {sequence.Shape}, the first {sequences[0].Shape}; each is [length, ..], and they are "
                    + "alike but for the length.");
            }

            lengths[i] = sequence.Size(0);
        }

        return lengths;
    }

    /// <summary>For each sorted sequence its position before.</summary>
    private static long[] Originals(PackedSequence sequence) => sequence.SortedIndices is { } sorted
        ? sorted.To(Device.Cpu).To(DType.Int64).ToArray<long>()
        : [.. Enumerable.Range(0, sequence.Steps.Batch).Select(static i => (long)i)];

    /// <summary>Rows at their places in a tensor [.. axes, ..] that is filled otherwise.</summary>
    private static Tensor Placed(Tensor rows, long[] places, int[] axes, Scalar? value)
    {
        int[] inner = [.. rows.Shape.AsSpan()[1..]];
        Tensor filled = Tensor.Full([checked(axes[0] * axes[1]), .. inner], value ?? 0, rows.DType, rows.Device);
        return filled.IndexCopy(0, Tensor.From(places).To(rows.Device), rows).Reshape([.. axes, .. inner]);
    }
}
