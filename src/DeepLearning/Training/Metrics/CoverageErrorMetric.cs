namespace DeepLearning.Training;

/// <summary>The mean rank of the lowest true label.</summary>
internal sealed class CoverageErrorMetric(string name) : MeanMetric(name)
{
    public override bool? HigherIsBetter => false;

    internal override string Counting => "ranks of the lowest true labels";

    public override void Update(Tensor predictions, Tensor targets)
    {
        ArgumentNullException.ThrowIfNull(predictions);
        ArgumentNullException.ThrowIfNull(targets);
        if (predictions.Rank != 2 || predictions.Shape != targets.Shape || !predictions.DType.IsFloatingPoint())
        {
            throw new ShapeException(
                $"{Name}: predictions {predictions.Shape} of type {predictions.DType.Name()} and targets {targets.Shape} do not fit; both "
                + "are [samples, labels], the predictions scores.");
        }

        Tensor scores = predictions.Detach(), isTrue = targets.Detach().Greater(0.5);
        Tensor least = scores.MaskedFill(isTrue.LogicalNot(), double.PositiveInfinity).Amin(1, keepDim: true);
        // Without true labels nothing needs to be covered: no score reaches infinity but infinite ones.
        Tensor ranks = scores.GreaterOrEqual(least).LogicalAnd(isTrue.Any(1, keepDim: true)).Sum(1);
        Add(ranks.Sum().Item<long>(), predictions.Size(0));
    }
}
