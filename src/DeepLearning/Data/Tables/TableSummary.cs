using System.Globalization;
using System.Text;

namespace DeepLearning.Data;

/// <summary>What is in the columns of a table; <see cref="ToString"/> shows it as one.</summary>
public sealed class TableSummary
{
    internal TableSummary(int rowCount, IReadOnlyList<ColumnSummary> columns)
    {
        RowCount = rowCount;
        Columns = columns;
    }

    /// <summary>The number of rows.</summary>
    public int RowCount { get; }

    /// <summary>One summary per column, in their order.</summary>
    public IReadOnlyList<ColumnSummary> Columns { get; }

    /// <summary>The summary of a column.</summary>
    /// <param name="name">The column's name.</param>
    /// <exception cref="TableException">There is no such column.</exception>
    public ColumnSummary this[string name] =>
        Columns.FirstOrDefault(column => column.Name == name)
        ?? throw new TableException($"There is no column '{name}'. {CloseNames.Explain(name, [.. Columns.Select(static c => c.Name)])}");

    /// <summary>One line per column.</summary>
    public override string ToString()
    {
        List<string[]> lines = [["column", "count", "missing", "unique", "mean", "std", "min", "25 %", "median", "75 %", "max"]];
        foreach (ColumnSummary c in Columns)
        {
            string[] figures = c.Kind == ColumnKind.Number
                ? [.. new[] { c.Mean, c.Std, c.Min, c.LowerQuartile, c.Median, c.UpperQuartile, c.Max }.Select(TextTable.Number)]
                : [c.Top is null ? "" : $"most often '{TextTable.Cell(c.Top)}' ({Whole(c.TopCount)})"];
            lines.Add([TextTable.Cell(c.Name), Whole(c.Count), Whole(c.Missing), Whole(c.Unique), .. figures]);
        }

        StringBuilder text = new();
        TextTable.Write(text, lines, leftColumns: 1);
        return text.Append(CultureInfo.InvariantCulture, $"{RowCount} rows, {Columns.Count} columns").ToString();
    }

    private static string Whole(int number) => number.ToString(CultureInfo.InvariantCulture);
}
