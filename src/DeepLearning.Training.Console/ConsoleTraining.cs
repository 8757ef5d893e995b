using System.Diagnostics;
using System.Globalization;
using DeepLearning.Data;

namespace DeepLearning.Training.Terminal;

/// <summary>Trains in a console program.</summary>
public static class ConsoleTraining
{
    private static readonly TimeSpan NoticePatience = TimeSpan.FromMilliseconds(200);

    /// <summary>
    /// Trains with everything a console program wants around it: the view of <see cref="ConsoleProgress"/>, resuming, a short summary, and
    /// Ctrl-C and SIGTERM (<see cref="ConsoleCancellation"/>): the first one ends the training after the batch that is running, with its
    /// checkpoint saved, and says how to go on; a second one ends the process at once.
    /// </summary>
    /// <typeparam name="TBatch">What the loader gives.</typeparam>
    /// <param name="trainer">The trainer. Without <see cref="TrainingRun.Checkpoints"/> nothing is saved.</param>
    /// <param name="loader">The training batches.</param>
    /// <param name="epochs">The epochs that the run is to have in the end, those of a resumed checkpoint included.</param>
    /// <param name="validation">Batches that are evaluated after each epoch; null for none.</param>
    /// <param name="resume">Whether to go on from <see cref="TrainingRun.Checkpoints"/> if that file is there.</param>
    /// <param name="options">How it is shown.</param>
    /// <param name="cancellation">Another way to end the training.</param>
    /// <returns>How the training ended, and the exit code for it: <c>return trainer.FitWithConsole(…).ExitCode;</c></returns>
    /// <exception cref="InvalidOperationException">
    /// <paramref name="resume"/> is wanted but <see cref="TrainingRun.Checkpoints"/> is not set.
    /// </exception>
    /// <exception cref="ArgumentException">There is no <see cref="ConsoleOptions.Figure"/> of that name; the message lists those there are.
    /// </exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellation"/> was canceled, and there was no signal.</exception>
    /// <remarks>Every other exception is that of the training or of loading the checkpoint; the terminal is left as it was.</remarks>
    /// <example>
    /// <code>
    /// ConsoleOutcome outcome = trainer.FitWithConsole(loader, epochs: 20, validation, resume: true);
    /// if (!outcome.Completed)
    /// {
    ///     return outcome.ExitCode;
    /// }
    /// </code>
    /// </example>
    public static ConsoleOutcome FitWithConsole<TBatch>(
        this Trainer<TBatch> trainer, IDataLoader<TBatch> loader, int epochs, IDataLoader<TBatch>? validation = null, bool resume = false,
        ConsoleOptions? options = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(trainer);
        ArgumentNullException.ThrowIfNull(loader);
        options ??= new ConsoleOptions();
        RequireFigure(trainer, options.Figure, validation is not null);
        using ConsoleProgress progress = new(trainer, options);
        if (resume)
        {
            progress.WriteLine(Resume(trainer));
        }

        int before = trainer.Epoch;
        long start = Stopwatch.GetTimestamp();
        using ConsoleCancellation interrupt = new(
            signal => Notice(progress, $"{signal}: ending after this batch; once more ends the program at once."),
            progress.Abandon, cancellation);
        try
        {
            if (progress.IsLive && trainer.Epoch < epochs && loader.Count > 0)
            {
                progress.Report(Beginning(trainer, epochs, loader.Count));
            }

            trainer.Fit(loader, epochs, validation, progress, interrupt.Token);
        }
        catch (OperationCanceledException) when (interrupt.Signal is not null && interrupt.Token.IsCancellationRequested)
        {
            progress.Dispose();
            progress.WriteLine(Interrupted(trainer, interrupt.Signal, loader.Count, resume));
            return new ConsoleOutcome(TrainingOutcome.Canceled, trainer.History, interrupt.ExitCode);
        }
        catch
        {
            // Not left to the using: the runtime prints what nobody catches before it gets there, onto the bars.
            progress.Dispose();
            throw;
        }

        progress.Dispose();
        foreach (string line in Summary.Lines(trainer, before, Stopwatch.GetElapsedTime(start), options.Figure))
        {
            progress.WriteLine(line);
        }

        return new ConsoleOutcome(trainer.StopReason is null ? TrainingOutcome.Completed : TrainingOutcome.Stopped, trainer.History, 0);
    }

    /// <summary>The summary comes when the training is over: a misspelt figure must not wait until then.</summary>
    private static void RequireFigure(TrainingRun run, string? figure, bool validates)
    {
        IReadOnlyList<string> known = FigureName.Of(run.Metrics, validates);
        if (figure is not null && !known.Contains(figure))
        {
            throw new ArgumentException($"ConsoleOptions: there is no figure {figure}. There are: {string.Join(", ", known)}.");
        }

        if (figure is not null && BestFigures.IsHigherBetter(run, figure) is null)
        {
            throw new ArgumentException(
                $"ConsoleOptions: nobody said whether greater or smaller values of {figure} are better; override HigherIsBetter in its "
                + "metric.");
        }
    }

    /// <summary>Where a run stands before its first batch, which may take long.</summary>
    private static TrainingProgress Beginning(TrainingRun run, int epochs, int batches) => new()
    {
        Phase = TrainingPhase.Training,
        Epoch = run.Epoch + 1,
        Epochs = epochs,
        Batch = run.Batch,
        Batches = batches,
        Values = new Dictionary<string, double>(),
        LearningRate = run.Optimizer.LearningRate,
        SamplesPerSecond = 0,
        Elapsed = TimeSpan.Zero,
        Remaining = null,
    };

    private static string Resume(TrainingRun run)
    {
        if (!run.TryResume())
        {
            return $"There is no checkpoint {run.Checkpoints!.Path} yet: the training begins.";
        }

        string where = run.Batch > 0
            ? string.Create(CultureInfo.InvariantCulture, $"in epoch {run.Epoch + 1} after ") + TextFormat.Count(run.Batch, "batch", "es")
            : "after " + TextFormat.Count(run.Epoch, "epoch");
        return $"Resumed from {run.Checkpoints!.Path}: {where}.";
    }

    private static string Interrupted(TrainingRun run, string signal, int batches, bool resume)
    {
        string where = string.Create(
            CultureInfo.InvariantCulture, $"Ended by {signal} in epoch {run.Epoch + 1} after {run.Batch} of {batches} batches.");
        return (run.Checkpoints, resume) switch
        {
            (null, _) => $"{where} Nothing was saved: the trainer has no Checkpoints.",
            ({ Path: string path }, true) => $"{where} The checkpoint is {path}: the same command resumes.",
            ({ Path: string path }, false) => $"{where} The checkpoint is {path}: TryResume, or resume: true, goes on from it.",
        };
    }

    /// <summary>Writes a line from a signal's thread, which must not wait for a terminal that does not take any more.</summary>
    private static void Notice(ConsoleProgress progress, string text) => Task.Run(() => progress.WriteLine(text)).Wait(NoticePatience);
}
