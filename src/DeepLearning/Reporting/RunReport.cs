using System.Globalization;
using System.Text;
using DeepLearning.Serialization;

namespace DeepLearning.Reporting;

/// <summary>
/// A report of a training run as one HTML file, which needs no other file, no script and no network.
/// <code>
/// new RunReport("Digits")
/// {
///     Summary = "Test accuracy 0.9861",
///     Charts =
///     [
///         new LineChart("Loss", new Curve("training", losses), new Curve("test", testLosses)) { LogScale = true },
///         new ConfusionMatrixChart(confusion, classNames),
///     ],
///     Predictions = SamplePrediction.OfImages(images, scores, labels, classNames),
///     Configuration = [("optimizer", "Adam"), ("batch size", "32")],
/// }
/// .Save("report.html");
/// </code>
/// Without a <see cref="Date"/>, the same run on the same machine gives the same bytes.
/// </summary>
public sealed partial record RunReport
{
    /// <summary>Makes a report.</summary>
    /// <param name="title">The heading.</param>
    public RunReport(string title)
    {
        ArgumentNullException.ThrowIfNull(title);
        Title = title;
    }

    /// <summary>The heading.</summary>
    public string Title { get; init; }

    /// <summary>One sentence with the result.</summary>
    public string Summary { get; init; } = "";

    /// <summary>The charts, in this order.</summary>
    public IReadOnlyList<Chart> Charts { get; init; } = [];

    /// <summary>Samples with their predictions; mistakes are shown first, the surest of them before the others.</summary>
    public IReadOnlyList<SamplePrediction> Predictions { get; init; } = [];

    /// <summary>How many of the predictions are in the report at most; 1,000 by default.</summary>
    public int MaxPredictions { get; init; } = 1000;

    /// <summary>How many of the predictions are shown at once; a button shows the others. 60 by default.</summary>
    public int FirstPredictions { get; init; } = 60;

    /// <summary>What was run: model, optimizer, batch size, epochs, seed …</summary>
    public IReadOnlyList<(string Name, string Value)> Configuration { get; init; } = [];

    /// <summary>Where it was run; filled in by default with what <see cref="RunEnvironment.Describe"/> finds.</summary>
    public IReadOnlyList<(string Name, string Value)> Environment { get; init; } = RunEnvironment.Describe();

    /// <summary>When the run was made; null (the default) leaves it out.</summary>
    public DateTimeOffset? Date { get; init; }

    /// <summary>The heading, and how much is in it.</summary>
    public override string ToString() => $"{Title}: {Charts.Count} charts, {Predictions.Count} predictions";

    /// <summary>Writes the report to a file.</summary>
    /// <param name="path">The file; one that exists is replaced.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void Save(string path) => AtomicFile.WriteText(path, ToHtml());

    /// <summary>The report as an HTML page.</summary>
    public string ToHtml()
    {
        string title = Markup.Escape(Title);
        StringBuilder page = new();
        page.Append("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\"/>\n")
            .Append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n")
            .Append("<meta http-equiv=\"Content-Security-Policy\" ")
            .Append("content=\"default-src 'none'; style-src 'unsafe-inline'; img-src data:\"/>\n")
            .Append("<title>").Append(title).Append("</title>\n<style>\n").Append(Style.Chart).Append(Style.Page)
            .Append("</style>\n</head>\n<body class=\"dl\">\n<main>\n<h1>").Append(title).Append("</h1>\n")
            .Append("<p class=\"summary\">").Append(Markup.Escape(Summary)).Append("</p>\n<div class=\"pair\">\n");
        foreach (Chart chart in Charts)
        {
            Section(page, chart.Title, chart.Caption, chart.ToInlineSvg() + chart.Details());
        }

        Table(page, "Configuration", Configuration);
        Table(page, "Environment", Date is { } date ? [("date", Written(date)), .. Environment] : Environment);
        page.Append("</div>\n");
        if (Predictions.Count > 0)
        {
            List<SamplePrediction> shown = [.. Gallery.Order(Predictions).Take(Math.Max(0, MaxPredictions))];
            Section(page, "Predictions", PredictionCaption(shown.Count), Gallery.Draw(shown, Math.Max(0, FirstPredictions)));
        }

        return page.Append("</main>\n</body>\n</html>\n").ToString();
    }

    private static string Written(DateTimeOffset date) => date.ToString("yyyy-MM-dd HH:mm:ss zzz", CultureInfo.InvariantCulture);

    private static void Table(StringBuilder page, string heading, IReadOnlyList<(string Name, string Value)> rows)
    {
        if (rows.Count == 0)
        {
            return;
        }

        StringBuilder table = new("<table>\n");
        foreach ((string name, string value) in rows)
        {
            table.Append("<tr><th scope=\"row\">").Append(Markup.Escape(name)).Append("</th><td>").Append(Markup.Escape(value))
                .Append("</td></tr>\n");
        }

        Section(page, heading, "", table.Append("</table>\n").ToString());
    }

    private static void Section(StringBuilder page, string heading, string caption, string content)
    {
        page.Append("<section>\n<h2>").Append(Markup.Escape(heading)).Append("</h2>\n");
        if (caption.Length > 0)
        {
            page.Append("<p class=\"caption\">").Append(Markup.Escape(caption)).Append("</p>\n");
        }

        page.Append(content).Append("</section>\n");
    }

    private string PredictionCaption(int shown)
    {
        string count = shown < Predictions.Count ? $"{shown} of {Predictions.Count} samples" : $"{shown} samples";
        int judged = Predictions.Count(static p => p.IsRight is not null), wrong = Predictions.Count(static p => p.IsRight == false);
        return judged == 0
            ? $"{count}: what it is → what was predicted."
            : $"{count}. {wrong} of {judged} were predicted wrong; those come first, the surest mistakes before the others: what it is → "
                + "what was predicted.";
    }
}
