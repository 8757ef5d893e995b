using System.Globalization;

namespace DeepLearning.Data.Csv;

/// <summary>A row of a file that is read row by row (<see cref="CsvFile.ReadRows(string, CsvOptions?)"/>).</summary>
public sealed class CsvRow
{
    private readonly string _fileName;
    private readonly string[] _names;
    private readonly string?[] _cells;
    private readonly NumberFormatInfo _format;

    internal CsvRow(string fileName, long line, string[] names, string?[] cells, NumberFormatInfo format)
    {
        (_fileName, Line, _names, _cells, _format) = (fileName, line, names, cells, format);
    }

    /// <summary>The line of the file on which the row ends, from 1.</summary>
    public long Line { get; }

    /// <summary>The names of the columns.</summary>
    public IReadOnlyList<string> Names => _names;

    /// <summary>The cells; a missing one is null.</summary>
    public IReadOnlyList<string?> Cells => _cells;

    /// <summary>The line and its cells by name.</summary>
    public override string ToString() => $"line {Line}: {string.Join(", ", _names.Zip(_cells, static (name, cell) => $"{name} = {cell}"))}";

    /// <summary>A cell; null if it is missing.</summary>
    /// <param name="name">The column's name.</param>
    /// <exception cref="TableException">There is no such column; the message lists those there are.</exception>
    public string? this[string name] => _cells[Position(name)];

    /// <summary>A cell as a number; NaN if it is missing.</summary>
    /// <param name="name">The column's name.</param>
    /// <exception cref="TableException">There is no such column; the message lists those there are.</exception>
    /// <exception cref="InvalidDataException">The cell is not a number; the message names file, line, column and cell.</exception>
    public double Number(string name)
    {
        string? cell = this[name];
        return cell is null ? double.NaN
            : NumberText.TryParse(cell, _format, out double number) ? number
            : throw new InvalidDataException(
                $"{_fileName}, line {Line}: column '{CloseNames.Shorten(name)}': '{CloseNames.Shorten(cell)}' "
                + ColumnBuilder.NotANumber(cell));
    }

    private int Position(string name)
    {
        int position = Array.IndexOf(_names, name);
        return position >= 0
            ? position
            : throw new TableException($"There is no column '{CloseNames.Shorten(name)}'. {CloseNames.Explain(name, _names)}");
    }
}
