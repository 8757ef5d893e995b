using System.Globalization;
using System.Text;

namespace DeepLearning.Reporting;

/// <summary>Draws predictions with their samples, mistakes first.</summary>
internal static class Gallery
{
    private const int TextLength = 400;
    private const int RowLimit = 16;

    // Images of few pixels are shown as squares of color; larger ones smoothly.
    private const int PixelatedSide = 64;

    /// <summary>Mistakes first, the surest of them before all others; then what was right, the least sure first.</summary>
    public static IEnumerable<SamplePrediction> Order(IReadOnlyList<SamplePrediction> predictions)
    {
        IEnumerable<SamplePrediction> wrong = predictions.Where(static p => p.IsRight == false);
        return
        [
            .. wrong.OrderByDescending(static p => p.Confidence ?? 0),
            .. predictions.Where(static p => p.IsRight != false).OrderBy(static p => p.Confidence ?? 0),
        ];
    }

    /// <summary>The first ones, and a button that shows the others; it works without a script.</summary>
    public static string Draw(IReadOnlyList<SamplePrediction> predictions, int first)
    {
        StringBuilder html = new();
        Draw(html, predictions.Take(first));
        if (predictions.Count > first)
        {
            html.Append("<details class=\"all\"><summary>")
                .Append(CultureInfo.InvariantCulture, $"<span class=\"more\">Show all {predictions.Count:N0}</span>")
                .Append("<span class=\"less\">Show fewer</span></summary>\n");
            Draw(html, predictions.Skip(first));
            html.Append("</details>\n");
        }

        return html.ToString();
    }

    private static void Draw(StringBuilder html, IEnumerable<SamplePrediction> predictions)
    {
        foreach (IGrouping<bool, SamplePrediction> kind in predictions.GroupBy(static p => p.Image is not null))
        {
            html.Append(kind.Key ? "<div class=\"images\">\n" : "<div class=\"records\">\n");
            foreach (SamplePrediction prediction in kind)
            {
                Figure(html, prediction);
            }

            html.Append("</div>\n");
        }
    }

    private static void Figure(StringBuilder html, SamplePrediction prediction)
    {
        html.Append(prediction.IsRight == false ? "<figure class=\"miss\">" : "<figure>");
        (string truth, string predicted) = (Markup.Shorten(prediction.Truth, 60), Markup.Shorten(prediction.Predicted, 60));
        if (prediction.Image is { } image)
        {
            string verdict = prediction.IsRight == true ? $"{truth}, predicted right" : $"{truth}, predicted as {predicted}";
            string kind = Math.Max(image.Width, image.Height) <= PixelatedSide ? " class=\"small\"" : "";
            string data = Convert.ToBase64String(Png.Encode(image.Bytes, image.Width, image.Height, image.Channels));
            html.Append(CultureInfo.InvariantCulture, $"<img{kind} width=\"{image.Width}\" height=\"{image.Height}\" ")
                .Append(CultureInfo.InvariantCulture, $"alt=\"{Markup.Escape(verdict)}\" src=\"data:image/png;base64,{data}\"/>");
        }
        else if (prediction.Row is { } row)
        {
            Table(html, row);
        }
        else
        {
            html.Append("<p>").Append(Markup.Escape(Markup.Shorten(prediction.Text ?? "", TextLength))).Append("</p>");
        }

        string answer = prediction.IsRight == true ? truth : $"{truth} → {predicted}";
        html.Append("<figcaption><b>").Append(Markup.Escape(answer)).Append("</b>");
        if (prediction.Confidence is { } confidence)
        {
            html.Append(" <span>").Append(Markup.Percent(confidence)).Append("</span>");
        }

        html.Append("</figcaption></figure>\n");
    }

    private static void Table(StringBuilder html, IReadOnlyList<(string Name, string Value)> row)
    {
        html.Append("<table>");
        foreach ((string name, string value) in row.Take(RowLimit))
        {
            html.Append("<tr><th scope=\"row\">").Append(Markup.Escape(Markup.Shorten(name, 60))).Append("</th><td>")
                .Append(Markup.Escape(Markup.Shorten(value, 120))).Append("</td></tr>");
        }

        html.Append(row.Count > RowLimit ? $"<tr><td>and {row.Count - RowLimit} more</td></tr></table>" : "</table>");
    }
}
