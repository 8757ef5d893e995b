namespace DeepLearning.Training;

/// <summary>Counts samples whose highest probability reaches a threshold.</summary>
internal sealed class CoverageMetric : ShareMetric
{
    private readonly double _threshold;
    private readonly IgnoredTarget _ignored;

    public CoverageMetric(double threshold, string name, long? ignoreIndex) : base(name)
    {
        if (!(threshold is >= 0 and <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(threshold), threshold, $"{name}: the threshold is a probability, 0 to 1.");
        }

        (_threshold, _ignored) = (threshold, new IgnoredTarget(ignoreIndex));
    }

    internal override string Counting => FormattableString.Invariant($"highest probabilities from {_threshold:R} on, {_ignored}");

    internal override void FollowLoss(long? ignoredTarget) => _ignored.Follow(ignoredTarget);

    public override void Update(Tensor predictions, Tensor targets)
    {
        ArgumentNullException.ThrowIfNull(predictions);
        ArgumentNullException.ThrowIfNull(targets);
        if (!predictions.DType.IsFloatingPoint() || predictions.Rank < 2 || targets.Rank == 0
            || targets.Shape != new Shape([predictions.Size(0), .. predictions.Shape[2..]]))
        {
            throw new ShapeException(
                $"{Name}: predictions {predictions.Shape} of type {predictions.DType.Name()} and targets {targets.Shape} do not fit; the "
                + "predictions are probabilities [samples, classes, ..], the targets class indices [samples, ..].");
        }

        Tensor counts = targets.Detach().To(DType.Int64).NotEqualTo(_ignored.Index);
        Tensor isSure = predictions.Detach().Amax(1).GreaterOrEqual(_threshold);
        Count(isSure, counts);
    }
}
