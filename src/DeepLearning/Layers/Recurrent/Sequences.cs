namespace DeepLearning.Layers;

/// <summary>
/// Sequences of different lengths: padded to one tensor, packed without padding, and back. The functions of PyTorch's
/// <c>torch.nn.utils.rnn</c>.
/// </summary>
public static partial class Sequences
{
    /// <summary>Packs padded sequences; what lies behind a sequence's length is left out.</summary>
    /// <param name="input">The sequences, [steps, batch, ..], or [batch, steps, ..] when batch first.</param>
    /// <param name="lengths">The length of each, one or more.</param>
    /// <param name="batchFirst">Whether the batch is the first axis.</param>
    /// <param name="enforceSorted">True asks for lengths that never rise; false sorts the sequences, and the result knows their
    /// order.</param>
    /// <exception cref="ShapeException">The input has fewer than two axes, the lengths are not as many as sequences, or one is less than 1
    /// or more than there are steps.</exception>
    /// <exception cref="ArgumentException">The lengths rise, and are to be sorted.</exception>
    public static PackedSequence PackPaddedSequence(
        Tensor input, ReadOnlySpan<int> lengths, bool batchFirst = false, bool enforceSorted = true)
    {
        ArgumentNullException.ThrowIfNull(input);
        (int steps, int batch) = SizesOf(input, batchFirst, "PackPaddedSequence");
        SequenceOrder order = SequenceOrder.Of(lengths, batch, steps, enforceSorted, "PackPaddedSequence");
        Tensor rows = input.Reshape([checked(steps * batch), .. input.Shape.AsSpan()[2..]]);
        return order.Pack(rows, (step, sequence) => batchFirst ? ((long)sequence * steps) + step : ((long)step * batch) + sequence);
    }

    /// <summary>As <see cref="PackPaddedSequence(Tensor, ReadOnlySpan{int}, bool, bool)"/>, of lengths in a tensor.</summary>
    /// <param name="input">The sequences, [steps, batch, ..], or [batch, steps, ..] when batch first.</param>
    /// <param name="lengths">The length of each, one or more, [batch].</param>
    /// <param name="batchFirst">Whether the batch is the first axis.</param>
    /// <param name="enforceSorted">True asks for lengths that never rise; false sorts the sequences, and the result knows their
    /// order.</param>
    /// <inheritdoc cref="PackPaddedSequence(Tensor, ReadOnlySpan{int}, bool, bool)" path="/exception"/>
    /// <exception cref="DTypeException">The lengths are not of an integer type.</exception>
    public static PackedSequence PackPaddedSequence(Tensor input, Tensor lengths, bool batchFirst = false, bool enforceSorted = true) =>
        PackPaddedSequence(input, LengthsOf(lengths, "PackPaddedSequence"), batchFirst, enforceSorted);

    /// <summary>Pads packed sequences, in the order in which they were before they were sorted.</summary>
    /// <param name="sequence">The packed sequences.</param>
    /// <param name="batchFirst">Whether the batch is to be the first axis.</param>
    /// <param name="paddingValue">What stands behind a sequence's end.</param>
    /// <param name="totalLength">The number of steps, at least that of the longest sequence; that one when null.</param>
    /// <returns>The sequences, [steps, batch, ..] or [batch, steps, ..], and their lengths, int64 [batch].</returns>
    /// <exception cref="ShapeException">The total length is less than that of the longest sequence.</exception>
    public static (Tensor Output, Tensor Lengths) PadPackedSequence(
        PackedSequence sequence, bool batchFirst = false, Scalar? paddingValue = null, int? totalLength = null)
    {
        ArgumentNullException.ThrowIfNull(sequence);
        SequenceSteps steps = sequence.Steps;
        int longest = steps.Counts.Length, length = totalLength ?? longest;
        if (length < longest)
        {
            throw new ShapeException(
                $"PadPackedSequence: a total length of {length} is less than that of the longest sequence, {longest}.");
        }

        long[] original = Originals(sequence), places = new long[steps.Rows], lengths = new long[steps.Batch];
        for (int step = 0; step < longest; step++)
        {
            for (int i = 0; i < steps.Counts[step]; i++)
            {
                long row = original[i];
                places[steps.Starts[step] + i] = batchFirst ? (row * length) + step : ((long)step * steps.Batch) + row;
                lengths[row] = step + 1;
            }
        }

        Tensor output = Placed(sequence.Data, places, batchFirst ? [steps.Batch, length] : [length, steps.Batch], paddingValue);
        return (output, Tensor.From(lengths));
    }

    /// <summary>Pads sequences to the length of the longest one.</summary>
    /// <param name="sequences">The sequences, each [length, ..], alike but for the length.</param>
    /// <param name="batchFirst">Whether the batch is to be the first axis.</param>
    /// <param name="paddingValue">What stands where a sequence has ended.</param>
    /// <param name="padLeft">Whether padding stands before a sequence rather than behind it.</param>
    /// <returns>[steps, batch, ..], or [batch, steps, ..] when batch first.</returns>
    /// <exception cref="ShapeException">There is no sequence, one is a single number, or their other axes differ.</exception>
    public static Tensor PadSequence(
        ReadOnlySpan<Tensor> sequences, bool batchFirst = false, Scalar? paddingValue = null, bool padLeft = false)
    {
        int[] lengths = LengthsOf(sequences, "PadSequence");
        int batch = lengths.Length, steps = lengths.Max();
        List<long> places = [];
        for (int sequence = 0; sequence < batch; sequence++)
        {
            int first = padLeft ? steps - lengths[sequence] : 0;
            for (int step = first; step < first + lengths[sequence]; step++)
            {
                places.Add(batchFirst ? ((long)sequence * steps) + step : ((long)step * batch) + sequence);
            }
        }

        return Placed(Tensor.Cat(sequences), [.. places], batchFirst ? [batch, steps] : [steps, batch], paddingValue);
    }

