namespace DeepLearning.Data.Csv;

/// <summary>
/// What the quotes around cells say. A program that quotes some cells and not others means texts by them: "01" is not a number and "NA" not
/// missing. One that quotes everything, the header too, means nothing.
/// </summary>
internal sealed class QuotedCells(CsvOptions options, char delimiter)
{
    private readonly List<bool> _isQuoted = [];
    private int _row = -1;
    private bool _isAll, _meansNothing;

    /// <summary>Looks at the names of the columns.</summary>
    public void TakeHeader(string raw, int width)
    {
        Scan(raw, width, out bool isNeedless);
        _meansNothing = _isAll && isNeedless;
        _row = -1;
    }

    /// <summary>Whether the quotes of a cell say that it is a text.</summary>
    /// <param name="raw">The row as the file has it.</param>
    /// <param name="row">The number of the row.</param>
    /// <param name="width">The number of its cells.</param>
    /// <param name="position">The position of the cell.</param>
    /// <param name="cell">What stands between the quotes.</param>
    public bool IsText(string raw, int row, int width, int position, string cell)
    {
        if (_row != row)
        {
            Scan(raw, width, out _);
            _row = row;
        }

        // Where commas separate cells, the number 1,5 needs its quotes.
        bool isNeeded = options.NumberFormat.NumberDecimalSeparator[0] == delimiter && cell.Contains(delimiter, StringComparison.Ordinal);
        if (isNeeded || position >= _isQuoted.Count || !_isQuoted[position])
        {
            return false;
        }

        bool hasLeadingZero = cell.AsSpan().TrimStart("-+") is ['0', >= '0' and <= '9', ..];
        return !_isAll || hasLeadingZero
            || (options.HasHeader ? !_meansNothing : !NumberText.TryParse(cell, options.NumberFormat, out _));
    }

    /// <summary>Finds out which cells of a row are quoted.</summary>
    private void Scan(ReadOnlySpan<char> raw, int width, out bool isNeedless)
    {
        (_isAll, isNeedless) = (true, false);
        _isQuoted.Clear();
        while (options.Comment is { } comment && raw.Length > 0 && raw[0] == comment)
        {
            int end = raw.IndexOfAny('\r', '\n');
            raw = end < 0 ? [] : raw[(end + 1)..].TrimStart("\r\n");
        }

        while (_isQuoted.Count < width && raw.Length > 0)
        {
            bool isQuoted = (options.Trim ? raw.TrimStart(" \t") : raw) is [var first, ..] && first == options.Quote;
            int length = isQuoted ? QuotedLength(raw, ref isNeedless) : 0;
            int end = raw[length..].IndexOfAny(delimiter, '\r', '\n');
            _isQuoted.Add(isQuoted);
            _isAll &= isQuoted;
            raw = end < 0 ? [] : raw[(length + end + 1)..];
        }

        _isAll &= _isQuoted.Count == width;
    }

    /// <summary>The length of a quoted cell with its quotes.</summary>
    private int QuotedLength(ReadOnlySpan<char> raw, ref bool isNeedless)
    {
        char quote = options.Quote!.Value;
        int start = raw.IndexOf(quote) + 1, at = start;
        bool isNeeded = false;
        while (at < raw.Length && (raw[at] != quote || (at + 1 < raw.Length && raw[at + 1] == quote)))
        {
            isNeeded |= raw[at] == quote || raw[at] == delimiter || raw[at] is '\r' or '\n';
            at += raw[at] == quote ? 2 : 1;
        }

        isNeedless |= !isNeeded && at > start;
        return Math.Min(at + 1, raw.Length);
    }
}
