using System.Globalization;
using System.Text;
using Spectre.Console;

namespace DeepLearning.Tests.Training.Terminal.Infrastructure;

/// <summary>A terminal as far as the views need one: text, line breaks, cursor up, erasing, and a width that can change.</summary>
internal sealed class FakeTerminal : TextWriter, IAnsiConsoleOutput
{
    private readonly StringBuilder _received = new();
    private readonly List<string> _rows = [""];
    private int _row, _column;

    public FakeTerminal(int width, bool unicode = true, bool colors = true, bool isTerminal = true) : base(CultureInfo.InvariantCulture)
    {
        (Width, IsTerminal) = (width, isTerminal);
        Console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = AnsiSupport.Yes,
            ColorSystem = colors ? ColorSystemSupport.Standard : ColorSystemSupport.NoColors,
            Interactive = InteractionSupport.Yes,
            Enrichment = new ProfileEnrichment { UseDefaultEnrichers = false },
            Out = this,
        });
        Console.Profile.Capabilities.Unicode = unicode;
    }

    public IAnsiConsole Console { get; }

    /// <summary>Everything that was written, control sequences included.</summary>
    public string Received => _received.ToString();

    /// <summary>What stands on the terminal.</summary>
    public string[] Rows => [.. _rows.Select(static row => row.TrimEnd())];

    public bool CursorShown { get; private set; } = true;

    /// <summary>The cursor's column.</summary>
    public int Column => _column;

    public TextWriter Writer => this;

    public bool IsTerminal { get; }

    public int Width { get; private set; }

    public int Height => 24;

    public override Encoding Encoding => Encoding.UTF8;

    public void SetEncoding(Encoding encoding)
    {
    }

    /// <summary>Makes the window narrower or wider; rows that do not fit are wrapped, as most terminals do.</summary>
    public void Resize(int width)
    {
        Width = width;
        string[] rows = [.. _rows.Select(static row => row.TrimEnd())];
        int behind = rows.Length - 1 - _row;
        _rows.Clear();
        foreach (string row in rows)
        {
            _rows.AddRange(row.Chunk(width).Select(static part => new string(part)).DefaultIfEmpty(""));
        }

        Assert.Equal(0, behind);
        _row = _rows.Count - 1;
        _column = Math.Min(_column, _rows[_row].Length);
    }

    public override void Write(char value) => Write([value]);

    public override void Write(char[] buffer, int index, int count) => Write(buffer.AsSpan(index, count));

    public override void Write(string? value) => Write(value.AsSpan());

    public override void Write(ReadOnlySpan<char> buffer)
    {
        _received.Append(buffer);
        for (int i = 0; i < buffer.Length; i++)
        {
            if (buffer[i] == '\e')
            {
                int end = i + 2 + buffer[(i + 2)..].IndexOfAnyInRange('A', 'z');
                Control(buffer[(i + 2)..end].ToString(), buffer[end]);
                i = end;
            }
            else
            {
                Put(buffer[i]);
            }
        }
    }

    private void Control(string argument, char command)
    {
        switch (command)
        {
            case 'A':
                _row -= int.Parse(argument, CultureInfo.InvariantCulture);
                Assert.InRange(_row, 0, int.MaxValue);
                break;
            case 'K':
                _rows[_row] = _rows[_row][..Math.Min(_column, _rows[_row].Length)];
                break;
            case 'J':
                Control("", 'K');
                _rows.RemoveRange(_row + 1, _rows.Count - _row - 1);
                break;
            case 'h' or 'l':
                Assert.Equal("?25", argument);
                CursorShown = command == 'h';
                break;
            default:
                Assert.Equal('m', command);
                break;
        }
    }

    private void Put(char character)
    {
        switch (character)
        {
            case '\r':
                _column = 0;
                return;
            case '\n':
                NextRow();
                return;
            default:
                break;
        }

        if (_column == Width)
        {
            NextRow();
        }

        string row = _rows[_row].PadRight(_column);
        _rows[_row] = row[.._column] + character + row[Math.Min(_column + 1, row.Length)..];
        _column++;
    }

    private void NextRow()
    {
        (_row, _column) = (_row + 1, 0);
        if (_row == _rows.Count)
        {
            _rows.Add("");
        }
    }
}
