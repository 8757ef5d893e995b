using System.Diagnostics;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace DeepLearning.Training.Terminal;

/// <summary>Bars that move at the bottom of a terminal, above them the ended epochs as a growing table.</summary>
internal sealed class LiveView : TrainingView
{
    private static readonly TimeSpan Between = TimeSpan.FromMilliseconds(100), Pulse = TimeSpan.FromSeconds(1);

    private readonly IAnsiConsole _console;
    private readonly EpochTable _table;
    private readonly Timer _pulse;
    private State? _state;
    private Screen? _screen;
    private long _lastDraw;

    public LiveView(TrainingRun run, IAnsiConsole console, ConsoleOptions options) : base(options)
    {
        (_console, _table) = (console, new EpochTable(run));
        _pulse = new Timer(static view => ((LiveView)view!).Redraw(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public override void Report(TrainingProgress progress)
    {
        _state = new State(progress, Stopwatch.GetTimestamp());
        if (_screen is null)
        {
            _screen = new Screen(_console, Lines);
            _pulse.Change(Pulse, Pulse);
        }

        if (progress.Record is { } record)
        {
            IReadOnlySet<string> better = _table.Note(record);
            if (ShowsEpoch(progress))
            {
                _lastDraw = Stopwatch.GetTimestamp();
                _screen.Region.WriteLines(_table.Lines(record, progress.Epochs, better, _console.Profile.Width - 1));
                return;
            }
        }

        if (Stopwatch.GetElapsedTime(_lastDraw) >= Between)
        {
            Draw(_screen);
        }
    }

    public override void WriteLine(string text)
    {
        if (_screen is { } screen)
        {
            screen.Region.WriteRaw(text + "\n");
        }
        else
        {
            _console.Profile.Out.Writer.WriteLine(text);
        }
    }

    public override void Dispose()
    {
        if (_screen is { } screen)
        {
            using ManualResetEvent done = new(false);
            if (_pulse.Dispose(done))
            {
                done.WaitOne();
            }

            // Where a training was interrupted its last state stays to be seen; an ended epoch stands in the table.
            _screen = null;
            screen.Keeps = _state is { Progress.Record: null };
            screen.Dispose();
        }

        _pulse.Dispose();
    }

    public override void Abandon() => _screen?.ShowCursor();

    private IReadOnlyList<IReadOnlyList<Segment>> Lines(RenderOptions options) => _state is { } state
        ? LiveFrame.Lines(state.Progress, Stopwatch.GetElapsedTime(state.Told), options.ConsoleSize.Width - 1, options.Unicode)
        : [];

    private void Draw(Screen screen)
    {
        _lastDraw = Stopwatch.GetTimestamp();
        screen.Region.Draw();
    }

    /// <summary>Lets the clocks go on during a long batch.</summary>
    private void Redraw()
    {
        if (_screen is not { } screen || Stopwatch.GetElapsedTime(_lastDraw) < Pulse / 2)
        {
            return;
        }

        try
        {
            Draw(screen);
        }
        catch (IOException)
        {
            // The terminal is gone. The training's own thread will hear of it; this one has nobody to tell.
        }
    }

    private sealed record State(TrainingProgress Progress, long Told);

    /// <summary>The terminal while the view is up: output of other code goes above the lines.</summary>
    private sealed class Screen : IDisposable
    {
        private readonly TextWriter _output;
        private readonly LineWriter? _lines;
        private readonly TextWriter? _replacement;

        public Screen(IAnsiConsole console, Func<RenderOptions, IReadOnlyList<IReadOnlyList<Segment>>> lines)
        {
            _output = console.Profile.Out.Writer;
            Region = new LiveRegion(console, lines);
            if (ReferenceEquals(_output, Console.Out))
            {
                _lines = new LineWriter(_output, Region.WriteRaw);
                Console.SetOut(_lines);
                _replacement = Console.Out;
            }

            AppDomain.CurrentDomain.ProcessExit += ShowCursor;
            AppDomain.CurrentDomain.UnhandledException += ShowCursor;
        }

        public LiveRegion Region { get; }

        /// <summary>Whether the lines stay on the screen at the end.</summary>
        public bool Keeps { get; set; }

        public void Dispose()
        {
            AppDomain.CurrentDomain.ProcessExit -= ShowCursor;
            AppDomain.CurrentDomain.UnhandledException -= ShowCursor;
            if (ReferenceEquals(_replacement, Console.Out))
            {
                Console.SetOut(_output);
            }

            Region.Close(Keeps);
            if (_lines is not null)
            {
                _output.Write(_lines.TakeRest());
                _lines.Dispose();
            }
        }

        /// <summary>Gives the cursor back when the process ends in the middle.</summary>
        public void ShowCursor() => _output.Write(LiveRegion.ShowCursor + Environment.NewLine);

        private void ShowCursor(object? sender, EventArgs e) => ShowCursor();
    }
}
