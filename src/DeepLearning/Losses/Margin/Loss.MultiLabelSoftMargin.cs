using DeepLearning.Layers;

namespace DeepLearning.Losses;

public static partial class Loss
{
    /// <summary>
    /// Binary cross-entropy of logits where several classes may be true, as the mean over the classes, the last axis:
    /// −Σ w · (y · log σ(x) + (1 − y) · log σ(−x)) / C.
    /// </summary>
    /// <param name="input">The logits x, [.., C].</param>
    /// <param name="target">The probabilities y of the classes, such as 0 and 1, of the same shape.</param>
    /// <param name="weight">A weight w for each class; broadcasts to the input. 1 when null.</param>
    /// <param name="reduction">Whether the mean, the sum or the rows' losses themselves are returned.</param>
    /// <returns>A zero-dimensional tensor, or the input's shape without its last axis.</returns>
    /// <exception cref="ShapeException">The shapes differ, or have no axis.</exception>
    public static Tensor MultiLabelSoftMargin(
        Tensor input, Tensor target, Tensor? weight = null, LossReduction reduction = LossReduction.Mean)
    {
        using Autocast.Operation cast = Autocast.Enter("Loss");
        (input, target, weight) = (cast.Of(input), cast.Of(target), cast.OrNull(weight));
        const string Name = "MultiLabelSoftMargin";
        PairLoss.Check(input, target, Name);
        LossOperands.CheckReduction(Name, reduction, input);
        if (input.Rank == 0)
        {
            throw new ShapeException($"{Name}: the input has an axis of classes, [.., C], and is not a number.");
        }

        DType result = PairLoss.ResultOf(input, target, weight), compute = result.Compute();
        Tensor losses = input.To(compute).Map(target.To(compute), default(LogitOp));
        losses = weight is null ? losses : losses.Map(weight.To(compute), default(WeighedOp));
        if (losses.Shape != input.Shape)
        {
            throw new ShapeException($"{Name}: a weight {weight!.Shape} does not broadcast to an input {input.Shape}.");
        }

        return LossOperands.Reduce(losses.Sum(-1) / (double)input.Size(-1), reduction, result);
    }
}

/// <summary><see cref="Loss.MultiLabelSoftMargin"/> as a module.</summary>
/// <param name="weight">A weight for each class; broadcasts to the input. 1 when null.</param>
/// <param name="reduction">Whether the mean, the sum or the rows' losses themselves are returned.</param>
public sealed class MultiLabelSoftMarginLoss(Tensor? weight = null, LossReduction reduction = LossReduction.Mean)
    : Module<Tensor, Tensor, Tensor>
{
    [Buffer]
    private readonly Tensor? _weight = weight;

    /// <inheritdoc/>
    public override Tensor Forward(Tensor first, Tensor second) => Loss.MultiLabelSoftMargin(first, second, _weight, reduction);
}
