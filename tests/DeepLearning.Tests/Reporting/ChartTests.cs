using System.Globalization;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using DeepLearning.Reporting;
using DeepLearning.Training;

namespace DeepLearning.Tests.Reporting;

[Trait("Rerun", "Culture")]
public sealed partial class ChartTests
{
    private static readonly XNamespace Svg = "http://www.w3.org/2000/svg";

    [Fact]
    public void Curves_have_a_point_a_value_inside_the_drawing()
    {
        XElement chart = Draw(new LineChart("loss", new Curve("training", [1.5, 0.25, 0.01]), new Curve("test", [1.6, 0.5, 0.3]))
        {
            LogScale = true,
        });
        double[][] curves = [.. Curves(chart)];
        Assert.Equal(2, curves.Length);
        Assert.Equal(2 * 3, curves[0].Length);
        Assert.All(curves[0], static number => Assert.InRange(number, 0, 520));
        Assert.True(curves[0][1] < curves[0][3] && curves[0][3] < curves[0][5], "A falling loss goes down the page.");
        Assert.Contains("epoch", chart.Value, StringComparison.Ordinal);
        Assert.Contains(chart.Descendants(Svg + "title"), static t => t.Value == "epoch 2, training: 0.25");
    }

    [Fact]
    public void Values_that_cannot_be_shown_leave_a_gap()
    {
        double[] values = [1, 2, double.NaN, 3, double.PositiveInfinity, 4, 5];
        XElement chart = Draw(new LineChart("loss", new Curve("training", values)));
        Assert.Equal(2, Lines(chart).Single().Count(static letter => letter == 'M'));
        Assert.Single(Paths(chart, "curve dots s0"));
        Assert.Contains("2 not finite", chart.Element(Svg + "desc")!.Value, StringComparison.Ordinal);
        XElement log = Draw(new LineChart("loss", new Curve("training", [1, 2, 0, -1, 3, 4])) { LogScale = true });
        Assert.Equal(2, Lines(log).Single().Count(static letter => letter == 'M'));
    }

