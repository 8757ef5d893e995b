namespace DeepLearning.Training.Terminal;

/// <summary>How a training on the console ended.</summary>
/// <param name="Outcome">Completed, stopped by a callback, or canceled by Ctrl-C or SIGTERM.</param>
/// <param name="History">The epochs of the run.</param>
/// <param name="ExitCode">What a program returns: 0 when the training came to its end, 130 after Ctrl-C, 143 after SIGTERM.</param>
public sealed record ConsoleOutcome(TrainingOutcome Outcome, History History, int ExitCode)
{
    /// <summary>Whether the training came to its end, be it by its epochs or by a callback such as <see cref="EarlyStopping"/>.</summary>
    public bool Completed => Outcome is TrainingOutcome.Completed or TrainingOutcome.Stopped;
}
