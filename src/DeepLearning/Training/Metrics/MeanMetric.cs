namespace DeepLearning.Training;

/// <summary>The mean of what was added up.</summary>
internal abstract class MeanMetric(string name) : Metric(name)
{
    private double _sum, _count;

    public override double Value => Mean;

    public sealed override Tensor State
    {
        get => Tensor.From([_sum, _count]);
        set
        {
            CheckState(value, 2);
            double[] sums = value.ToArray<double>();
            (_sum, _count) = (sums[0], sums[1]);
        }
    }

    /// <summary>The mean; NaN before the first.</summary>
    protected double Mean => _count == 0 ? double.NaN : _sum / _count;

    public sealed override void MergeState(Tensor state)
    {
        CheckState(state, 2);
        double[] sums = state.ToArray<double>();
        (_sum, _count) = (_sum + sums[0], _count + sums[1]);
    }

    public sealed override void Reset() => _sum = _count = 0;

    protected void Add(double sum, long count) => (_sum, _count) = (_sum + sum, _count + count);
}
