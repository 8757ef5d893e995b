using System.Globalization;
using CsvHelper;
using CsvHelper.Configuration;

namespace DeepLearning.Data.Csv;

/// <summary>The rows of a file one by one: the header, the chosen columns, and what can be wrong with them.</summary>
internal sealed class CsvRecords : IDisposable
{
    private const int BufferSize = 1 << 14;
    private const char UnusedQuote = '\uFFFE';
    private const char UnusedComment = '\uFFFF';

    private readonly CsvOptions _options;
    private readonly CsvSource _source;
    private readonly CsvParser _parser;
    private readonly int[] _positions;
    private readonly int _width;
    private readonly long _skipped;
    private readonly QuotedCells _quoted;
    private readonly bool _blanksAreRows;
    private bool _isHeld, _isBlank;
    private long _blankLine;
    private int _blanks, _rows;

    /// <summary>Reads the header.</summary>
    public CsvRecords(TextReader reader, string name, CsvOptions options, bool leaveOpen)
    {
        _options = options;
        _source = new CsvSource(reader, name, options, leaveOpen);
        for (int i = 0; i < options.SkipLines; i++)
        {
            _source.SkipLine();
        }

        _skipped = _source.Line;
        char delimiter = options.Delimiter ?? DelimiterSearch.Find(_source.LookAhead(), options);
        _parser = new CsvParser(_source, ParserSettings(options, delimiter), leaveOpen: true);
        int blanks = 0;
        if (!AdvanceTo(ref blanks))
        {
            throw Error("there are no rows: the file is empty, or holds only blank lines and comments.");
        }

        _width = _parser.Count;
        if (_width > options.MaxColumns)
        {
            throw Error($"{_width} columns are more than {nameof(CsvOptions)}.{nameof(CsvOptions.MaxColumns)} = {options.MaxColumns}.");
        }

        string[] all = new string[_width];
        for (int i = 0; i < all.Length; i++)
        {
            string given = options.HasHeader ? _parser[i].Trim() : "";
            all[i] = given.Length > 0 ? given : string.Create(CultureInfo.InvariantCulture, $"column{i + 1}");
        }

        RequireDifferent(all);
        _quoted = new QuotedCells(options, delimiter);
        _blanksAreRows = _width == 1 && options.Missing.Contains("");
        if (options.HasHeader)
        {
            _quoted.TakeHeader(_source.HasQuotes ? _parser.RawRecord : "", _width);
        }
        else
        {
            _isHeld = true;
            _blanks = _blanksAreRows ? blanks : 0;
        }

        Names = [.. options.Columns ?? all];
        _positions = [.. Names.Select(column => Position(column, all))];
        foreach (string column in options.Kinds?.Keys ?? [])
        {
            Position(column, all);
        }
    }

    /// <summary>The names of the chosen columns.</summary>
    public string[] Names { get; }

    /// <summary>The name of the file.</summary>
    public string FileName => _source.Name;

    /// <summary>The line on which the current row ends, from 1.</summary>
    public long Line { get; private set; }

    /// <summary>A cell of the current row.</summary>
    /// <param name="column">The position among the chosen columns.</param>
    public string this[int column] => _isBlank ? "" : _parser[_positions[column]];

    /// <summary>Whether a cell of the current row is a text because its quotes say so, whatever stands between them.</summary>
    /// <param name="column">The position among the chosen columns.</param>
    public bool IsText(int column) => !_isBlank && _source.HasQuotes && _options.QuotedIsText
        && _quoted.IsText(_parser.RawRecord, _rows, _width, _positions[column], this[column]);

    /// <summary>Goes to the next row; false at the end.</summary>
    public bool Read()
    {
        if (_rows == _options.MaxRows)
        {
            return false;
        }

        if (!_isHeld)
        {
            int blanks = 0;
            if (!AdvanceTo(ref blanks))
            {
                return false;
            }

            (_isHeld, _blanks) = (true, _blanksAreRows ? blanks : 0);
        }

        // In a file of one column a blank line is a row whose cell is missing; at the end of the file it is none.
        _isBlank = _blanks > 0;
        if (_isBlank)
        {
            _blanks--;
            _rows++;
            Line = _blankLine++;
            return true;
        }

        _isHeld = false;
        Line = _source.Line;
        if (_parser.Count != _width)
        {
            throw Error(
                $"{_parser.Count} cells, but {_width} {(_options.HasHeader ? "columns in the header" : "in the first row")}. Delimiter "
                + $"'{_parser.Delimiter}'; a cell that holds one must be quoted.");
        }

        _rows++;
        return true;
    }

