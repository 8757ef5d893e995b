using Spectre.Console;

namespace DeepLearning.Training.Terminal;

/// <summary>How a training is shown on the console. The defaults suit a terminal as well as a log.</summary>
public sealed record ConsoleOptions
{
    /// <summary>
    /// The console; null takes Spectre's, which finds out about colors, characters and width, and respects <c>NO_COLOR</c>.
    /// </summary>
    public IAnsiConsole? Console { get; init; }

    /// <summary>
    /// Whether to draw bars that move, on a console that can (<see cref="Capabilities.Ansi"/>); false writes plain lines only. Null draws
    /// where the console is an interactive terminal, and not where its output goes to a file, a pipe or the log of a build server.
    /// </summary>
    public bool? Live { get; init; }

    /// <summary>The time between two plain lines within an epoch.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is negative.</exception>
    public TimeSpan PlainInterval
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, TimeSpan.Zero);
            field = value;
        }
    } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// The least time between the lines of two epochs, after the first thirty: of a run of thousands of short epochs some are shown, and
    /// always the last. Zero shows all.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">It is negative.</exception>
    public TimeSpan EpochInterval
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, TimeSpan.Zero);
            field = value;
        }
    } = TimeSpan.FromSeconds(0.25);

    /// <summary>
    /// The figure by which the summary names the best epoch; null takes that of the run's <see cref="BestModel"/>, or <c>val_loss</c>, or
    /// <c>loss</c>.
    /// </summary>
    public string? Figure { get; init; }
}
