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
    private readonly string _missing;

    public TableWriter(TextWriter writer, CsvOptions options)
    {
        _writer = writer;
        _options = options;
        _delimiter = options.Delimiter ?? ',';
        char?[] special = [_delimiter, options.Quote, options.Comment, '\r', '\n'];
        _special = SearchValues.Create([.. special.OfType<char>()]);
        _format = options.NumberFormat;
        _missing = options.Missing.Count > 0 ? options.Missing[0] : "";
    }

    public void Write(Table table)
    {
        if (_options.HasHeader)
        {
            for (int i = 0; i < table.ColumnCount; i++)
            {
                WriteCell(i, table.Names[i], table.ColumnCount == 1);
            }

            _writer.Write('\n');
        }

        for (int row = 0; row < table.RowCount; row++)
        {
            for (int i = 0; i < table.ColumnCount; i++)
            {
                Column column = table.Columns[i];
                string cell = column.IsMissing(row) ? _missing
                    : column is NumberColumn numbers ? numbers[row].ToString("R", _format)
                    : column.Text(row)!;
                WriteCell(i, cell, table.ColumnCount == 1);
            }

            _writer.Write('\n');
        }
    }

    private void WriteCell(int position, string cell, bool isAlone)
    {
        if (position > 0)
        {
            _writer.Write(_delimiter);
        }

        // A line without anything would be passed over as a blank one; spaces at the ends may be trimmed off.
        bool isQuoted = cell.Length == 0 ? isAlone : cell.AsSpan().ContainsAny(_special) || cell[0] == ' ' || cell[^1] == ' ';
        if (!isQuoted)
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
