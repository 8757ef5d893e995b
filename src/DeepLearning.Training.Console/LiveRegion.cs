using Spectre.Console;
using Spectre.Console.Rendering;

namespace DeepLearning.Training.Terminal;

/// <summary>
/// Lines at the end of the terminal's output that are drawn again and again. What else is written to the console appears above them. It
/// hooks into the console's rendering, so that a change of the screen is one write: nothing flickers.
/// </summary>
/// <remarks>
/// Spectre's own live display runs its caller's code inside, which a progress reporter cannot, and clears the whole screen, with what was
/// there before the program, when the window is made smaller.
/// </remarks>
internal sealed class LiveRegion : IRenderHook
{
    public const string ShowCursor = "\e[?25h";

    private const string HideCursor = "\e[?25l", EraseLine = "\e[K", EraseBelow = "\e[J";

    // Drawn by itself, it redraws the lines and nothing else.
    private static readonly ControlCode Nothing = new("");

    private readonly IAnsiConsole _console;
    private readonly Func<RenderOptions, IReadOnlyList<IReadOnlyList<Segment>>> _lines;

    // Read and written by Process only, which the console calls one at a time.
    private IReadOnlyList<int> _drawn = [];
    private bool _closing, _keeps;

    /// <summary>Lines at the end of a console's output.</summary>
    /// <param name="console">The console.</param>
    /// <param name="lines">Gives the lines, none as wide as the console. Called while the console writes: it must not write itself.</param>
    public LiveRegion(IAnsiConsole console, Func<RenderOptions, IReadOnlyList<IReadOnlyList<Segment>>> lines)
    {
        (_console, _lines) = (console, lines);
        _console.Pipeline.Attach(this);
    }

    /// <summary>Draws the lines.</summary>
    public void Draw() => _console.Write(Nothing);

    /// <summary>Writes text as it is above the lines.</summary>
    public void WriteRaw(string text) => _console.Write(new ControlCode(text));

    /// <summary>Writes lines above the moving ones.</summary>
    public void WriteLines(IEnumerable<IReadOnlyList<Segment>> lines) => _console.Write(new StyledLines(lines));

    /// <summary>Ends it.</summary>
    /// <param name="keep">Whether the lines stay on the screen as they are.</param>
    public void Close(bool keep)
    {
        (_keeps, _closing) = (keep, true);
        _console.Write(Nothing);
        _console.Pipeline.Detach(this);
    }

    /// <inheritdoc/>
    public IEnumerable<IRenderable> Process(RenderOptions options, IEnumerable<IRenderable> renderables)
    {
        int width = Math.Max(1, options.ConsoleSize.Width);

        // A terminal that became narrower has wrapped the lines.
        int rows = _drawn.Sum(length => Math.Max(1, (length + width - 1) / width));
        string toStart = rows > 1 ? $"\r\e[{rows - 1}A" : rows == 1 ? "\r" : "";
        IRenderable[] above = [.. renderables.Where(static r => !ReferenceEquals(r, Nothing))];
        List<IRenderable> output = [new ControlCode(HideCursor + toStart + (above.Length > 0 && rows > 0 ? EraseBelow : ""))];
        output.AddRange(above);
        if (LeavesLineOpen(above, options, width))
        {
            output.Add(new ControlCode("\n"));
        }

        if (_closing && !_keeps)
        {
            output.Add(new ControlCode(EraseBelow + ShowCursor));
            _drawn = [];
            return output;
        }

        // The last row is left to the cursor where the window is very low.
        IReadOnlyList<IReadOnlyList<Segment>> lines = [.. _lines(options).Take(Math.Max(1, options.ConsoleSize.Height - 1))];
        output.Add(new StyledLines(lines, EraseLine));
        output.Add(new ControlCode(EraseBelow + (_closing ? "\n" + ShowCursor : "")));
        _drawn = _closing ? [] : [.. lines.Select(static line => Segment.CellCount(line))];
        return output;
    }

    private static bool LeavesLineOpen(IRenderable[] renderables, RenderOptions options, int width) =>
        renderables.SelectMany(r => r.Render(options, width)).LastOrDefault(static s => !s.IsControlCode && s.Text.Length > 0) is { } last
        && !last.IsLineBreak && !last.Text.EndsWith('\n');

    /// <summary>Lines, each with a line break; or, given what ends a line, with that, and breaks between them only.</summary>
    private sealed class StyledLines(IEnumerable<IReadOnlyList<Segment>> lines, string? end = null) : Renderable
    {
        private readonly IReadOnlyList<Segment>[] _lines = [.. lines];

        protected override IEnumerable<Segment> Render(RenderOptions options, int maxWidth)
        {
            for (int i = 0; i < _lines.Length; i++)
            {
                foreach (Segment segment in _lines[i])
                {
                    yield return segment;
                }

                if (end is not null)
                {
                    yield return Segment.Control(end);
                }

                if (end is null || i < _lines.Length - 1)
                {
                    yield return Segment.LineBreak;
                }
            }
        }
    }
}