    /// <summary>Packs sequences.</summary>
    /// <param name="sequences">The sequences, each [length, ..] of one step or more, alike but for the length.</param>
    /// <param name="enforceSorted">True asks for lengths that never rise; false sorts the sequences, and the result knows their
    /// order.</param>
    /// <exception cref="ShapeException">There is no sequence, one is empty or a single number, or their other axes differ.</exception>
    /// <exception cref="ArgumentException">The lengths rise, and are to be sorted.</exception>
    public static PackedSequence PackSequence(ReadOnlySpan<Tensor> sequences, bool enforceSorted = true)
    {
        int[] lengths = LengthsOf(sequences, "PackSequence");
        SequenceOrder order = SequenceOrder.Of(lengths, lengths.Length, int.MaxValue, enforceSorted, "PackSequence");
        long[] starts = new long[lengths.Length];
        for (int i = 1; i < starts.Length; i++)
        {
            starts[i] = starts[i - 1] + lengths[i - 1];
        }

        return order.Pack(Tensor.Cat(sequences), (step, sequence) => starts[sequence] + step);
    }

    /// <summary>The sequences of a padded tensor, without their padding.</summary>
    /// <param name="padded">The sequences, [steps, batch, ..], or [batch, steps, ..] when batch first.</param>
    /// <param name="lengths">The length of each, from 0 to the number of steps.</param>
    /// <param name="batchFirst">Whether the batch is the first axis.</param>
    /// <returns>Each sequence, [length, ..]: a view.</returns>
    /// <exception cref="ShapeException">The tensor has fewer than two axes, the lengths are not as many as sequences, or one is out of
    /// range.</exception>
    public static Tensor[] UnpadSequence(Tensor padded, ReadOnlySpan<int> lengths, bool batchFirst = false)
    {
        ArgumentNullException.ThrowIfNull(padded);
        (int steps, int batch) = SizesOf(padded, batchFirst, "UnpadSequence");
        SequenceOrder.CheckLengths(lengths, batch, 0, steps, "UnpadSequence");
        Tensor[] sequences = new Tensor[batch];
        for (int i = 0; i < batch; i++)
        {
            sequences[i] = padded.Select(batchFirst ? 0 : 1, i).Narrow(0, 0, lengths[i]);
        }

        return sequences;
    }

    /// <summary>As <see cref="UnpadSequence(Tensor, ReadOnlySpan{int}, bool)"/>, of lengths in a tensor.</summary>
    /// <param name="padded">The sequences, [steps, batch, ..], or [batch, steps, ..] when batch first.</param>
    /// <param name="lengths">The length of each, [batch].</param>
    /// <param name="batchFirst">Whether the batch is the first axis.</param>
    /// <returns>Each sequence, [length, ..]: a view.</returns>
    /// <inheritdoc cref="UnpadSequence(Tensor, ReadOnlySpan{int}, bool)" path="/exception"/>
    /// <exception cref="DTypeException">The lengths are not of an integer type.</exception>
    public static Tensor[] UnpadSequence(Tensor padded, Tensor lengths, bool batchFirst = false) =>
        UnpadSequence(padded, LengthsOf(lengths, "UnpadSequence"), batchFirst);

    /// <summary>The sequences of a packed tensor, in the order in which they were before they were sorted.</summary>
    /// <param name="sequence">The packed sequences.</param>
    /// <returns>Each sequence, [length, ..].</returns>
    public static Tensor[] UnpackSequence(PackedSequence sequence)
    {
        (Tensor padded, Tensor lengths) = PadPackedSequence(sequence, batchFirst: true);
        return UnpadSequence(padded, lengths, batchFirst: true);
    }

    /// <summary>The permutation that undoes another: result[permutation[i]] = i.</summary>
    /// <param name="permutation">Each of the numbers from 0 on once, a vector of an integer type.</param>
    /// <returns>The inverse, int64.</returns>
    /// <exception cref="IndexException">A number is out of range or stands twice.</exception>
    /// <exception cref="ShapeException">The permutation is not a vector.</exception>
    /// <exception cref="DTypeException">It is not of an integer type.</exception>
    public static Tensor InvertPermutation(Tensor permutation)
    {
        int[] order = LengthsOf(permutation, "InvertPermutation");
        long[] inverse = new long[order.Length];
        inverse.AsSpan().Fill(-1);
        for (int i = 0; i < order.Length; i++)
        {
            if (order[i] < 0 || order[i] >= order.Length || inverse[order[i]] >= 0)
            {
                throw new IndexException(
                    $"InvertPermutation: {order[i]} at position {i} is out of range or stands twice; a permutation of {order.Length} has "
                    + $"each of 0 to {order.Length - 1} once.");
            }

            inverse[order[i]] = i;
        }

        return Tensor.From(inverse).To(permutation.Device);
    }
}
