using System.Globalization;

namespace DeepLearning.Workloads;

/// <summary>A Markdown table that is printed row by row, in columns for a terminal.</summary>
internal sealed class Table
{
    private readonly int[] _widths;

    /// <param name="columns">The titles, each with the width that its cells need.</param>
    public Table(params (string Title, int Width)[] columns)
    {
        _widths = [.. columns.Select(static c => Math.Max(c.Title.Length, c.Width))];
        Print([.. columns.Select(static c => c.Title)]);
        Console.WriteLine($"|{string.Join('|', _widths.Select(static width => new string('-', width + 2)))}|");
    }

    public void Print(params string[] cells) =>
        Console.WriteLine($"| {string.Join(" | ", cells.Select((cell, i) => cell.PadRight(_widths[i])))} |");

    /// <summary>Four digits that count, without an exponent.</summary>
    public static string Figure(double value) => value.ToString(
        Math.Abs(value) switch { >= 100 => "0.0", >= 10 => "0.00", >= 1 => "0.000", _ => "0.0000" },
        CultureInfo.InvariantCulture);

    public static string Ratio(double value) => value.ToString("0.00", CultureInfo.InvariantCulture);

    public static string Percent(double share) => (100 * share).ToString("0", CultureInfo.InvariantCulture) + " %";
}
