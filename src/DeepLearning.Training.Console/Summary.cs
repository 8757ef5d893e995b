using System.Globalization;

namespace DeepLearning.Training.Terminal;

/// <summary>What is said when a training is over.</summary>
internal static class Summary
{
    /// <summary>The lines.</summary>
    /// <param name="run">The run.</param>
    /// <param name="before">The epochs that it had before.</param>
    /// <param name="time">The time of this part.</param>
    /// <param name="figure">The figure that says which epoch is best; null takes the usual one.</param>
    public static IEnumerable<string> Lines(TrainingRun run, int before, TimeSpan time, string? figure)
    {
        int epochs = run.Epoch - before;
        yield return epochs == 0 && run.StopReason is null
            ? $"The run has its {TextFormat.Count(run.Epoch, "epoch")} already: there was nothing to do."
            : $"{TextFormat.Count(epochs, "epoch")} in {TextFormat.Duration(time)}"
                + (before > 0 ? string.Create(CultureInfo.InvariantCulture, $", {run.Epoch} in all") : "")
                + (run.StopReason is { } reason ? $". Stopped: {reason.TrimEnd('.')}." : ".");

        BestModel? kept = run.Callbacks.OfType<BestModel>().FirstOrDefault();
        if (Best(run, kept, figure) is { } best)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"Best epoch {best.Epoch}: ")
                + string.Join(", ", best.Values.Where(v => BestFigures.Follows(v.Key, best.Values))
                    .Select(static v => $"{v.Key} {TextFormat.Figure(v.Value)}")) + ".";
        }

        if (kept is { Epoch: > 0 })
        {
            string holds = kept.Restores
                ? string.Create(CultureInfo.InvariantCulture, $"The model has the values of epoch {kept.Epoch}")
                : "";
            string file = kept.Path is { } path ? $"the best model is in {path}" : "";
            string line = string.Join("; ", ((string[])[holds, file]).Where(static part => part.Length > 0));
            if (line.Length > 0)
            {
                yield return char.ToUpperInvariant(line[0]) + line[1..] + ".";
            }
        }

        if (run.Checkpoints is { } checkpoints)
        {
            yield return $"The checkpoint is {checkpoints.Path}.";
        }
    }

    private static EpochRecord? Best(TrainingRun run, BestModel? kept, string? figure)
    {
        if (run.History.Count == 0)
        {
            return null;
        }

        if (figure is null && kept is { Epoch: > 0 } && kept.Epoch <= run.History.Count)
        {
            return run.History[kept.Epoch - 1];
        }

        string name = figure ?? kept?.Figure ?? (run.History[^1].Values.ContainsKey(FigureName.ValidationLoss)
            ? FigureName.ValidationLoss : FigureName.Loss);
        return run.History.Names.Contains(name) && BestFigures.IsHigherBetter(run, name) is { } isHigher
            ? run.History.Best(name, isHigher)
            : null;
    }
}
