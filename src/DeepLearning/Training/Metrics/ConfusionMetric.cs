namespace DeepLearning.Training;

/// <summary>A figure of each class of a confusion matrix, averaged over classes.</summary>
internal sealed class ConfusionMetric : Metric
{
    private readonly ConfusionMatrix _matrix;
    private readonly ClassAverage _average;
    private readonly Func<ConfusionMatrix, int, double> _figure;
    private readonly IgnoredTarget _ignored;

    public ConfusionMetric(
        int classes, ClassAverage average, Func<ConfusionMatrix, int, double> figure, string name, long? ignoreIndex) : base(name)
    {
        _ignored = new IgnoredTarget(ignoreIndex);
        (_matrix, _average, _figure) = (new ConfusionMatrix(classes), average, figure);
    }

    public override bool? HigherIsBetter => true;

    public override double Value => _average == ClassAverage.Micro ? _matrix.Accuracy : Mean();

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
