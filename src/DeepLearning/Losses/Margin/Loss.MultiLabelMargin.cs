using DeepLearning.Layers;

namespace DeepLearning.Losses;

public static partial class Loss
{
    /// <summary>
    /// The hinge loss of scores where several classes are true: Σ max(0, 1 − (x[t] − x[c])) / C over the true classes t and the others c.
    /// </summary>
    /// <param name="input">The scores x, [N, C] or [C].</param>
    /// <param name="target">The true classes of each row, of the same shape and an integer type: those before the first −1 count.</param>
    /// <param name="reduction">Whether the mean, the sum or the rows' losses themselves are returned.</param>
    /// <returns>A zero-dimensional tensor, or [N] (of [C]: []) without reduction.</returns>
    /// <exception cref="ShapeException">The shapes differ, or have other than one or two axes.</exception>
    /// <exception cref="IndexException">A target that counts is not a class.</exception>
    public static Tensor MultiLabelMargin(Tensor input, Tensor target, LossReduction reduction = LossReduction.Mean)
    {
        using Autocast.Operation cast = Autocast.Enter("Loss");
        (input, target) = (cast.Of(input), cast.Of(target));
        const string Name = "MultiLabelMargin";
        LossOperands.CheckEqual(Name, input, "input", target, "target");
        LossOperands.CheckInteger(Name, target, "target");
        LossOperands.CheckReduction(Name, reduction, input);
        ClassTargets.CheckRows(Name, input);
        DType result = input.DType, compute = result.Compute();
        Tensor rows = ClassTargets.Rows(input).To(compute);
        int count = rows.Size(0), classes = rows.Size(1);
        (long[] labels, bool[] counts, bool[] isTrue, int most) = TrueClasses(target, count, classes);
        Tensor places = Tensor.From(labels, count, classes).To(rows.Device)[.., ..most];
        Tensor pairs = Tensor.From(counts, count, classes).To(rows.Device)[.., ..most].Unsqueeze(2)
            .LogicalAnd(Tensor.From(isTrue, count, classes).To(rows.Device).LogicalNot().Unsqueeze(1));
        Tensor excess = rows.Unsqueeze(1) - rows.Gather(1, places).Unsqueeze(2);
        Tensor losses = excess.Map(pairs.To(compute), new MultiMarginOp(1, 1)).Sum([1, 2]) / (double)classes;
        return LossOperands.Reduce(losses.Reshape(input.Shape[..^1]), reduction, result);
    }

    /// <summary>The true classes, 0 where none; which of them count; for each class whether it is true; the most of one row.</summary>
    private static (long[] Labels, bool[] Counts, bool[] IsTrue, int Most) TrueClasses(Tensor target, int rows, int classes)
    {
        long[] labels = target.Detach().ToArray<long>();
        bool[] counts = new bool[labels.Length], isTrue = new bool[labels.Length];
        int most = 0;
        for (int row = 0; row < rows; row++)
        {
            Span<long> own = labels.AsSpan(row * classes, classes);
            int end = own.IndexOf(-1);
            end = end < 0 ? classes : end;
            most = Math.Max(most, end);
            for (int k = 0; k < end; k++)
            {
                if ((ulong)own[k] >= (ulong)classes)
                {
                    throw new IndexException(
                        $"MultiLabelMargin: the target {own[k]} of row {row} is not a class: there are {classes}, so targets are 0 to "
                        + $"{classes - 1}, and -1 after the last.");
                }

                counts[(row * classes) + k] = true;
                isTrue[(row * classes) + (int)own[k]] = true;
            }

            own[end..].Clear();
        }

        return (labels, counts, isTrue, most);
    }
}

/// <summary><see cref="Loss.MultiLabelMargin"/> as a module.</summary>
/// <param name="reduction">Whether the mean, the sum or the rows' losses themselves are returned.</param>
public sealed class MultiLabelMarginLoss(LossReduction reduction = LossReduction.Mean) : Module<Tensor, Tensor, Tensor>
{
    /// <inheritdoc/>
    public override Tensor Forward(Tensor first, Tensor second) => Loss.MultiLabelMargin(first, second, reduction);
}
