namespace DeepLearning.Training.Terminal;

/// <summary>
/// The best values so far of the figures that say how good the model is: those of the validation, or of the training without one.
/// </summary>
internal sealed class BestFigures(TrainingRun run)
{
    private readonly Dictionary<string, double> _best = [];
    private int _seen;

    /// <summary>Takes over the epochs of the run up to one, also those of before a resume.</summary>
    /// <returns>The figures of which the epoch has the best value so far.</returns>
    public IReadOnlySet<string> Add(EpochRecord record)
    {
        for (; _seen < run.History.Count && run.History[_seen].Epoch < record.Epoch; _seen++)
        {
            Take(run.History[_seen]);
        }

        _seen = Math.Max(_seen, record.Epoch);
        return Take(record);
    }

    /// <summary>Whether a figure is followed.</summary>
    public static bool Follows(string figure, IReadOnlyDictionary<string, double> values) =>
        FigureName.IsOfValidation(figure) || !values.Keys.Any(FigureName.IsOfValidation);

    /// <summary>
    /// Whether greater values are better, for any figure of the history: it may have those of an earlier fit, which
    /// <see cref="TrainingRun.IsHigherBetter"/> refuses when this one has no validation. Null when the metric does not say it.
    /// </summary>
    public static bool? IsHigherBetter(TrainingRun run, string figure)
    {
        string name = FigureName.OfTraining(figure);
        return run.Metrics.FirstOrDefault(metric => metric.Name == name) is { } known ? known.HigherIsBetter : false;
    }

    private HashSet<string> Take(EpochRecord record)
    {
        HashSet<string> better = [];
        foreach ((string figure, double value) in record.Values)
        {
            if (!double.IsNaN(value) && Follows(figure, record.Values) && IsHigherBetter(run, figure) is { } isHigher
                && (!_best.TryGetValue(figure, out double best) || (isHigher ? value > best : value < best)))
            {
                _best[figure] = value;
                better.Add(figure);
            }
        }

        return better;
    }
}
