namespace DeepLearning.Training;

/// <summary>The share of what was right in what was counted.</summary>
internal abstract class ShareMetric(string name) : Metric(name)
{
    private long _right, _total;

    public sealed override bool? HigherIsBetter => true;

    public sealed override double Value => _total == 0 ? double.NaN : (double)_right / _total;

    public sealed override Tensor State
    {
        get => Tensor.From([_right, _total]);
        set
        {
            CheckState(value, 2);
            long[] counts = value.ToArray<long>();
            (_right, _total) = (counts[0], counts[1]);
        }
    }

    public sealed override void MergeState(Tensor state)
    {
        CheckState(state, 2);
        long[] counts = state.ToArray<long>();
        (_right, _total) = (_right + counts[0], _total + counts[1]);
    }

    public sealed override void Reset() => _right = _total = 0;

    /// <summary>Counts the positions where a comparison of bools holds.</summary>
    protected void Count(Tensor right, long total)
    {
        _right += right.Sum().Item<long>();
        _total += total;
    }
}
