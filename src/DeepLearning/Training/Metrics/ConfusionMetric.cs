namespace DeepLearning.Training;

/// <summary>A figure of each class of a confusion matrix, averaged over classes.</summary>
internal sealed class ConfusionMetric : Metric
{
    private readonly ConfusionMatrix _matrix;
    private readonly ClassAverage _average;
    private readonly Func<ConfusionMatrix, int, double> _figure;
    private readonly Func<ConfusionMatrix, double>? _micro;
    private readonly IgnoredTarget _ignored;

    /// <param name="classes">The number of classes.</param>
    /// <param name="average">How classes are averaged.</param>
    /// <param name="figure">The figure of a class.</param>
    /// <param name="name">The metric's name.</param>
    /// <param name="ignoreIndex">The target that does not count.</param>
    /// <param name="micro">The figure of all samples together, where it is not their accuracy.</param>
    public ConfusionMetric(
        int classes, ClassAverage average, Func<ConfusionMatrix, int, double> figure, string name, long? ignoreIndex,
        Func<ConfusionMatrix, double>? micro = null) : base(name)
    {
        _micro = micro;
        _ignored = new IgnoredTarget(ignoreIndex);
        (_matrix, _average, _figure) = (new ConfusionMatrix(classes), OptionChecks.Defined(average, name), figure);
    }

    public override bool? HigherIsBetter => true;

    public override double Value => _average != ClassAverage.Micro ? Mean() : _micro is null ? _matrix.Accuracy : _micro(_matrix);

    public override IReadOnlyList<double> PerClass =>
        [.. Enumerable.Range(0, _matrix.Classes).Select(label => _figure(_matrix, label))];

    public override Tensor State
    {
        get => Tensor.From(_matrix.ToArray());
        set
        {
            CheckState(value, _matrix.Classes, _matrix.Classes);
            _matrix.Load(value.ToArray<long>());
        }
    }

    public override void Update(Tensor predictions, Tensor targets) =>
        _matrix.Add(predictions, targets, _ignored.Index);

    public override void MergeState(Tensor state)
    {
        CheckState(state, _matrix.Classes, _matrix.Classes);
        _matrix.Merge(state.ToArray<long>());
    }

    public override void Reset() => _matrix.Clear();

    internal override string Counting => FormattableString.Invariant($"{_matrix.Classes} classes by each other, {_ignored}");

    internal override void FollowLoss(long? ignoredTarget) => _ignored.Follow(ignoredTarget);

    private double Mean()
    {
        double sum = 0, weights = 0;
        for (int label = 0; label < _matrix.Classes; label++)
        {
            (long actual, long predicted) = (_matrix.Actual(label), _matrix.Predicted(label));
            if (actual + predicted == 0)
            {
                continue;
            }

            double weight = _average == ClassAverage.Weighted ? actual : 1;
            double figure = _figure(_matrix, label);
            sum += double.IsNaN(figure) ? 0 : weight * figure;
            weights += weight;
        }

        return weights == 0 ? double.NaN : sum / weights;
    }
}
