using System.Globalization;
using DeepLearning.Training;

namespace DeepLearning.Reporting;

public sealed partial record RunReport
{
    /// <summary>
    /// A report of a training's history: a chart per figure, training and validation together, and the learning rate if it changed.
    /// Add to it what else there is to show:
    /// <code>
    /// RunReport report = RunReport.From("Digits", history);
    /// report = report with { Charts = [.. report.Charts, new ConfusionMatrixChart(confusion)] };
    /// </code>
    /// </summary>
    /// <param name="title">The heading.</param>
    /// <param name="history">The epochs.</param>
    public static RunReport From(string title, History history)
    {
        ArgumentNullException.ThrowIfNull(history);
        List<Chart> charts = [];
        foreach (string figure in history.Names.Select(FigureName.OfTraining).Distinct())
        {
            charts.Add(FigureChart(history, figure));
        }

        double[] rates = [.. history.Select(static e => e.LearningRate)];
        if (rates.Distinct().Count() > 1)
        {
            charts.Add(new LineChart("Learning rate", new Curve("at the end of the epoch", rates)));
        }

        return new RunReport(title) { Summary = Summarise(history), Charts = charts };
    }

    /// <summary>A report of a training: its history as <see cref="From(string, History)"/> shows it, and how it was set up.</summary>
    /// <param name="title">The heading.</param>
    /// <param name="run">The trainer, after its training.</param>
    public static RunReport From(string title, TrainingRun run)
    {
        ArgumentNullException.ThrowIfNull(run);
        return From(title, run.History) with { Configuration = [.. Settings(run)] };
    }

    private static LineChart FigureChart(History history, string figure)
    {
        double[] values = [];
        List<Curve> curves = [];
        foreach ((string name, string legend) in new[] { (figure, "training"), (FigureName.OfValidation(figure), "validation") })
        {
            if (history.Names.Contains(name))
            {
                curves.Add(new Curve(legend, history[name]) { Steps = [.. history.Select(static e => (double)e.Epoch)] });
                values = [.. values, .. history[name].Where(double.IsFinite)];
            }
        }

        bool isShare = figure is "precision" or "recall" or "f1" || figure.EndsWith("accuracy", StringComparison.Ordinal);
        return new LineChart(Heading(figure), curves)
        {
            LogScale = figure == FigureName.Loss && values.Length > 0 && values.Min() > 0,
            Percent = isShare && values.All(static v => v is >= 0 and <= 1),
        };
    }

    private static string Heading(string figure)
    {
        string words = figure.Replace('_', ' ');
        return words.Length < 4 ? words.ToUpperInvariant() : char.ToUpperInvariant(words[0]) + words[1..];
    }

    private static string Summarise(History history)
    {
        if (history.Count == 0)
        {
            return "No epoch has ended.";
        }

        string figures = string.Join(", ", history[^1].Values.Select(static v => $"{v.Key} {Markup.Number(v.Value)}"));
        string text = $"{history.Count} {(history.Count == 1 ? "epoch" : "epochs")}; after the last: {figures}.";
        const string Loss = FigureName.ValidationLoss;
        return history.Count > 1 && history.Names.Contains(Loss)
            ? $"{text} The least {Loss} was {Markup.Number(history.Best(Loss, false)[Loss])}, in epoch {history.Best(Loss, false).Epoch}."
            : text;
    }

    private static IEnumerable<(string Name, string Value)> Settings(TrainingRun run)
    {
        CultureInfo culture = CultureInfo.InvariantCulture;
        long parameters = run.Model.Parameters().Sum(static p => p.Count);
        yield return ("model", string.Create(culture, $"{run.Model.Kind}, {parameters:N0} parameters"));
        yield return ("optimizer", run.Optimizer.GetType().Name);
        yield return run.Schedule is { } schedule
            ? ("schedule", $"{schedule}; steps are {(run.ScheduleUnit == ScheduleUnit.Epoch ? "epochs" : "batches")}")
            : ("learning rate", Markup.Number(run.Optimizer.LearningRate));
        if (run.MaxGradientNorm is { } norm)
        {
            yield return ("gradient norm", $"at most {Markup.Number(norm)}");
        }

        if (run.AccumulateBatches > 1)
        {
            yield return ("gradients of", $"{run.AccumulateBatches} batches a step");
        }

        yield return ("epochs", run.History.Count.ToString(culture) + (run.StopReason is { } reason ? $"; stopped: {reason}" : ""));
        yield return ("steps", run.Steps.ToString("N0", culture));
        if (run.History.Count > 0)
        {
            TimeSpan time = TimeSpan.FromTicks(run.History.Sum(static e => e.Duration.Ticks));
            yield return ("samples an epoch", run.History[^1].Samples.ToString("N0", culture));
            yield return ("training time", time.TotalMinutes >= 10
                ? time.ToString(time.TotalDays >= 1 ? @"d\.hh\:mm\:ss" : @"h\:mm\:ss", culture)
                : string.Create(culture, $"{time.TotalSeconds:0.0} s"));
        }
    }
}
