namespace DeepLearning.Training;

/// <summary>The figures of a run: the mean loss and the metrics, their names, and which way they are better.</summary>
internal sealed class RunFigures(TrainingRun run)
{
    /// <summary>The losses that were not read yet.</summary>
    public UnreadLosses Unread { get; } = new(run);

    /// <summary>Counts from nothing.</summary>
    public void Reset()
    {
        Unread.Read();
        run.State.Tally.ClearLosses();
        foreach (Metric metric in run.Metrics)
        {
            metric.Reset();
        }
    }

    /// <summary>Counts a batch.</summary>
    public void Count(in BatchResult result, bool training)
    {
        using GradMode.Region region = GradMode.NoGrad();
        foreach (Metric metric in run.Metrics)
        {
            metric.FollowLoss(result.IgnoredTarget);
            metric.Update(result.Output.Predictions!, result.Output.Targets!);
        }

        if (result.Unread is null)
        {
            run.State.Tally.Add(result, training);
        }
        else
        {
            Unread.Add(result, training);
        }
    }

    /// <summary>The mean loss and the metrics, of what was counted since the last reset.</summary>
    public double[] Values()
    {
        Unread.Read();
        return [run.State.Tally.MeanLoss, .. run.Metrics.Select(static metric => metric.Value)];
    }

    /// <summary>Names for <see cref="Values"/>.</summary>
    /// <param name="training">Those over the training batches, or of any evaluation.</param>
    /// <param name="validation">Those over the validation set; null without one.</param>
    public OrderedDictionary<string, double> Named(double[] training, double[]? validation = null)
    {
        OrderedDictionary<string, double> named = [];
        double[] values = validation is null ? training : [.. training, .. validation];
        foreach ((string name, double value) in Names(validation is not null).Zip(values))
        {
            named[name] = value;
        }

        return named;
    }

    /// <summary>The names of the figures, in order.</summary>
    public IReadOnlyList<string> Names(bool withValidation) => FigureName.Of(run.Metrics, withValidation);

    /// <summary>Makes sure that the run has a figure.</summary>
    public void Check(string figure)
    {
        bool ofValidation = FigureName.IsOfValidation(figure);
        string known = string.Join(", ", Names(run.HasValidation));
        if (ofValidation && !run.HasValidation)
        {
            throw new ArgumentException($"There is no figure {figure}: the fit has no validation set. There are: {known}.", nameof(figure));
        }

        if (!Names(ofValidation).Contains(figure))
        {
            throw new ArgumentException($"There is no figure {figure}. There are: {known}.", nameof(figure));
        }
    }

    /// <summary>Whether greater values of a figure are better; null when nobody said.</summary>
    public bool? Direction(string figure)
    {
        string name = FigureName.OfTraining(figure);
        return name == FigureName.Loss ? false : run.Metrics.FirstOrDefault(metric => metric.Name == name)?.HigherIsBetter;
    }

    /// <summary>Makes sure that every metric has a name of its own.</summary>
    public void CheckMetrics()
    {
        HashSet<string> names = [FigureName.Loss];
        foreach (Metric metric in run.Metrics)
        {
            if (metric is null || !names.Add(metric.Name))
            {
                throw new ArgumentException(
                    $"Trainer: the metrics need names of their own; {(metric is null ? "one is null" : $"{metric.Name} is taken")}. "
                    + "Every metric takes a name when it is made.");
            }
        }
    }
}
