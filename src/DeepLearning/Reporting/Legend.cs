using System.Globalization;

namespace DeepLearning.Reporting;

/// <summary>The names of the curves above a chart, in as many rows as they need.</summary>
internal static class Legend
{
    public const double RowHeight = 19;

    private const double LineLength = 24;

    public static int Rows(string[] names) => 1 + (int)Places(names).Max(static p => p.Row);

    public static void Draw(Plot plot, string[] names)
    {
        int index = 0;
        foreach ((double x, double row) in Places(names))
        {
            double y = 12 + row * RowHeight;
            string line = string.Create(CultureInfo.InvariantCulture, $"M{x:0.#} {y:0.#}h{LineLength}");
            plot.Canvas.Path($"curve s{index % Style.Colours} d{index % Style.Dashes}", line);
            plot.Canvas.Text("name", x + LineLength + 7, y + 4, "start", names[index]);
            index++;
        }
    }

    private static IEnumerable<(double X, double Row)> Places(string[] names)
    {
        double x = 10, row = 0;
        foreach (string name in names)
        {
            double width = LineLength + 7 + Markup.Width(name);
            if (x > 10 && x + width > 510)
            {
                (x, row) = (10, row + 1);
            }

            yield return (x, row);
            x += width + 18;
        }
    }
}
