namespace DeepLearning.Training;

/// <summary>The share of what was right in what was counted.</summary>
internal abstract class ShareMetric(string name) : Metric(name)
{
    private long _right, _total;
    private Tensor? _unread;

    public sealed override bool? HigherIsBetter => true;

    public sealed override double Value
    {
        get
        {
            Read();
            return _total == 0 ? double.NaN : (double)_right / _total;
        }
    }

    public sealed override Tensor State
    {
        get
        {
            Read();
            return Tensor.From([_right, _total]);
        }

        set
        {
            CheckState(value, 2);
            long[] counts = value.ToArray<long>();
            (_right, _total, _unread) = (counts[0], counts[1], null);
        }
    }

    public sealed override void MergeState(Tensor state)
    {
        CheckState(state, 2);
        long[] counts = state.ToArray<long>();
        (_right, _total) = (_right + counts[0], _total + counts[1]);
    }

    public sealed override void Reset() => (_right, _total, _unread) = (0, 0, null);

    /// <summary>
    /// Counts the positions where a comparison of bools holds, of those that count, which are all by default. A device that would be waited
    /// for adds them up itself, until the figure is asked for.
    /// </summary>
    protected void Count(Tensor right, Tensor? counts = null)
    {
        right = counts is null ? right : right.LogicalAnd(counts);
        if (!right.Backend.DefersChecks)
        {
            _right += right.Sum().Item<long>();
            _total += counts?.Sum().Item<long>() ?? right.Count;
            return;
        }

        if (_unread is not null && !ReferenceEquals(_unread.Device, right.Device))
        {
            Read();
        }

        using TensorScope.Suspension suspension = TensorScope.Suspend();
        Tensor total = counts?.Sum() ?? Tensor.FromScalar(right.Count, DType.Int64, right.Device);
        Tensor both = Tensor.Stack([right.Sum(), total]);
        _unread = _unread is null ? both : _unread + both;
    }

    private void Read()
    {
        if (_unread is not null)
        {
            long[] counts = _unread.ToArray<long>();
            (_right, _total, _unread) = (_right + counts[0], _total + counts[1], null);
        }
    }
}
