using System.Globalization;
using System.Text;

namespace DeepLearning.Samples.Digits.Reporting;

/// <summary>Draws a confusion matrix as an SVG heat map with counts.</summary>
internal static class ConfusionMatrix
{
    private const double Cell = 40;
    private const double Gap = 2;
    private const double Left = 44;
    private const double Top = 44;
    private const double ShareWidth = 64;
    private const double HeadingY = 35;

    public static string Draw(int[,] counts)
    {
        int classes = counts.GetLength(0);
        double side = classes * Cell;
        double middle = side / 2;
        double right = Left + side + ShareWidth;
        StringBuilder svg = new();
        svg.Append(
            CultureInfo.InvariantCulture,
            $"<svg viewBox=\"0 0 {right} {Top + side + 4}\" role=\"img\" aria-label=\"confusion matrix\">\n");
        Text(svg, "faint", Left + middle, 13, "middle", "recognised");
        Text(svg, "faint", right - 4, HeadingY, "end", "found");
        svg.Append(
            CultureInfo.InvariantCulture,
            $"<text class=\"faint\" text-anchor=\"middle\" transform=\"translate(13 {Top + middle}) rotate(-90)\">true digit</text>\n");
        for (int row = 0; row < classes; row++)
        {
            double y = Top + row * Cell + Cell / 2 + 4;
            int total = Enumerable.Range(0, classes).Sum(column => counts[row, column]);
            string share = total == 0 ? "–" : (100.0 * counts[row, row] / total).ToString("0.0", CultureInfo.InvariantCulture) + " %";
            string digit = row.ToString(CultureInfo.InvariantCulture);
            Text(svg, "strong", Left - 10, y, "end", digit);
            Text(svg, "strong", Left + row * Cell + Cell / 2, HeadingY, "middle", digit);
            Text(svg, "faint", right - 4, y, "end", share);
            for (int column = 0; column < classes; column++)
            {
                DrawCell(svg, row, column, counts[row, column], total);
            }
        }

        return svg.Append("</svg>\n").ToString();
    }

    private static void Text(StringBuilder svg, string style, double x, double y, string anchor, string text) =>
        svg.Append(CultureInfo.InvariantCulture, $"<text class=\"{style}\" x=\"{x}\" y=\"{y}\" text-anchor=\"{anchor}\">{text}</text>\n");

    private static void DrawCell(StringBuilder svg, int row, int column, int count, int total)
    {
        double x = Left + column * Cell;
        double y = Top + row * Cell;
        string box = FormattableString.Invariant(
            $"x=\"{x + Gap / 2}\" y=\"{y + Gap / 2}\" width=\"{Cell - Gap}\" height=\"{Cell - Gap}\" rx=\"4\"");
        string title = $"{row} recognised as {column}: {count} of {total}";
        svg.Append(CultureInfo.InvariantCulture, $"<g><title>{title}</title><rect class=\"cell\" {box}/>");
        if (count > 0)
        {
            // A single mistake among many images must still be seen: mistakes start at a visible shade.
            bool isRight = row == column;
            double share = (double)count / total;
            double shade = isRight ? 0.2 + 0.8 * share : Math.Min(1, 0.35 + 2 * share);
            string text = shade > 0.55 ? "onfill" : "plain";
            string kind = isRight ? "right" : "wrong";
            svg.Append(CultureInfo.InvariantCulture, $"<rect class=\"{kind}\" fill-opacity=\"{shade:0.##}\" {box}/>");
            Text(svg, text, x + Cell / 2, y + Cell / 2 + 4, "middle", count.ToString(CultureInfo.InvariantCulture));
        }

        svg.Append("</g>\n");
    }
}
