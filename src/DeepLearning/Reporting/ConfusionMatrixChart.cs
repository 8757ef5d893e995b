using System.Globalization;
using System.Text;
using DeepLearning.Training;

namespace DeepLearning.Reporting;

/// <summary>
/// A confusion matrix as a heat map: a row a true class, a column a predicted one. Beyond 40 classes the cells have no numbers; a report
/// lists the most frequent confusions and the figures of every class below the picture.
/// </summary>
public sealed class ConfusionMatrixChart : Chart
{
    private const int LabelLength = 14;
    private const int CellLimit = 40;
    private const int ConfusionsListed = 12;
    private const double Side = 480;

    // Bold letters are wider by about this factor.
    private const double Bold = 1.12;

    private static readonly int[] Strides = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000];

    private readonly ConfusionMatrix _matrix;
    private readonly IReadOnlyList<string> _names;

    /// <summary>Makes a chart.</summary>
    /// <param name="matrix">The matrix.</param>
    /// <param name="classNames">A name per class; their numbers by default.</param>
    /// <param name="title">The heading.</param>
    /// <exception cref="ArgumentException">There are not as many names as classes.</exception>
    public ConfusionMatrixChart(ConfusionMatrix matrix, IReadOnlyList<string>? classNames = null, string title = "Confusion matrix")
        : base(title)
    {
        ArgumentNullException.ThrowIfNull(matrix);
        if (classNames is not null && classNames.Count != matrix.Classes)
        {
            throw new ArgumentException($"ConfusionMatrixChart '{title}': {classNames.Count} names for {matrix.Classes} classes.");
        }

        _matrix = matrix;
        _names = classNames ?? [.. Enumerable.Range(0, matrix.Classes).Select(static c => c.ToString(CultureInfo.InvariantCulture))];
    }

    internal override string Details()
    {
        StringBuilder html = new();
        (int Actual, int Predicted, long Count)[] confusions = [.. Confusions().Take(ConfusionsListed)];
        if (confusions.Length > 0)
        {
            html.Append("<details>\n<summary>Most frequent confusions</summary>\n<table>\n")
                .Append("<tr><th>true</th><th>taken for</th><th class=\"number\">times</th></tr>\n");
            foreach ((int actual, int predicted, long count) in confusions)
            {
                html.Append(
                    CultureInfo.InvariantCulture,
                    $"<tr><td>{Escaped(actual)}</td><td>{Escaped(predicted)}</td><td class=\"number\">{count}</td></tr>\n");
            }

            html.Append("</table>\n</details>\n");
        }

        html.Append("<details>\n<summary>Precision and recall of every class</summary>\n<table>\n")
            .Append("<tr><th>class</th><th class=\"number\">samples</th><th class=\"number\">precision</th>")
            .Append("<th class=\"number\">recall</th><th class=\"number\">F1</th></tr>\n");
        for (int label = 0; label < _matrix.Classes; label++)
        {
            html.Append(CultureInfo.InvariantCulture, $"<tr><td>{Escaped(label)}</td><td class=\"number\">{Samples(label)}</td>");
            foreach (double share in (ReadOnlySpan<double>)[_matrix.Precision(label), _matrix.Recall(label), _matrix.F1(label)])
            {
                html.Append("<td class=\"number\">").Append(Markup.Percent(share)).Append("</td>");
            }

            html.Append("</tr>\n");
        }

        return html.Append("</table>\n</details>\n").ToString();
    }

    private protected override SvgCanvas Draw()
    {
        int classes = _matrix.Classes;
        double cell = Math.Min(40, Side / classes);
        double label = Bold * _names.Max(static n => Markup.Width(Markup.Shorten(n, LabelLength)));
        bool isTurned = label > cell - 4;
        (double left, double top) = (34 + label, isTurned ? 30 + label : 44);
        double side = cell * classes;
        SvgCanvas canvas = new(left + side + 66, top + side + 6, Title, Describe());
        canvas.Text("faint", left + side / 2, 13, "middle", "predicted");
        canvas.Text("faint", left + side + 62, top - 9, "end", "recall");
        string upright = string.Create(CultureInfo.InvariantCulture, $"translate(13 {top + side / 2:0.#}) rotate(-90)");
        canvas.Text("faint", 0, 0, "middle", "true", upright);

        // Of many classes, as many are named as have room.
        int stride = Strides.FirstOrDefault(s => s * cell >= 14, classes);
        for (int row = 0; row < classes; row += stride)
        {
            double middle = (row + 0.5) * cell;
            string name = Markup.Shorten(_names[row], LabelLength);
            canvas.Text("strong", left - 8, top + middle + 4, "end", name);
            canvas.Text("faint", left + side + 62, top + middle + 4, "end", Markup.Percent(_matrix.Recall(row)));
            string turn = string.Create(CultureInfo.InvariantCulture, $"translate({left + middle + 4:0.#} {top - 8:0.#}) rotate(-90)");
            canvas.Text("strong", left + middle, top - 9, isTurned ? "start" : "middle", name, isTurned ? turn : "");
        }

        if (classes > CellLimit)
        {
            canvas.Rectangle("cell", left, top, side, side);
            canvas.Image(Pixels(), left, top, side, side);
            return canvas;
        }

        for (int row = 0; row < classes; row++)
        {
            for (int column = 0; column < classes; column++)
            {
                DrawCell(canvas, row, column, left + column * cell, top + row * cell, cell);
            }
        }

        return canvas;
    }

    /// <summary>
    /// How strong a cell's color is: a single mistake among many samples must still be seen, and no cell is so strong that dark text on it
    /// were hard to read.
    /// </summary>
    private static double Shade(bool isRight, double share) =>
        isRight ? 0.12 + 0.5 * share : Math.Min(0.62, 0.24 + 1.2 * share);

    private void DrawCell(SvgCanvas canvas, int row, int column, double x, double y, double cell)
    {
        long count = _matrix[row, column], total = Samples(row);
        double gap = cell > 20 ? 2 : 1, radius = cell > 20 ? 4 : 0;
        string tooltip = string.Create(
            CultureInfo.InvariantCulture,
            $"true {Markup.Shorten(_names[row], 60)}, predicted {Markup.Shorten(_names[column], 60)}: {count} of {total}");
        canvas.Rectangle("cell", x + gap / 2, y + gap / 2, cell - gap, cell - gap, count == 0 ? tooltip : "", radius: radius);
        if (count == 0)
        {
            return;
        }

        double shade = Shade(row == column, (double)count / total);
        string kind = row == column ? "right" : "wrong";
        canvas.Rectangle(kind, x + gap / 2, y + gap / 2, cell - gap, cell - gap, tooltip, shade, radius);
        string text = Markup.Compact(count);
        bool isSmall = Markup.Width(text) > cell - 3;
        if (Markup.Width(text) * (isSmall ? 10.0 / 12 : 1) <= cell)
        {
            canvas.Text(isSmall ? "count small" : "count", x + cell / 2, y + cell / 2 + 4, "middle", text);
        }
    }

    /// <summary>The cells as an image of a pixel each, where they are too many to be drawn one by one.</summary>
    private byte[] Pixels()
    {
        int classes = _matrix.Classes;
        byte[] pixels = new byte[classes * classes * 4];
        for (int row = 0; row < classes; row++)
        {
            long total = Samples(row);
            for (int column = 0; column < classes; column++)
            {
                if (_matrix[row, column] > 0)
                {
                    Span<byte> pixel = pixels.AsSpan((row * classes + column) * 4, 4);
                    ReadOnlySpan<byte> colour = row == column ? [0x00, 0x72, 0xB2] : [0xD5, 0x5E, 0x00];
                    colour.CopyTo(pixel);
                    pixel[3] = (byte)(255 * (0.3 + 0.7 * Shade(row == column, (double)_matrix[row, column] / total)));
                }
            }
        }

        return Png.Encode(pixels, classes, classes, 4);
    }

    private long Samples(int row)
    {
        long total = 0;
        for (int column = 0; column < _matrix.Classes; column++)
        {
            total += _matrix[row, column];
        }

        return total;
    }

    private IEnumerable<(int Actual, int Predicted, long Count)> Confusions()
    {
        List<(int Actual, int Predicted, long Count)> found = [];
        for (int row = 0; row < _matrix.Classes; row++)
        {
            for (int column = 0; column < _matrix.Classes; column++)
            {
                if (row != column && _matrix[row, column] > 0)
                {
                    found.Add((row, column, _matrix[row, column]));
                }
            }
        }

        return found.OrderByDescending(static c => c.Count);
    }

    private string Escaped(int label) => Markup.Escape(_names[label]);

    private string Describe()
    {
        string text = $"{_matrix.Right} of {_matrix.Total} right ({Markup.Percent(_matrix.Accuracy, "0.00")}).";
        return Confusions().FirstOrDefault() is (int actual, int predicted, > 0 and long count)
            ? $"{text} Most often, {_names[actual]} was taken for {_names[predicted]}: {count} times."
            : text;
    }
}
