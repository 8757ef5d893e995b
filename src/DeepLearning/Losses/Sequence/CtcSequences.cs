namespace DeepLearning.Losses;

/// <summary>
/// What CTC is told of its sequences, checked: the labels with a blank around each, [N, 2·S + 1], and how many steps and labels count,
/// [2, N].
/// </summary>
internal readonly record struct CtcSequences(Tensor Labels, Tensor Lengths)
{
    public static CtcSequences Of(
        Tensor x, Tensor targets, ReadOnlySpan<int> inputLengths, ReadOnlySpan<int> targetLengths, int blank)
    {
        LossOperands.CheckInteger("CTC", targets, "tensor of targets");
        if (x.Rank is not (2 or 3))
        {
            throw new ShapeException($"CTC: the input is [T, N, C], or [T, C] of one sequence, not {x.Shape}.");
        }

        int steps = x.Size(0), count = x.Rank == 3 ? x.Size(1) : 1, classes = x.Size(-1);
        if (blank < 0 || blank >= classes)
        {
            throw new ArgumentOutOfRangeException(
                nameof(blank), blank, $"CTC: the blank is one of the {classes} classes of an input {x.Shape}, 0 to {classes - 1}.");
        }

        if (count == 0)
        {
            throw new ShapeException($"CTC: an input {x.Shape} has no sequences.");
        }

        CheckLengths(inputLengths, count, steps, "input", $"an input {x.Shape} has {steps} steps");
        bool isPadded = targets.Rank == 2;
        if (targets.Rank is not (1 or 2) || (isPadded && targets.Size(0) != count))
        {
            throw new ShapeException(
                $"CTC: targets {targets.Shape} do not fit an input {x.Shape}; they are [{count}, S], or all labels one after the other.");
        }

        int most = isPadded ? targets.Size(1) : targets.Size(0);
        CheckLengths(targetLengths, count, most, "target", $"targets {targets.Shape} have room for {most} labels");
        CheckTotal(targets, targetLengths);
        int longest = 0;
        foreach (int length in targetLengths)
        {
            longest = Math.Max(longest, length);
        }

        long[] own = targets.Detach().ToArray<long>(), labels = new long[count * ((2 * longest) + 1)];
        labels.AsSpan().Fill(blank);
        for (int n = 0, start = 0; n < count; n++)
        {
            start = isPadded ? n * most : start;
            for (int k = 0; k < targetLengths[n]; k++)
            {
                labels[(n * ((2 * longest) + 1)) + (2 * k) + 1] = CheckLabel(own[start + k], n, k, classes, blank);
            }

            start += targetLengths[n];
        }

        return new(
            Tensor.From(labels, count, (2 * longest) + 1),
            Tensor.Stack([Tensor.From(inputLengths), Tensor.From(targetLengths)], 0).To(DType.Int64));
    }

    private static void CheckLengths(ReadOnlySpan<int> lengths, int count, int most, string kind, string room)
    {
        if (lengths.Length != count)
        {
            throw new ShapeException($"CTC: there are {lengths.Length} {kind} lengths for {count} sequences.");
        }

        for (int n = 0; n < count; n++)
        {
            if (lengths[n] < 0 || lengths[n] > most)
            {
                throw new ArgumentOutOfRangeException(
                    $"{kind}Lengths", lengths[n], $"CTC: the {kind} length {lengths[n]} of sequence {n} is not from 0 to {most}: {room}.");
            }
        }
    }

    private static void CheckTotal(Tensor targets, ReadOnlySpan<int> lengths)
    {
        long total = 0;
        foreach (int length in lengths)
        {
            total += length;
        }

        if (targets.Rank == 1 && total != targets.Size(0))
        {
            throw new ShapeException(
                $"CTC: targets one after the other, {targets.Shape}, are as many as the target lengths sum up to, {total}.");
        }
    }

    private static long CheckLabel(long label, int sequence, int place, int classes, int blank) =>
        label >= 0 && label < classes && label != blank
            ? label
            : throw new IndexException(
                $"CTC: the target {label} at place {place} of sequence {sequence} is "
                + (label == blank ? "the blank, which stands for no label." : $"not a class: there are {classes}, 0 to {classes - 1}."));
}
