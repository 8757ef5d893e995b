using Spectre.Console;

namespace DeepLearning.Training.Terminal;

/// <summary>
/// Shows a training on the console. On a terminal: a bar of the epochs, a bar of the batches, speed, time left, loss, metrics and learning
/// rate, and above them a growing table of the ended epochs in which a value is marked when it is the best so far. In a file, a pipe or the
/// log of a build server: plain lines. <see cref="ConsoleTraining"/> does all that a program needs around it.
/// </summary>
/// <remarks>
/// While the bars are up, whole lines that other code writes by <see cref="WriteLine"/>, <see cref="Console.Out"/> or Spectre's
/// <see cref="AnsiConsole"/> appear above them. A writer that took the standard output for itself before, and the standard error, go past
/// the view and disturb it until it is drawn next.
/// </remarks>
/// <example>
/// <code>
/// using (ConsoleProgress progress = new(trainer))
/// {
///     trainer.Fit(loader, epochs: 20, validation, progress);
/// }
/// </code>
/// </example>
public sealed class ConsoleProgress : ITrainingView, IDisposable
{
    private readonly TrainingView _view;

    /// <summary>A view of a run. It appears with the first report.</summary>
    /// <param name="run">The run.</param>
    /// <param name="options">How it is shown.</param>
    public ConsoleProgress(TrainingRun run, ConsoleOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(run);
        options ??= new ConsoleOptions();
        IAnsiConsole console = options.Console ?? DefaultConsole();
        IsLive = console.Profile.Capabilities.Ansi
            && (options.Live ?? console.Profile is { Out.IsTerminal: true, Capabilities.Interactive: true });
        _view = IsLive ? new LiveView(run, console, options) : new PlainView(run, console.Profile.Out.Writer, options);
    }

    /// <summary>Whether bars move on a terminal; false where plain lines are written.</summary>
    public bool IsLive { get; }

    /// <inheritdoc/>
    public override string ToString() => $"ConsoleProgress: {(IsLive ? "bars" : "plain lines")}";

    /// <summary>Shows where the run stands.</summary>
    /// <param name="value">What the trainer tells.</param>
    public void Report(TrainingProgress value)
    {
        ArgumentNullException.ThrowIfNull(value);
        _view.Report(value);
    }

    /// <summary>Writes a line of text; on a terminal above the bars.</summary>
    /// <param name="text">The text, as it is.</param>
    public void WriteLine(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        _view.WriteLine(text);
    }

    /// <summary>Ends the view, and shows the cursor again. Where an epoch was interrupted the bars stay as they are.</summary>
    public void Dispose() => _view.Dispose();

    /// <summary>Leaves the terminal usable for a process that is about to be ended.</summary>
    internal void Abandon() => _view.Abandon();

    /// <summary>Spectre's console, or a new one where the program has redirected its output since Spectre made that.</summary>
    private static IAnsiConsole DefaultConsole() => ReferenceEquals(AnsiConsole.Console.Profile.Out.Writer, Console.Out)
        ? AnsiConsole.Console
        : AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Out) });
}
