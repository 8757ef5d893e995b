namespace DeepLearning.Data;

/// <summary>Ways to make one tensor of many: for a loader's collation.</summary>
public static class Collate
{
    /// <summary>Sequences side by side in one tensor, each filled up at its end to the longest.</summary>
    /// <param name="sequences">The sequences, [length, ..]: lengths may differ, the other axes and the type may not.</param>
    /// <param name="value">What fills them up.</param>
    /// <returns>The sequences, [count, longest, ..], and their lengths, a vector of int64.</returns>
    /// <exception cref="ShapeException">There are none, one has no axis, or shapes differ beyond the first axis.</exception>
    /// <exception cref="DTypeException">Types differ.</exception>
    public static (Tensor Padded, Tensor Lengths) Pad(IReadOnlyList<Tensor> sequences, Scalar? value = null)
    {
        ArgumentNullException.ThrowIfNull(sequences);
        if (sequences.Count == 0)
        {
            throw new ShapeException("Pad: there are no sequences.");
        }

        Tensor first = sequences[0];
        long[] lengths = new long[sequences.Count];
        int longest = 0;
        for (int i = 0; i < lengths.Length; i++)
        {
            Check(first, sequences[i], i);
            lengths[i] = sequences[i].Size(0);
            longest = Math.Max(longest, sequences[i].Size(0));
        }

        first.DType.CheckHolds(value ?? 0, "Pad");
        Tensor padded = Tensor.Full([lengths.Length, longest, .. first.Shape.AsSpan()[1..]], value ?? 0, first.DType, first.Device);
        for (int i = 0; i < lengths.Length; i++)
        {
            padded.Select(0, i).Narrow(0, 0, (int)lengths[i]).CopyFrom(sequences[i].Detach());
        }

        return (padded, Tensor.From<long>(lengths));
    }

    private static void Check(Tensor first, Tensor sequence, int index)
    {
        if (sequence.Rank == 0)
        {
            throw new ShapeException($"Pad: sample {index} is a single number, not a sequence; give it an axis with Reshape(1).");
        }

        if (first.Rank != sequence.Rank || !first.Shape.AsSpan()[1..].SequenceEqual(sequence.Shape.AsSpan()[1..]))
        {
            throw new ShapeException(
                $"Pad: sample {index} has shape {sequence.Shape} and sample 0 {first.Shape}; only the first axis may differ.");
        }

        if (sequence.DType != first.DType)
        {
            throw new DTypeException($"Pad: sample {index} is of type {sequence.DType.Name()} and sample 0 of {first.DType.Name()}.");
        }
    }
}
