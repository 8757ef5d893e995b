namespace DeepLearning.Training;

/// <summary>A figure of all scores and of what is true of them, of each class against the rest.</summary>
internal sealed class RankingMetric : Metric
{
    private readonly int? _given;
    private readonly ClassAverage _average;
    private readonly Func<double[], bool[], double> _figure;
    private readonly IgnoredTarget _ignored;
    private readonly List<double> _scores = [];
    private readonly List<bool> _truths = [];

    public RankingMetric(
        int? classes, ClassAverage average, Func<double[], bool[], double> figure, string name, long? ignoreIndex) : base(name)
    {
        if (classes is { } count)
        {
            OptionChecks.AtLeast(count, 1, name, nameof(classes));
        }

        (_given, _average, _figure, _ignored) = (classes, OptionChecks.Defined(average, name), figure, new IgnoredTarget(ignoreIndex));
    }

    public override bool? HigherIsBetter => true;

    public override double Value
    {
        get
        {
            if (_given is null || _average == ClassAverage.Micro)
            {
                return _figure([.. _scores], [.. _truths]);
            }

            double sum = 0, weights = 0;
            for (int label = 0; label < Classes; label++)
            {
                (double[] scores, bool[] truths) = Of(label);
                double figure = _figure(scores, truths);
                double weight = _average == ClassAverage.Weighted ? truths.Count(static isTrue => isTrue) : 1;
                (sum, weights) = double.IsNaN(figure) ? (sum, weights) : (sum + (weight * figure), weights + weight);
            }

            return weights == 0 ? double.NaN : sum / weights;
        }
    }

    public override IReadOnlyList<double>? PerClass => _given is null
        ? null
        : [.. Enumerable.Range(0, Classes).Select(label => _figure(Of(label).Scores, Of(label).Truths))];

    /// <summary>A row per sample: the scores, then what is true as 1 and what is not as 0.</summary>
    public override Tensor State
    {
        get
        {
            int samples = _scores.Count / Classes;
            return Tensor.Cat(
                [Tensor.From(_scores.ToArray(), samples, Classes), Tensor.From(_truths.ToArray(), samples, Classes).To(DType.Float64)], 1);
        }

        set
        {
            Check(value);
            Reset();
            MergeState(value);
        }
    }

    private int Classes => _given ?? 1;

    internal override string Counting => $"scores of {(_given is null ? "two classes" : $"{Classes} classes")}, {_ignored}";

    internal override void FollowLoss(long? ignoredTarget) => _ignored.Follow(ignoredTarget);

    public override void Update(Tensor predictions, Tensor targets)
    {
        ArgumentNullException.ThrowIfNull(predictions);
        ArgumentNullException.ThrowIfNull(targets);
        bool isRow = _given is null && predictions.Rank > 0 && predictions.Count == predictions.Size(0)
            && targets.Count == predictions.Count;
        bool isTable = _given is not null && predictions.Rank == 2 && predictions.Size(1) == Classes
            && (targets.Shape == predictions.Shape || targets.Shape == predictions.Shape[..1]);
        if (!predictions.DType.IsFloatingPoint() || (!isRow && !isTable))
        {
            throw new ShapeException(
                $"{Name}: predictions {predictions.Shape} of type {predictions.DType.Name()} and targets {targets.Shape} do not fit; "
                + (_given is null
                    ? "both are one number per sample."
                    : $"the predictions are scores [samples, {Classes}], the targets class indices [samples] or truths of that shape."));
        }

        double[] scores = predictions.Detach().ToArray<double>();
        if (Array.Exists(scores, double.IsNaN))
        {
            throw new ArgumentException($"{Name}: a score is NaN, which has no place in a ranking.", nameof(predictions));
        }

        double[] wanted = targets.Detach().ToArray<double>();
        bool areClasses = isTable && targets.Rank == 1, mayBeIgnored = areClasses || isRow;
        for (int i = 0; i < wanted.Length; i++)
        {
            double most = areClasses ? Classes - 1 : 1;
            bool isKnown = wanted[i] >= 0 && wanted[i] <= most && wanted[i] == Math.Floor(wanted[i]);
            if (!isKnown && !(mayBeIgnored && wanted[i] == _ignored.Index))
            {
                throw new ArgumentOutOfRangeException(
                    nameof(targets), wanted[i], $"{Name}: the target {wanted[i]} at position {i} is not from 0 to {most}.");
            }
        }

        for (int i = 0; i < scores.Length; i++)
        {
            int sample = i / Classes, label = i % Classes;
            int at = areClasses ? sample : i;
            if (!mayBeIgnored || wanted[at] != _ignored.Index)
            {
                _scores.Add(scores[i]);
                _truths.Add(areClasses ? wanted[at] == label : wanted[at] == 1);
            }
        }
    }

    public override void MergeState(Tensor state)
    {
        Check(state);
        double[] rows = state.ToArray<double>();
        for (int i = 0; i < rows.Length; i++)
        {
            if (i % (2 * Classes) < Classes)
            {
                _scores.Add(rows[i]);
            }
            else
            {
                _truths.Add(rows[i] != 0);
            }
        }
    }

    public override void Reset()
    {
        _scores.Clear();
        _truths.Clear();
    }

    private (double[] Scores, bool[] Truths) Of(int label)
    {
        int classes = Classes, samples = _scores.Count / classes;
        double[] scores = new double[samples];
        bool[] truths = new bool[samples];
        for (int i = 0; i < samples; i++)
        {
            (scores[i], truths[i]) = (_scores[(i * classes) + label], _truths[(i * classes) + label]);
        }

        return (scores, truths);
    }

    private void Check(Tensor state)
    {
        ArgumentNullException.ThrowIfNull(state);
        CheckState(state, state.Rank == 2 ? state.Size(0) : 0, 2 * Classes);
    }
}
