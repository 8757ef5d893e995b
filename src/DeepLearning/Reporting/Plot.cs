using System.Globalization;

namespace DeepLearning.Reporting;

/// <summary>The frame of a chart with two axes: places, grid and labels.</summary>
internal sealed class Plot
{
    private const double ChartWidth = 520;
    private const double BaseHeight = 282;
    private const double Right = 16;
    private const double Bottom = 42;

    private readonly Axis _vertical;
    private readonly Axis _horizontal;

    public Plot(Axis vertical, Axis horizontal, int legendRows, string title, string description, bool hasVerticalLabel = false)
    {
        (_vertical, _horizontal) = (vertical, horizontal);
        double labels = vertical.Ticks.Select(static t => Markup.Width(t.Label)).DefaultIfEmpty(0).Max();
        LabelX = hasVerticalLabel ? 14 : 0;
        Left = Math.Max(34, labels + 14) + (hasVerticalLabel ? 20 : 0);
        Top = 12 + legendRows * Legend.RowHeight;
        Canvas = new SvgCanvas(ChartWidth, BaseHeight + legendRows * Legend.RowHeight, title, description);
    }

    public SvgCanvas Canvas { get; }

    public double Left { get; }

    public double Top { get; }

    public double Baseline => Canvas.Height - Bottom;

    private double LabelX { get; }

    public double X(double value) => Left + _horizontal.Position(value) * (ChartWidth - Left - Right);

    public double Y(double value) => Baseline - _vertical.Position(value) * (Baseline - Top);

    public void DrawAxes(string horizontalLabel, string verticalLabel)
    {
        double free = double.PositiveInfinity;
        foreach (Tick tick in _vertical.Ticks)
        {
            double y = Y(tick.Value);
            Canvas.Path("grid", string.Create(CultureInfo.InvariantCulture, $"M{Left:0.#} {y:0.#}H{ChartWidth - Right}"));
            if (y <= free)
            {
                Canvas.Text("faint", Left - 8, y + 4, "end", tick.Label);
                free = y - 13;
            }
        }

        free = double.NegativeInfinity;
        foreach (Tick tick in _horizontal.Ticks)
        {
            double x = X(tick.Value), half = Markup.Width(tick.Label) / 2;
            Canvas.Path("grid", string.Create(CultureInfo.InvariantCulture, $"M{x:0.#} {Baseline:0.#}v5"));
            if (x - half >= free && x + half <= ChartWidth)
            {
                Canvas.Text("faint", x, Baseline + 19, "middle", tick.Label);
                free = x + half + 6;
            }
        }

        Canvas.Path("grid", string.Create(CultureInfo.InvariantCulture, $"M{Left:0.#} {Baseline:0.#}H{ChartWidth - Right}"));
        Canvas.Text("faint", (Left + ChartWidth - Right) / 2, Canvas.Height - 5, "middle", Markup.Shorten(horizontalLabel, 60));
        if (verticalLabel.Length > 0)
        {
            string turn = string.Create(CultureInfo.InvariantCulture, $"translate({LabelX} {(Top + Baseline) / 2:0.#}) rotate(-90)");
            Canvas.Text("faint", 0, 0, "middle", Markup.Shorten(verticalLabel, 34), turn);
        }
    }
}

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
