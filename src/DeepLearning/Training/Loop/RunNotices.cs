namespace DeepLearning.Training;

/// <summary>What a run tells in words: warnings, and why a fit ended or had nothing to do.</summary>
internal sealed class RunNotices(TrainingRun run)
{
    private readonly List<string> _warnings = [];
    private IProgress<TrainingProgress>? _view;

    /// <summary>All warnings, each once.</summary>
    public IReadOnlyList<string> Warnings => _warnings;

    /// <summary>A fit begins that is shown by a view.</summary>
    /// <param name="given">The view; null for that of the run.</param>
    /// <returns>The view; null for none.</returns>
    public IProgress<TrainingProgress>? Open(IProgress<TrainingProgress>? given) =>
        _view = given ?? (run.PrintProgress ? new PlainProgress(Console.Out) : null);

    /// <summary>Says why a fit ended early.</summary>
    public void TellStop()
    {
        if (run.StopReason is { } reason && _view is PlainProgress view)
        {
            view.WriteLine($"Stopped: {reason}");
        }
    }

    /// <summary>Says that a fit has nothing to do: a mistake, unless it resumed a run that was at its end.</summary>
    public void TellNothingToDo(bool isResumed)
    {
        if (run.Epochs == 0 || run.Epoch < run.Epochs)
        {
            return;
        }

        if (isResumed)
        {
            (_view as PlainProgress)?.WriteLine($"The run of the checkpoint has its {run.Epoch} epochs already.");
            return;
        }

        Warn($"Fit: the run has {run.Epoch} epochs already, so that {run.Epochs} leave nothing to train: epochs counts those of earlier "
            + $"fits, too. For {run.Epochs} more give {run.Epoch + run.Epochs}.");
    }

    /// <summary>Tells callbacks and the user of something that is allowed but hardly meant, once.</summary>
    public void Warn(string message)
    {
        if (_warnings.Contains(message))
        {
            return;
        }

        _warnings.Add(message);
        run.CallbackList.Warned(message);
        string line = $"Warning: {message}";
        if (_view is ITrainingView view)
        {
            view.WriteLine(line);
        }
        else if (run.PrintProgress)
        {
            Console.Error.WriteLine(line);
        }
    }
}