    /// <summary>An error in the current row.</summary>
    public InvalidDataException Error(string problem, Exception? inner = null) =>
        new($"{FileName}{(Line > 0 ? $", line {Line}" : "")}: {problem}", inner);

    /// <summary>An error in a cell of the current row.</summary>
    public InvalidDataException Error(string column, string cell, string problem) =>
        Error($"column '{CloseNames.Shorten(column)}': '{CloseNames.Shorten(cell)}' {problem}");

    public void Dispose()
    {
        _parser.Dispose();
        _source.Dispose();
    }

    // Neither its constructor's second argument nor a class map is used: those need reflection, and would not survive trimming.
    private CsvConfiguration ParserSettings(CsvOptions options, char delimiter) => new(CultureInfo.InvariantCulture)
    {
        Mode = options.Quote is null ? CsvMode.NoEscape : CsvMode.RFC4180,
        Delimiter = delimiter.ToString(),
        Quote = options.Quote ?? UnusedQuote,
        Escape = options.Quote ?? UnusedQuote,
        AllowComments = options.Comment is not null,
        Comment = options.Comment ?? UnusedComment,
        IgnoreBlankLines = false,
        TrimOptions = options.Trim ? TrimOptions.Trim : TrimOptions.None,
        WhiteSpaceChars = delimiter == '\t' ? [' '] : delimiter == ' ' ? ['\t'] : [' ', '\t'],
        BufferSize = BufferSize,
        BadDataFound = BadData,
        ExceptionMessagesContainRawData = false,
    };

    /// <summary>Goes to the next line that is not blank, and counts those that are.</summary>
    private bool AdvanceTo(ref int blanks)
    {
        while (Advance())
        {
            if (_parser.Count != 1 || _parser[0].Length > 0 || _parser.RawRecord.AsSpan().TrimEnd("\r\n").Length > 0)
            {
                return true;
            }

            _blankLine = blanks++ == 0 ? _source.Line : _blankLine;
        }

        return false;
    }

    private bool Advance()
    {
        _source.StartRow();
        bool found;
        try
        {
            found = _parser.Read();
        }
        catch (Exception error) when (error is CsvHelperException or IndexOutOfRangeException)
        {
            throw Error("the row cannot be read.", error);
        }

        if (!found)
        {
            return false;
        }

        long end = _parser.RawRow + _skipped;
        if (end > _source.Line + 1)
        {
            // More than one line: blank ones before the row, or a quote that may not be closed, which only a look at the cells tells.
            for (int i = 0; i < _parser.Count; i++)
            {
                _ = _parser[i];
            }
        }

        _source.Line = Line = end;
        return true;
    }

    private void RequireDifferent(string[] names)
    {
        Dictionary<string, int> first = new(StringComparer.Ordinal);
        for (int i = 0; i < names.Length; i++)
        {
            if (!first.TryAdd(names[i], i))
            {
                throw Error($"columns {first[names[i]] + 1} and {i + 1} have the same name '{CloseNames.Shorten(names[i])}'.");
            }
        }
    }

    private int Position(string column, string[] all)
    {
        int position = Array.IndexOf(all, column);
        return position >= 0
            ? position
            : throw Error($"there is no column '{CloseNames.Shorten(column)}'. {OtherDelimiter(all) ?? CloseNames.Explain(column, all)}");
    }

    /// <summary>What to do about a header that is a single column because another character separates the names.</summary>
    private static string? OtherDelimiter(string[] all) => all is [string header] && header.AsSpan().IndexOfAny(";\t|,") is var at and >= 0
        ? $"The header is one column, '{CloseNames.Shorten(header)}': set {nameof(CsvOptions)}.{nameof(CsvOptions.Delimiter)} to "
            + $"{(header[at] == '\t' ? "a tab" : $"'{header[at]}'")}, or to null to have it found out."
        : null;

    private void BadData(BadDataFoundArgs bad) =>
        throw Error(
            $"a quote stands inside a cell without quotes, or is not closed: '{CloseNames.Shorten(bad.Field)}'. Enclose the cell in "
            + $"quotes and double those inside, or set {nameof(CsvOptions)}.{nameof(CsvOptions.Quote)} = null if they mean nothing.");
}
