using System.Buffers;
using System.Globalization;

namespace DeepLearning.Data.Csv;

/// <summary>Writes the rows of a table.</summary>
internal sealed class TableWriter
{
    private readonly TextWriter _writer;
    private readonly CsvOptions _options;
    private readonly char _delimiter;
    private readonly SearchValues<char> _special;
    private readonly NumberFormatInfo _format;
    private readonly string _missing, _missingAlone;
    private readonly HashSet<string>.AlternateLookup<ReadOnlySpan<char>> _markers;

    public TableWriter(TextWriter writer, CsvOptions options)
    {
        _writer = writer;
        _options = options;
        _delimiter = options.Delimiter ?? ',';
        char?[] special = [_delimiter, options.Quote, options.Comment, '\r', '\n'];
        _special = SearchValues.Create([.. special.OfType<char>()]);
        _format = options.NumberFormat;
        _missing = options.Missing.Count > 0 ? options.Missing[0] : "";
        _missingAlone = options.Missing.FirstOrDefault(static marker => marker.Length > 0) ?? "";
        _markers = new HashSet<string>(options.Missing, StringComparer.Ordinal).GetAlternateLookup<ReadOnlySpan<char>>();
    }

    public void Write(Table table)
    {
        if (_options.HasHeader)
        {
            for (int i = 0; i < table.ColumnCount; i++)
            {
                WriteCell(i, table.Names[i], table.ColumnCount == 1 && table.Names[i].Length == 0);
            }

            _writer.Write('\n');
        }

        for (int row = 0; row < table.RowCount; row++)
        {
            for (int i = 0; i < table.ColumnCount; i++)
            {
                Column column = table.Columns[i];
                if (column.IsMissing(row))
                {
                    WriteMissing(i, isAlone: table.ColumnCount == 1, isLast: row == table.RowCount - 1);
                }
                else if (column is NumberColumn numbers)
                {
                    WriteCell(i, numbers[row].ToString("R", _format), mustBeQuoted: false);
                }
                else
                {
                    string text = column.Text(row)!;
                    WriteCell(i, text, IsMisread(text) || (text.Length == 0 && table.ColumnCount == 1));
                }
            }

            _writer.Write('\n');
        }
    }

    /// <summary>Whether a text without quotes would be read as something else: a missing cell or a number.</summary>
    private bool IsMisread(string text) => _markers.Contains(text.AsSpan().Trim())
        || (_options.Quote is not null && NumberText.TryParse(text, _options.NumberFormat, out _));

    private void WriteMissing(int position, bool isAlone, bool isLast)
    {
        if (isAlone && isLast && _missingAlone.Length == 0 && _options.Missing.Count > 0)
        {
            throw new ArgumentException(
                "CsvFile.Write: the last cell of the only column is missing, and a blank line at the end of a file is not a row; add a "
                + $"marker such as NA to {nameof(CsvOptions)}.{nameof(CsvOptions.Missing)}.");
        }

        WriteCell(position, isAlone ? _missingAlone : _missing, mustBeQuoted: isAlone && _options.Missing.Count == 0);
    }

    private void WriteCell(int position, string cell, bool mustBeQuoted)
    {
        if (position > 0)
        {
            _writer.Write(_delimiter);
        }

        // Spaces at the ends may be trimmed off.
        if (!mustBeQuoted && (cell.Length == 0 || !(cell.AsSpan().ContainsAny(_special) || cell[0] == ' ' || cell[^1] == ' ')))
        {
            _writer.Write(cell);
            return;
        }

        if (_options.Quote is not { } quote)
        {
            throw new ArgumentException(
                $"CsvFile.Write: the cell '{CloseNames.Shorten(cell)}' needs quotes, but "
                + $"{nameof(CsvOptions)}.{nameof(CsvOptions.Quote)} is null.");
        }

        _writer.Write(quote);
        _writer.Write(cell.Replace($"{quote}", $"{quote}{quote}", StringComparison.Ordinal));
        _writer.Write(quote);
    }
}