    [Fact]
    public void One_value_is_a_dot()
    {
        XElement chart = Draw(new LineChart("loss", new Curve("training", [0.5])));
        Assert.Empty(Lines(chart));
        Assert.Single(Paths(chart, "curve dots s0"));
        Assert.Single(chart.Elements(Svg + "circle"), static c => c.Attribute("class")!.Value == "f0");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void No_value_or_none_that_is_finite_is_an_empty_frame(bool logScale)
    {
        foreach (double[] values in new double[][] { [], [double.NaN], [double.NaN, double.NegativeInfinity], [-1, 0], [0, 0, 0] })
        {
            LineChart chart = new("loss", new Curve("a", values)) { LogScale = logScale };
            Assert.Contains(">epoch<", chart.ToSvg(), StringComparison.Ordinal);
        }

        Assert.NotNull(Draw(new LineChart("none") { LogScale = logScale }));
    }

    [Fact]
    public void A_flat_curve_has_labels_that_neither_repeat_nor_overlap()
    {
        foreach (bool logScale in (bool[])[false, true])
        {
            double[] values = [.. Enumerable.Range(0, 50).Select(static i => 2.302585 + 1e-7 * (i % 3))];
            XElement chart = Draw(new LineChart("loss", new Curve("training", values)) { LogScale = logScale });
            XElement[] labels = [.. chart.Elements(Svg + "text").Where(static t => t.Attribute("text-anchor")!.Value == "end")];
            Assert.InRange(labels.Length, 3, 8);
            Assert.Distinct(labels.Select(static l => l.Value));
            double[] places = [.. labels.Select(static l => Number(l.Attribute("y")!.Value)).Order()];
            Assert.All(places.Skip(1).Zip(places), static pair => Assert.True(pair.First - pair.Second >= 12));
        }
    }

    [Fact]
    public void A_long_curve_stays_small_and_keeps_its_peaks()
    {
        double[] values = [.. Enumerable.Range(0, 200_000).Select(static i => Math.Sin(i / 9.0))];
        values[123_456] = 50;
        values[77_777] = double.NaN;
        LineChart chart = new("loss", new Curve("training", values));
        Assert.InRange(chart.ToSvg().Length, 5_000, 30_000);
        double[] points = Curves(Draw(chart)).Single();
        double top = points.Where(static (_, i) => i % 2 == 1).Min();
        Assert.Single(points.Where(static (_, i) => i % 2 == 1), y => y == top);
        Assert.Equal(2, Lines(Draw(chart)).Single().Count(static letter => letter == 'M'));

        double[] holes = [.. values.Select(static (v, i) => i % 2 == 0 ? double.NaN : v)];
        Assert.InRange(new LineChart("loss", new Curve("training", holes)).ToSvg().Length, 5_000, 40_000);
    }

    [Fact]
    public void Steps_place_the_values()
    {
        Curve often = new("training", [1, 2, 3, 4, 5]) { Steps = [0, 100, 200, 300, 400] };
        Curve seldom = new("validation", [3, 5]) { Steps = [0, 400] };
        double[][] curves = [.. Curves(Draw(new LineChart("loss", often, seldom) { StepLabel = "batch" }))];
        Assert.Equal(curves[0][0], curves[1][0]);
        Assert.Equal(curves[0][8], curves[1][2]);
        ArgumentException count = Assert.Throws<ArgumentException>(() => new Curve("a", [1, 2]) { Steps = [1] });
        Assert.Contains("1 steps for 2 values", count.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => new Curve("a", [1, 2]) { Steps = [2, 1] });
        Assert.Throws<ArgumentException>(() => new Curve("a", [1]) { Steps = [double.NaN] });
    }

    [Fact]
    public void The_confusion_matrix_shows_every_count_and_recall()
    {
        XElement chart = Draw(new ConfusionMatrixChart(Matrix([5, 2], [0, 7]), ["cat", "dog"]));
        Assert.Equal(["5", "2", "7"], chart.Elements(Svg + "text").Where(static t => t.Attribute("class")!.Value == "count")
            .Select(static t => t.Value));
        Assert.Single(chart.Descendants(Svg + "rect"), static rect => rect.Attribute("class")!.Value == "wrong");
        Assert.Contains("71.4 %", chart.Value, StringComparison.Ordinal);
        Assert.Contains("12 of 14 right (85.71 %)", chart.Element(Svg + "desc")!.Value, StringComparison.Ordinal);
        Assert.Contains("true cat, predicted dog: 2 of 7", chart.Value, StringComparison.Ordinal);
        ArgumentException names = Assert.Throws<ArgumentException>(() => new ConfusionMatrixChart(Matrix([1]), ["a", "b"]));
        Assert.Contains("2 names for 1 classes", names.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_drawing_of_few_cells_is_not_blown_up_to_the_width_of_a_page()
    {
        XElement few = XElement.Parse(new ConfusionMatrixChart(new ConfusionMatrix(2)).ToInlineSvg());
        double width = Number(few.Attribute("viewBox")!.Value.Split(' ')[2]);
        Assert.InRange(Number(Regex.Match(few.Attribute("style")!.Value, "max-width: ([0-9]+)px").Groups[1].Value), width, 1.3 * width);
        Assert.Null(XElement.Parse(new LineChart("wide").ToInlineSvg()).Attribute("style"));
    }

    [Fact]
    public void A_confusion_matrix_of_many_classes_stays_small()
    {
        ConfusionMatrix matrix = new(300);
        long[] actual = [.. Enumerable.Range(0, 30_000).Select(static i => (long)i % 300)];
        matrix.Add(Tensor.From([.. actual.Select(static (a, i) => (a + i % 7) % 300)]), Tensor.From(actual));
        ConfusionMatrixChart chart = new(matrix);
        Assert.InRange(chart.ToSvg().Length, 1_000, 60_000);
        string data = Draw(chart).Element(Svg + "image")!.Attribute("href")!.Value["data:image/png;base64,".Length..];
        PngDecoder image = PngDecoder.Decode(Convert.FromBase64String(data));
        Assert.Equal((300, 300, 4), (image.Width, image.Height, image.Channels));
        Assert.Equal(300 * 300 * 4 - 300 * 7 * 4, image.Pixels.Chunk(4).Where(static p => p[3] == 0).Count() * 4);
    }

    [Fact]
    public void A_scatter_chart_shows_every_point_once_and_leaves_out_what_is_not_finite()
    {
        ScatterChart few = ScatterChart.PredictedVersusActual(
            Tensor.From([1.0, 2.0, double.NaN, 2.0]), Tensor.From([1.0, 2.5, 3.0, 2.5]));
        XElement chart = Draw(few);
        Assert.Equal(2, Paths(chart, "points").Single().Count(static letter => letter == 'M'));
        Assert.Single(Paths(chart, "diagonal"));
        Assert.Contains("1 are not finite", chart.Element(Svg + "desc")!.Value, StringComparison.Ordinal);
        double[] many = [.. Enumerable.Range(0, 100_000).Select(static i => (double)(i * 7919 % 100_003))];
        Assert.InRange(new ScatterChart("many", many, [.. many.Reverse()]).ToSvg().Length, 1_000, 60_000);
        Assert.NotNull(Draw(new ScatterChart("none", [], [])));
        Assert.Throws<ArgumentException>(() => new ScatterChart("a", [1], []));
        Assert.Throws<ShapeException>(() => ScatterChart.PredictedVersusActual(Tensor.Zeros(2), Tensor.Zeros(3)));
    }

    [Fact]
    public void Long_labels_at_the_ends_of_an_axis_are_there_and_inside_the_drawing()
    {
        XElement chart = Draw(new ScatterChart("prices", [15_000, 550_000], [1, 2]));
        double width = Number(chart.Attribute("width")!.Value);
        XElement last = Assert.Single(chart.Elements(Svg + "text"), static text => text.Value == "600000");
        Assert.InRange(Number(last.Attribute("x")!.Value), width - 60, width - 18);
        Assert.Single(chart.Elements(Svg + "text"), static text => text.Value == "400000");
    }

    [Fact]
    public void A_histogram_counts_every_finite_value_once()
    {
        XElement chart = Draw(new HistogramChart("errors", [0, 1, 1, 2, 10, double.NaN]) { Bins = 10 });
        IEnumerable<XElement> bars = chart.Elements(Svg + "rect").Where(static r => r.Attribute("class")!.Value == "bar");
        Assert.Equal(["0 to 1: 1 of 5", "1 to 2: 2 of 5", "2 to 3: 1 of 5", "9 to 10: 1 of 5"], bars.Select(static r => r.Value));
        Assert.Contains("1 are not finite", chart.Element(Svg + "desc")!.Value, StringComparison.Ordinal);
        Assert.NotNull(Draw(new HistogramChart("none", [])));
        Assert.NotNull(Draw(new HistogramChart("flat", Tensor.Ones(5))));
        Assert.NotNull(Draw(new HistogramChart("huge", [double.MinValue, 0, double.MaxValue])));
        Assert.Throws<ArgumentOutOfRangeException>(() => new HistogramChart("a", [1]) { Bins = 0 });
    }

    [Fact]
    public void Hostile_names_stay_text()
    {
        const string Name = "</title></svg><script>alert('1')</script>\"&\u0001\uD800\uFFFE";
        Chart[] charts =
        [
            new LineChart(Name, new Curve(Name, [1, 2])) { StepLabel = Name },
            new ConfusionMatrixChart(Matrix([1, 2], [3, 4]), [Name, Name], Name),
            new ScatterChart(Name, [1], [2]) { XLabel = Name, YLabel = Name },
            new HistogramChart(Name, [1, 2]) { XLabel = Name },
        ];
        foreach (Chart chart in charts)
        {
            XElement svg = Draw(chart);
            Assert.Empty(svg.Descendants(Svg + "script"));
            Assert.Equal("</title></svg><script>alert('1')</script>\"&\uFFFD\uFFFD\uFFFD", svg.Element(Svg + "title")!.Value);
        }
    }

    [Fact]
    public void Colours_have_contrast_on_their_background_in_light_and_dark()
    {
        string[] sheets = Style.Chart.Split("@media");
        Assert.Equal(2, sheets.Length);
        foreach (string sheet in sheets)
        {
            Dictionary<string, (double R, double G, double B)> colours = Declaration().Matches(sheet)
                .ToDictionary(static m => m.Groups[1].Value, static m => Colour(m.Groups[2].Value));
            foreach (string background in (string[])["page", "card", "paper"])
            {
                Assert.InRange(Contrast(colours["text"], colours[background]), 7, 21);
                Assert.InRange(Contrast(colours["faint"], colours[background]), 4.5, 21);
                Assert.InRange(Contrast(colours["bad"], colours[background]), 4.5, 21);
            }

            for (int i = 0; i < Style.Colours; i++)
            {
                Assert.InRange(Contrast(colours[$"c{i}"], colours["card"]), 3.5, 21);
            }

            // The counts on cells of the confusion matrix, whose colour is at most this strong.
            foreach (string kind in (string[])["right", "wrong"])
            {
                for (double shade = 0; shade <= 0.621; shade += 0.02)
                {
                    Assert.InRange(Contrast(colours["text"], Blend(colours[kind], colours["paper"], shade)), 4.5, 21);
                }
            }
        }
    }

    private static ConfusionMatrix Matrix(params int[][] counts)
    {
        ConfusionMatrix matrix = new(counts.Length);
        for (int row = 0; row < counts.Length; row++)
        {
            for (int column = 0; column < counts.Length; column++)
            {
                long[] predicted = [.. Enumerable.Repeat((long)column, counts[row][column])];
                if (predicted.Length > 0)
                {
                    matrix.Add(Tensor.From(predicted), Tensor.FullLike(Tensor.From(predicted), row));
                }
            }
        }

        return matrix;
    }

    private static XElement Draw(Chart chart) => XDocument.Parse(chart.ToSvg()).Root!;

    private static IEnumerable<string> Paths(XElement chart, string style) => chart.Elements(Svg + "path")
        .Where(path => path.Attribute("class")!.Value == style).Select(static path => path.Attribute("d")!.Value);

    private static IEnumerable<string> Lines(XElement chart) => chart.Elements(Svg + "path")
        .Select(static path => path.Attribute("d")!.Value).Where(static data => data.Contains('L', StringComparison.Ordinal));

    private static IEnumerable<double[]> Curves(XElement chart) => Lines(chart)
        .Select(static data => data.Split('M', 'L', ' ').Where(static text => text.Length > 0).Select(Number).ToArray());

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);

    private static (double R, double G, double B) Colour(string hex) => (Part(hex, 0), Part(hex, 2), Part(hex, 4));

    private static double Part(string hex, int at) =>
        int.Parse(hex.AsSpan(at, 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture) / 255.0;

    private static (double R, double G, double B) Blend((double R, double G, double B) a, (double R, double G, double B) b, double share) =>
        (share * a.R + (1 - share) * b.R, share * a.G + (1 - share) * b.G, share * a.B + (1 - share) * b.B);

    /// <summary>The contrast ratio of WCAG 2.</summary>
    private static double Contrast((double R, double G, double B) a, (double R, double G, double B) b)
    {
        (double x, double y) = (Luminance(a), Luminance(b));
        return (Math.Max(x, y) + 0.05) / (Math.Min(x, y) + 0.05);
    }

    private static double Luminance((double R, double G, double B) c) => 0.2126 * Linear(c.R) + 0.7152 * Linear(c.G) + 0.0722 * Linear(c.B);

    private static double Linear(double part) => part <= 0.04045 ? part / 12.92 : Math.Pow((part + 0.055) / 1.055, 2.4);

    [GeneratedRegex("--([a-z0-9]+): #([0-9a-f]{6});")]
    private static partial Regex Declaration();
}
