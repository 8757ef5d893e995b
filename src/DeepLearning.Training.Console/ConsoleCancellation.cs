using System.Runtime.InteropServices;

namespace DeepLearning.Training.Terminal;

/// <summary>
/// A cancellation by Ctrl-C (SIGINT) or SIGTERM, as long as it is not disposed: the first one cancels <see cref="Token"/> and the process
/// goes on, to end what it does in good order; the second one ends the process at once, as if nobody had listened.
/// </summary>
/// <example>
/// <code>
/// using ConsoleCancellation interrupt = new();
/// trainer.Fit(loader, epochs: 20, cancellation: interrupt.Token);
/// </code>
/// </example>
public sealed class ConsoleCancellation : IDisposable
{
    private const int Interrupted = 130, Terminated = 143;

    private readonly CancellationTokenSource _source;
    private readonly Action<string>? _requested;
    private readonly Action? _ending;
    private readonly PosixSignalRegistration _terminations;
    private int _signals, _disposed;

    /// <summary>Listens from now on.</summary>
    /// <param name="linked">Another cancellation that cancels the token, too.</param>
    public ConsoleCancellation(CancellationToken linked = default) : this(null, null, linked)
    {
    }

    /// <summary>Listens from now on.</summary>
    /// <param name="requested">Is told the signal's name before the token is canceled.</param>
    /// <param name="ending">Is told when the process is about to be ended.</param>
    /// <param name="linked">Another cancellation that cancels the token, too.</param>
    internal ConsoleCancellation(Action<string>? requested, Action? ending, CancellationToken linked)
    {
        (_requested, _ending) = (requested, ending);
        _source = CancellationTokenSource.CreateLinkedTokenSource(linked);
        Console.CancelKeyPress += KeyPressed;
        _terminations = PosixSignalRegistration.Create(PosixSignal.SIGTERM, TerminationAsked);
    }

    /// <summary>Is canceled by the first signal.</summary>
    public CancellationToken Token => _source.Token;

    /// <summary>What asked for the end: <c>Ctrl-C</c> or <c>SIGTERM</c>; null when nothing has.</summary>
    public string? Signal { get; private set; }

    /// <summary>
    /// The exit code that is customary for a program that a signal ended: 130 after Ctrl-C, 143 after SIGTERM; 0 when there was none.
    /// </summary>
    public int ExitCode { get; private set; }

    /// <inheritdoc/>
    public override string ToString() => $"ConsoleCancellation: {Signal ?? "no signal yet"}";

    /// <summary>Stops listening: Ctrl-C ends the process again.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 1)
        {
            return;
        }

        Console.CancelKeyPress -= KeyPressed;
        _terminations.Dispose();
        _source.Dispose();
    }

    private void KeyPressed(object? sender, ConsoleCancelEventArgs e) => e.Cancel = Handle("Ctrl-C", Interrupted) || e.Cancel;

    private void TerminationAsked(PosixSignalContext context) => context.Cancel = Handle("SIGTERM", Terminated) || context.Cancel;

    /// <summary>Whether the process is to go on.</summary>
    private bool Handle(string signal, int exitCode)
    {
        if (Interlocked.Increment(ref _signals) > 1)
        {
            _ending?.Invoke();
            return false;
        }

        (Signal, ExitCode) = (signal, exitCode);
        _requested?.Invoke(signal);
        try
        {
            _source.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // What was to be canceled has ended by itself in the meantime; the program goes on to its own end.
        }

        return true;
    }
}
