namespace DeepLearning.Training;

/// <summary>
/// Counts right classes: scores [n, classes, ..] and class indices [n, ..] or wanted probabilities of the scores' shape, or class indices
/// on both sides.
/// </summary>
internal sealed class AccuracyMetric : ShareMetric
{
    private readonly int _k;
    private readonly IgnoredTarget _ignored;

    public AccuracyMetric(int k, string name, long? ignoreIndex) : base(name)
    {
        OptionChecks.AtLeast(k, 1, name);
        (_k, _ignored) = (k, new IgnoredTarget(ignoreIndex));
    }

    public override void Update(Tensor predictions, Tensor targets)
    {
        ArgumentNullException.ThrowIfNull(predictions);
        ArgumentNullException.ThrowIfNull(targets);
        predictions = predictions.Detach();
        if (predictions.DType.IsFloatingPoint() && (predictions.Rank < 2 || predictions.Size(1) == 1))
        {
            throw new ShapeException(
                $"{Name}: predictions {predictions.Shape} of type {predictions.DType.Name()} are a single output per sample, not scores of "
                + "classes; use Metric.BinaryAccuracy.");
        }

        // One-hot or soft targets, as the cross-entropy takes them, of which all count.
        bool areSoft = predictions.DType.IsFloatingPoint() && targets.DType.IsFloatingPoint() && predictions.Shape == targets.Shape;
        targets = areSoft ? targets.Detach().ArgMax(1) : targets.Detach();

        bool areScores = predictions.Rank == targets.Rank + 1 && predictions.Rank >= 2;
        Shape classes = areScores ? new Shape([predictions.Size(0), .. predictions.Shape.AsSpan()[2..]]) : predictions.Shape;
        if (targets.Rank == 0 || classes != targets.Shape || (_k > 1 && (!areScores || predictions.Size(1) < _k)))
        {
            throw new ShapeException(
                $"{Name}: predictions {predictions.Shape} and targets {targets.Shape} do not fit; the predictions are scores "
                + $"[samples, classes, ..]{(_k > 1 ? $" of at least {_k} classes" : " or class indices [samples, ..]")}, the targets class "
                + "indices [samples, ..].");
        }

        Tensor right = _k > 1
            ? predictions.TopK(_k, 1).Indices.EqualTo(targets.Unsqueeze(1)).Any([1])
            : (areScores ? predictions.ArgMax(1) : predictions).EqualTo(targets);

        // In 64 bits, where no target is taken for the ignored one by wrapping around.
        Tensor? counts = areSoft || targets.DType == DType.Bool
            ? null
            : (targets.DType.IsFloatingPoint() ? targets : targets.To(DType.Int64)).NotEqualTo(_ignored.Index);
        Count(right, counts);
    }

    internal override string Counting => $"the right among the {_k} highest scores, {_ignored}";

    internal override void FollowLoss(long? ignoredTarget) => _ignored.Follow(ignoredTarget);
}
