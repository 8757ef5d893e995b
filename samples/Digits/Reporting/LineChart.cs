using System.Globalization;
using System.Net;
using System.Text;

namespace DeepLearning.Samples.Digits.Reporting;

/// <summary>Draws curves over epochs as SVG.</summary>
internal static class LineChart
{
    private const double Width = 520;
    private const double Height = 300;
    private const double Left = 52;
    private const double Right = 14;
    private const double Top = 30;
    private const double Bottom = 42;

    public static string Logarithmic(string label, IReadOnlyList<Curve> curves)
    {
        double[] values = [.. Finite(curves).Where(value => value > 0)];
        Axis axis = values.Length == 0 ? Axis.Logarithmic(0.1, 1) : Axis.Logarithmic(values.Min(), values.Max());
        return Draw(label, curves, axis, value => value.ToString("0.######", CultureInfo.InvariantCulture), value => value > 0);
    }

    public static string Percent(string label, IReadOnlyList<Curve> curves)
    {
        double[] values = [.. Finite(curves)];
        Axis axis = Axis.Linear(values.DefaultIfEmpty(0).Min(), 1, ticks: 5);
        return Draw(label, curves, axis, value => (value * 100).ToString("0.##", CultureInfo.InvariantCulture) + " %", _ => true);
    }

    private static IEnumerable<double> Finite(IReadOnlyList<Curve> curves) =>
        curves.SelectMany(curve => curve.Values).Where(double.IsFinite);

    private static string Draw(
        string label, IReadOnlyList<Curve> curves, Axis vertical, Func<double, string> format, Func<double, bool> canShow)
    {
        Axis horizontal = Axis.Epochs(curves.Max(curve => curve.Values.Count), ticks: 10);
        double X(double epoch) => Left + horizontal.Position(epoch) * (Width - Left - Right);
        double Y(double value) => Height - Bottom - vertical.Position(value) * (Height - Top - Bottom);

        StringBuilder svg = new();
        svg.Append(CultureInfo.InvariantCulture, $"<svg viewBox=\"0 0 {Width} {Height}\" role=\"img\" aria-label=\"{label} by epoch\">\n");
        foreach (double tick in vertical.Ticks)
        {
            svg.Append(CultureInfo.InvariantCulture, $"<path class=\"grid\" d=\"M{Left} {Y(tick):0.#}H{Width - Right}\"/>");
            Text(svg, Left - 8, Y(tick) + 4, "end", format(tick));
        }

        foreach (double tick in horizontal.Ticks)
        {
            svg.Append(CultureInfo.InvariantCulture, $"<path class=\"grid\" d=\"M{X(tick):0.#} {Height - Bottom}v5\"/>");
            Text(svg, X(tick), Height - Bottom + 19, "middle", tick.ToString(CultureInfo.InvariantCulture));
        }

        svg.Append(CultureInfo.InvariantCulture, $"<path class=\"grid\" d=\"M{Left} {Height - Bottom}H{Width - Right}\"/>\n");
        Text(svg, (Left + Width - Right) / 2, Height - 5, "middle", "epoch");
        double legend = Left;
        for (int index = 0; index < curves.Count; index++)
        {
            string last = curves[index].Values.Count > 0 ? format(Rounded(curves[index].Values[^1])) : "";
            string name = WebUtility.HtmlEncode($"{curves[index].Name}: {last}");
            DrawCurve(svg, index, curves[index].Values, X, Y, canShow);
            svg.Append(CultureInfo.InvariantCulture, $"<path class=\"curve s{index % 2}\" d=\"M{legend:0.#} 11h22\"/>")
                .Append(CultureInfo.InvariantCulture, $"<text x=\"{legend + 29:0.#}\" y=\"15\">{name}</text>\n");
            legend += 62 + 6.6 * name.Length;
        }

        return svg.Append("</svg>\n").ToString();
    }

    private static void Text(StringBuilder svg, double x, double y, string anchor, string text) => svg.Append(
        CultureInfo.InvariantCulture,
        $"<text class=\"faint\" x=\"{x:0.#}\" y=\"{y:0.#}\" text-anchor=\"{anchor}\">{text}</text>\n");

    private static void DrawCurve(
        StringBuilder svg,
        int index,
        IReadOnlyList<double> values,
        Func<double, double> x,
        Func<double, double> y,
        Func<double, bool> canShow)
    {
        svg.Append(CultureInfo.InvariantCulture, $"<path class=\"curve s{index % 2}\" d=\"");
        bool isDrawing = false;
        for (int epoch = 1; epoch <= values.Count; epoch++)
        {
            double value = values[epoch - 1];
            if (!double.IsFinite(value) || !canShow(value))
            {
                isDrawing = false;
                continue;
            }

            svg.Append(CultureInfo.InvariantCulture, $"{(isDrawing ? 'L' : 'M')}{x(epoch):0.#} {y(value):0.##}");
            isDrawing = true;
        }

        svg.Append("\"/>\n");
        if (isDrawing)
        {
            svg.Append(
                CultureInfo.InvariantCulture,
                $"<circle class=\"d{index % 2}\" cx=\"{x(values.Count):0.#}\" cy=\"{y(values[^1]):0.##}\" r=\"3.5\"/>\n");
        }
    }

    // Four digits are enough for the legend.
    private static double Rounded(double value)
    {
        CultureInfo culture = CultureInfo.InvariantCulture;
        return double.IsFinite(value) ? double.Parse(value.ToString("G4", culture), culture) : value;
    }
}
