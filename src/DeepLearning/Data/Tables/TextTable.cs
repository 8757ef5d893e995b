using System.Globalization;
using System.Text;

namespace DeepLearning.Data;

/// <summary>Writes rows of cells as aligned text.</summary>
internal static class TextTable
{
    private const int MaxCell = 24;

    /// <summary>Writes lines of cells; the last cell of a short line may run over the columns that it lacks.</summary>
    public static void Write(StringBuilder text, List<string[]> lines, int leftColumns)
    {
        int columns = lines.Max(static line => line.Length);
        int[] widths = new int[columns];
        foreach (string[] line in lines)
        {
            for (int i = 0; i < line.Length; i++)
            {
                bool runsOver = line.Length < columns && i == line.Length - 1;
                widths[i] = Math.Max(widths[i], runsOver ? 0 : line[i].Length);
            }
        }

        foreach (string[] line in lines)
        {
            int start = text.Length;
            for (int i = 0; i < line.Length; i++)
            {
                bool runsOver = line.Length < columns && i == line.Length - 1;
                text.Append(i == 0 ? "" : "  ");
                text.Append(i < leftColumns || runsOver ? line[i].PadRight(widths[i]) : line[i].PadLeft(widths[i]));
            }

            while (text.Length > start && text[^1] == ' ')
            {
                text.Length--;
            }

            text.Append('\n');
        }
    }

    /// <summary>Six significant digits, without an exponent where that is short.</summary>
    public static string Number(double value) =>
        double.IsNaN(value) ? "" : value.ToString("G6", CultureInfo.InvariantCulture);

    /// <summary>A cell of limited length on one line.</summary>
    public static string Cell(string text)
    {
        string flat = CloseNames.Shorten(text);
        return flat.Length > MaxCell ? flat[..(MaxCell - 1)] + "…" : flat;
    }
}
