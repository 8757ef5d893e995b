namespace DeepLearning.Training;

/// <summary>A metric of values that are changed before they are compared.</summary>
internal sealed class TransformedMetric(Metric inner, Func<Tensor, Tensor> transform, string name) : Metric(name)
{
    public override bool? HigherIsBetter => inner.HigherIsBetter;

    public override double Value => inner.Value;

    public override IReadOnlyList<double>? PerClass => inner.PerClass;

    public override Tensor State
    {
        get => inner.State;
        set => inner.State = value;
    }

    public override void Update(Tensor predictions, Tensor targets)
    {
        ArgumentNullException.ThrowIfNull(predictions);
        ArgumentNullException.ThrowIfNull(targets);
        inner.Update(transform(predictions.Detach()), transform(targets.Detach()));
    }

    public override void MergeState(Tensor state) => inner.MergeState(state);

    internal override string Counting => $"{inner.Counting}, of changed values";

    public override void Reset() => inner.Reset();

    internal override void FollowLoss(long? ignoredTarget) => inner.FollowLoss(ignoredTarget);
}
