namespace DeepLearning.Training;

/// <summary>Counts values on the right side of a threshold.</summary>
internal sealed class BinaryAccuracyMetric(double threshold, string name) : ShareMetric(name)
{
    internal override string Counting => FormattableString.Invariant($"values on the right side of {threshold:R}");

    public override void Update(Tensor predictions, Tensor targets)
    {
        ArgumentNullException.ThrowIfNull(predictions);
        ArgumentNullException.ThrowIfNull(targets);
        if (predictions.Count != targets.Count)
        {
            throw new ShapeException(
                $"{Name}: predictions {predictions.Shape} and targets {targets.Shape} do not fit; binary accuracy needs one value for each "
                + "target.");
        }

        Tensor said = predictions.Detach().Reshape(-1).Greater(threshold);
        Count(said.EqualTo(targets.Detach().Reshape(-1).Greater(0.5)));
    }
}
