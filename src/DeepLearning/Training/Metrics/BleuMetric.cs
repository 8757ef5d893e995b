namespace DeepLearning.Training;

/// <summary>BLEU of sequences of token numbers.</summary>
internal sealed class BleuMetric(int order, bool smooth, string name, long? ignoreIndex) : Metric(name)
{
    private readonly IgnoredTarget _ignored = new(ignoreIndex);
    private readonly Bleu _bleu = new(order, smooth);

    public override bool? HigherIsBetter => true;

    public override double Value => _bleu.Value;

    public override Tensor State
    {
        get => Tensor.From(_bleu.Counts);
        set
        {
            CheckState(value, _bleu.Counts.Length);
            _bleu.Counts = value.ToArray<long>();
        }
    }

    internal override string Counting => FormattableString.Invariant($"n-grams up to {order}, {_ignored}");

    internal override void FollowLoss(long? ignoredTarget) => _ignored.Follow(ignoredTarget);

    public override void Update(Tensor predictions, Tensor targets)
    {
        ArgumentNullException.ThrowIfNull(predictions);
        ArgumentNullException.ThrowIfNull(targets);
        if (predictions.Rank != 2 || targets.Rank != 2 || predictions.Size(0) != targets.Size(0) || !predictions.DType.IsInteger()
            || !targets.DType.IsInteger())
        {
            throw new ShapeException(
                $"{Name}: predictions {predictions.Shape} of type {predictions.DType.Name()} and targets {targets.Shape} of type "
                + $"{targets.DType.Name()} do not fit; both are token numbers [samples, length].");
        }

        for (int i = 0; i < predictions.Size(0); i++)
        {
            _bleu.Add(Tokens(predictions[i]), [Tokens(targets[i])]);
        }
    }

    public override void MergeState(Tensor state)
    {
        CheckState(state, _bleu.Counts.Length);
        _bleu.Counts = [.. _bleu.Counts.Zip(state.ToArray<long>(), static (a, b) => a + b)];
    }

    public override void Reset() => _bleu.Clear();

    private string[] Tokens(Tensor row) =>
        [.. row.ToArray<long>().Where(token => token != _ignored.Index).Select(static token => FormattableString.Invariant($"{token}"))];
}
