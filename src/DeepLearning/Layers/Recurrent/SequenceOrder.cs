namespace DeepLearning.Layers;

/// <summary>Sequences by their lengths, the longest first; equally long ones stay in their order.</summary>
internal sealed class SequenceOrder
{
    private readonly int[] _order;
    private readonly int[] _lengths;
    private readonly bool _isSorted;

    private SequenceOrder(int[] order, int[] lengths, bool isSorted) => (_order, _lengths, _isSorted) = (order, lengths, isSorted);

    /// <summary>The order of some lengths.</summary>
    /// <param name="lengths">The lengths.</param>
    /// <param name="batch">The number of sequences.</param>
    /// <param name="steps">The greatest length.</param>
    /// <param name="enforceSorted">Whether the lengths must be in order already.</param>
    /// <param name="operation">What errors name.</param>
    public static SequenceOrder Of(ReadOnlySpan<int> lengths, int batch, int steps, bool enforceSorted, string operation)
    {
        CheckLengths(lengths, batch, 1, steps, operation);
        if (batch == 0)
        {
            throw new ShapeException($"{operation}: there is no sequence; one or more are needed.");
        }

        int[] given = lengths.ToArray();
        int[] order = [.. Enumerable.Range(0, batch).OrderByDescending(i => given[i])];
        for (int i = 1; enforceSorted && i < batch; i++)
        {
            if (given[i] > given[i - 1])
            {
                throw new ArgumentException(
                    $"{operation}: the length {given[i]} of sequence {i} is more than that before it, {given[i - 1]}; order the "
                    + "sequences by falling length, or pass enforceSorted: false.", nameof(lengths));
            }
        }

        return new SequenceOrder(order, given, !enforceSorted);
    }

    /// <summary>Checks that there is a length for each sequence, in a range.</summary>
    public static void CheckLengths(ReadOnlySpan<int> lengths, int batch, int least, int most, string operation)
    {
        if (lengths.Length != batch)
        {
            throw new ShapeException($"{operation}: {lengths.Length} lengths do not fit {batch} sequences; there is one for each.");
        }

        for (int i = 0; i < batch; i++)
        {
            if (lengths[i] < least || lengths[i] > most)
            {
                throw new ShapeException(
                    $"{operation}: the length {lengths[i]} of sequence {i} is out of range; it is {least} or more"
                    + (most == int.MaxValue ? "." : $", and {most} at most: that many steps there are."));
            }
        }
    }

    /// <summary>Packs rows, of which <paramref name="rowOf"/> tells that of a step of a sequence.</summary>
    public PackedSequence Pack(Tensor rows, Func<int, int, long> rowOf)
    {
        int longest = _lengths[_order[0]];
        List<long> places = [];
        int[] counts = new int[longest];
        for (int step = 0, active = _order.Length; step < longest; step++)
        {
            while (_lengths[_order[active - 1]] <= step)
            {
                active--;
            }

            counts[step] = active;
            for (int i = 0; i < active; i++)
            {
                places.Add(rowOf(step, _order[i]));
            }
        }

        Tensor data = rows.IndexSelect(0, Tensor.From(places.ToArray()).To(rows.Device));
        if (!_isSorted)
        {
            return new PackedSequence(data, new SequenceSteps(counts), null, null);
        }

        Tensor sorted = Tensor.From(Array.ConvertAll(_order, static i => (long)i)).To(rows.Device);
        return new PackedSequence(data, new SequenceSteps(counts), sorted, Sequences.InvertPermutation(sorted));
    }
}
