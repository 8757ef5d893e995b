using System.Net;
using System.Text;

namespace DeepLearning.Samples.Digits.Reporting;

/// <summary>One line of a chart: a value an epoch, the first one after epoch 1.</summary>
public sealed record Curve(string Name, IReadOnlyList<double> Values);

/// <summary>An image of the test set, what it shows, what the network saw in it, and how sure it was (0 to 1).</summary>
public sealed record Prediction(float[] Pixels, int Actual, int Predicted, double Confidence)
{
    /// <summary>Whether the network was right.</summary>
    public bool IsRight => Actual == Predicted;
}

/// <summary>What a training run has to show.</summary>
public sealed record Report
{
    /// <summary>The heading.</summary>
    public required string Title { get; init; }

    /// <summary>One sentence with the result.</summary>
    public required string Summary { get; init; }

    /// <summary>Loss curves; drawn on a logarithmic scale.</summary>
    public required IReadOnlyList<Curve> Loss { get; init; }

    /// <summary>Accuracy curves, 0 to 1.</summary>
    public required IReadOnlyList<Curve> Accuracy { get; init; }

    /// <summary>How often the digit of the row was taken for the digit of the column.</summary>
    public required int[,] Confusion { get; init; }

    /// <summary>The images to show, in this order.</summary>
    public required IReadOnlyList<Prediction> Predictions { get; init; }

    /// <summary>What was run, and where: seed, epochs, layers, processor, time …</summary>
    public required IReadOnlyList<(string Name, string Value)> Configuration { get; init; }

    /// <summary>Writes the report as one HTML file that needs no other file and no script.</summary>
    public void Save(string path) => File.WriteAllText(path, ToHtml());

    /// <summary>The report as an HTML page.</summary>
    public string ToHtml()
    {
        StringBuilder page = new();
        page.Append("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\"/>\n")
            .Append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n")
            .Append(FormattableString.Invariant($"<title>{WebUtility.HtmlEncode(Title)}</title>\n"))
            .Append("<style>\n").Append(Style.Css).Append("</style>\n</head>\n<body>\n<main>\n")
            .Append(FormattableString.Invariant($"<h1>{WebUtility.HtmlEncode(Title)}</h1>\n"))
            .Append(FormattableString.Invariant($"<p class=\"summary\">{WebUtility.HtmlEncode(Summary)}</p>\n"))
            .Append("<div class=\"pair\">\n");
        Section(page, "Loss", "Cross-entropy, mean of an epoch, on a logarithmic scale.", LineChart.Logarithmic("loss", Loss));
        Section(page, "Accuracy", "Share of images recognised.", LineChart.Percent("accuracy", Accuracy));
        page.Append("</div>\n<div class=\"pair\">\n");
        Section(page, "Confusion matrix", "Test images by the digit they show and the digit recognised.", ConfusionMatrix.Draw(Confusion));
        Section(page, "Run", "", Table());
        page.Append("</div>\n");
        int wrong = Predictions.Count(prediction => !prediction.IsRight);
        Section(
            page,
            "Predictions",
            $"{Predictions.Count} test images, {wrong} of them not recognised: those come first, with the true digit → the digit "
                + $"recognised.",
            PredictionGrid.Draw(Predictions));
        return page.Append("</main>\n</body>\n</html>\n").ToString();
    }

    private static void Section(StringBuilder page, string heading, string caption, string content)
    {
        page.Append("<section>\n<h2>").Append(heading).Append("</h2>\n");
        if (caption.Length > 0)
        {
            page.Append("<p class=\"caption\">").Append(caption).Append("</p>\n");
        }

        page.Append(content).Append("</section>\n");
    }

    private string Table()
    {
        StringBuilder table = new("<table>\n");
        foreach ((string name, string value) in Configuration)
        {
            table.Append("<tr><th scope=\"row\">").Append(WebUtility.HtmlEncode(name)).Append("</th><td>")
                .Append(WebUtility.HtmlEncode(value)).Append("</td></tr>\n");
        }

        return table.Append("</table>\n").ToString();
    }
}
