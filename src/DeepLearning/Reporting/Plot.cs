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

            // A long label below the end of the axis moves to the left rather than out of the drawing.
            double middle = Math.Min(x, ChartWidth - half);
            if (middle - half >= free)
            {
                Canvas.Text("faint", middle, Baseline + 19, "middle", tick.Label);
                free = middle + half + 6;
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
