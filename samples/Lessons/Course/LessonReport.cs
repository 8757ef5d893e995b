using System.Globalization;
using System.Net;
using System.Text;

namespace DeepLearning.Samples.Lessons;

/// <summary>
/// What a lesson shows, as one HTML page that needs no other file and no script: pictures, the library's charts, texts and tables, in the
/// order in which they are added.
/// </summary>
internal sealed class LessonReport
{
    private const int PixelatedSide = 160;

    private const string Sheet = """
        body { font: 16px/1.5 system-ui, "Segoe UI", Roboto, sans-serif; margin: 0; background: #f6f7f9; color: #1c2430; }
        main { max-width: 1120px; margin: 0 auto; padding: 24px; } h1 { margin: 0 0 4px; } .goal { color: #566172; margin-top: 0; }
        .all { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 480px), 1fr)); gap: 16px; align-items: start; }
        section { background: #ffffff; border-radius: 8px; padding: 16px; } h2 { font-size: 18px; margin: 0 0 8px; }
        .caption { color: #566172; margin: 0 0 8px; } img { max-width: 100%; display: block; } img.small { image-rendering: pixelated; }
        pre { white-space: pre-wrap; overflow-wrap: anywhere; font: 14px/1.45 ui-monospace, Consolas, monospace; margin: 0; }
        table { border-collapse: collapse; } th, td { text-align: left; padding: 2px 16px 2px 0; vertical-align: top; }
        th { font-weight: 600; } svg { max-width: 100%; height: auto; }
        @media (prefers-color-scheme: dark) { body { background: #10141a; color: #e8edf4; } section { background: #1a2029; }
          .caption, .goal { color: #a3afbf; } }

        """;

    private readonly List<(string Title, string Caption, string Html, byte[]? File, string Extension)> _parts = [];

    /// <summary>The headings of what is shown.</summary>
    public IReadOnlyList<string> Titles => [.. _parts.Select(static part => part.Title)];

    /// <summary>Adds one of the library's charts.</summary>
    public void Add(Chart chart)
    {
        string svg = chart.ToSvg();
        _parts.Add((chart.Title, chart.Caption, svg, Encoding.UTF8.GetBytes(svg), "svg"));
    }

    /// <summary>Adds points, curves and areas of a plane.</summary>
    public void Add(PlanePicture picture)
    {
        string svg = picture.ToSvg();
        _parts.Add((picture.Title, picture.Caption, svg, Encoding.UTF8.GetBytes(svg), "svg"));
    }

    /// <summary>Adds curves over steps.</summary>
    public void Curves(
        string title, string caption, bool logScale, params IReadOnlyList<(string Name, IReadOnlyList<double> Values)> curves) =>
        Add(new LineChart(title, [.. curves.Select(static curve => new Curve(curve.Name, curve.Values))])
        {
            Caption = caption,
            LogScale = logScale,
            StepLabel = "step",
        });

    /// <summary>Adds a picture.</summary>
    /// <param name="title">The heading.</param>
    /// <param name="caption">A sentence.</param>
    /// <param name="image">[height, width] or [channels, height, width], from 0 to 1.</param>
    /// <param name="scale">How many times larger it is shown than it is.</param>
    public void Picture(string title, string caption, Tensor image, int scale = 1)
    {
        Tensor pixels = image.Detach().Clamp(0.0, 1.0);
        byte[] png = Png.Encode(pixels), file = Png.Encode(pixels.RepeatInterleave(scale, -2).RepeatInterleave(scale, -1));
        (int height, int width) = (image.Size(-2), image.Size(-1));
        string kind = scale > 1 || Math.Max(height, width) <= PixelatedSide ? " class=\"small\"" : "";
        string tag = string.Create(
            CultureInfo.InvariantCulture,
            $"<img{kind} width=\"{width * scale}\" height=\"{height * scale}\" alt=\"{Escape(title)}\" src=\"data:image/png;base64,");
        _parts.Add((title, caption, $"{tag}{Convert.ToBase64String(png)}\"/>", file, "png"));
    }

    /// <summary>Adds images side by side.</summary>
    /// <param name="title">The heading.</param>
    /// <param name="caption">A sentence.</param>
    /// <param name="images">[count, height, width] or [count, channels, height, width], from 0 to 1.</param>
    /// <param name="columns">Images in a row.</param>
    /// <param name="scale">How many times larger they are shown than they are.</param>
    public void Images(string title, string caption, Tensor images, int columns = 8, int scale = 2) =>
        Picture(title, caption, ImageGrid.Make(images.Detach().Clamp(0.0, 1.0), columns, 1, 0.5), scale);

    /// <summary>Adds a matrix as colors, from dark for the least to light for the greatest value.</summary>
    public void Heat(string title, string caption, Tensor values, int scale = 12) =>
        Picture(title, caption, ColorMap.Sequential(ColorMap.Stretch(values)), scale);

    /// <summary>Adds a text, as it is.</summary>
    public void Text(string title, string caption, string text) =>
        _parts.Add((title, caption, $"<pre>{Escape(text)}</pre>", null, ""));

    /// <summary>Adds a table.</summary>
    public void Table(string title, string caption, IReadOnlyList<string> head, IEnumerable<IReadOnlyList<string>> rows)
    {
        StringBuilder html = new("<table><tr>");
        html.AppendJoin("", head.Select(static cell => $"<th>{Escape(cell)}</th>")).Append("</tr>");
        foreach (IReadOnlyList<string> row in rows)
        {
            html.Append("<tr>").AppendJoin("", row.Select(static cell => $"<td>{Escape(cell)}</td>")).Append("</tr>");
        }

        _parts.Add((title, caption, html.Append("</table>").ToString(), null, ""));
    }

    /// <summary>The page.</summary>
    public string ToHtml(string title, string summary, IReadOnlyList<(string Name, string Value)> environment)
    {
        StringBuilder page = new("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\"/>\n");
        page.Append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n")
            .Append("<meta http-equiv=\"Content-Security-Policy\" ")
            .Append("content=\"default-src 'none'; style-src 'unsafe-inline'; img-src data:\"/>\n<title>").Append(Escape(title))
            .Append("</title>\n<style>\n").Append(Sheet).Append("</style>\n</head>\n<body>\n<main>\n<h1>").Append(Escape(title))
            .Append("</h1>\n<p class=\"goal\">").Append(Escape(summary)).Append("</p>\n<div class=\"all\">\n");
        foreach ((string heading, string caption, string html, _, _) in _parts)
        {
            page.Append("<section>\n<h2>").Append(Escape(heading)).Append("</h2>\n<p class=\"caption\">").Append(Escape(caption))
                .Append("</p>\n").Append(html).Append("\n</section>\n");
        }

        page.Append("<section>\n<h2>Run</h2>\n<table>");
        foreach ((string name, string value) in environment)
        {
            page.Append("<tr><th>").Append(Escape(name)).Append("</th><td>").Append(Escape(value)).Append("</td></tr>");
        }

        return page.Append("</table>\n</section>\n</div>\n</main>\n</body>\n</html>\n").ToString();
    }

    /// <summary>Saves the pictures as files of their own, numbered in their order.</summary>
    public void SavePictures(string folder, string prefix)
    {
        Directory.CreateDirectory(folder);
        foreach (((_, _, _, byte[]? file, string extension), int number) in _parts.Select(static (part, index) => (part, index + 1)))
        {
            if (file is not null)
            {
                File.WriteAllBytes(Path.Combine(folder, $"{prefix}-{number}.{extension}"), file);
            }
        }
    }

    private static string Escape(string text) => WebUtility.HtmlEncode(text);
}
