using System.Globalization;
using System.Xml.Linq;
using DeepLearning.Reporting;
using DeepLearning.Training;

namespace DeepLearning.Tests.Reporting;

[Trait("Rerun", "Culture")]
public sealed class RunReportTests
{
    private const string Hostile = "<script>alert(1)</script>\" onload='x' &amp; \u0000\u001B\uDC00";

    [Fact]
    public void The_page_stands_alone_and_is_well_formed()
    {
        XDocument page = Page(Example());
        Assert.Empty(page.Descendants("script"));
        Assert.Empty(page.Descendants("link"));
        Assert.All(
            page.Descendants().Attributes("src"), static a => Assert.StartsWith("data:image/png", a.Value, StringComparison.Ordinal));
        Assert.Contains("<CNN> & more", page.Descendants("h1").Single().Value, StringComparison.Ordinal);
        Assert.Equal(["Loss", "Confusion matrix", "Configuration", "Environment", "Predictions"],
            page.Descendants("h2").Select(static h => h.Value));
        string html = Example().ToHtml();
        Assert.DoesNotContain("http://", html, StringComparison.Ordinal);
        Assert.DoesNotContain("https://", html, StringComparison.Ordinal);
        Assert.Contains("prefers-color-scheme: dark", html, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_picture_has_a_name_and_a_description()
    {
        XDocument page = Page(Example());
        Assert.All(page.Descendants("svg"), static svg =>
        {
            Assert.Equal("img", svg.Attribute("role")!.Value);
            Assert.NotEqual("", svg.Element("title")!.Value);
            Assert.NotEqual("", svg.Element("desc")!.Value);
        });
        Assert.All(page.Descendants("img"), static img => Assert.NotEqual("", img.Attribute("alt")!.Value));
    }

    [Fact]
    public void Mistakes_come_first_and_the_surest_of_them_before_the_others()
    {
        XElement[] figures = [.. Page(Example()).Descendants("figure")];
        Assert.Equal(["0 → 1", "0 → 1", "1", "1"], figures.Select(static f => f.Descendants("b").Single().Value));
        Assert.Equal(["99.9 %", "62.5 %", "51.0 %", "99.0 %"], figures.Select(static f => f.Descendants("span").Single().Value));
        Assert.Equal([true, true, false, false], figures.Select(static f => f.Attribute("class")?.Value == "miss"));
        Assert.Contains("2 of 4 were predicted wrong", Page(Example()).Root!.Value, StringComparison.Ordinal);
        RunReport cut = Example() with { MaxPredictions = 3 };
        Assert.Equal(3, Page(cut).Descendants("figure").Count());
        Assert.Contains("3 of 4 samples", Page(cut).Root!.Value, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(60, false)]
    [InlineData(61, true)]
    [InlineData(1234, true)]
    public void The_first_predictions_are_shown_and_a_button_shows_all(int count, bool hasButton)
    {
        RunReport report = new("many")
        {
            Predictions = [.. Enumerable.Range(0, count).Select(static i => SamplePrediction.OfText($"{i}", "a", i < 5 ? "b" : "a"))],
            MaxPredictions = 2000,
        };
        XElement section = Page(report).Descendants("section").Last();
        Assert.Equal(count, section.Descendants("figure").Count());
        XElement[] hidden = [.. section.Elements("details")];
        Assert.Equal(hasButton ? 1 : 0, hidden.Length);
        Assert.Equal(60, section.Elements("div").Descendants("figure").Count());
        Assert.All(hidden, button => Assert.Equal(
            string.Create(CultureInfo.InvariantCulture, $"Show all {count:N0}"), button.Descendants("span").First().Value));
        Assert.Equal(5, section.Elements("div").Descendants("figure").Count(static f => f.Attribute("class")?.Value == "miss"));
        Assert.Empty(Page(report with { FirstPredictions = count }).Descendants("details"));
    }

    [Fact]
    public void Images_of_any_size_and_range_are_shown()
    {
        Tensor normalised = Tensor.From([-2f, 2f, 0f, 1f], 2, 2);
        PngDecoder small = Decode(SamplePrediction.OfImage(normalised, "a", "b"));
        Assert.Equal([0, 255, 128, 191], small.Pixels);
        PngDecoder large = Decode(SamplePrediction.OfImage(Tensor.Full([3, 500, 1000], 0.5), "a", "b"));
        Assert.Equal((111, 55, 3), (large.Width, large.Height, large.Channels));
        Assert.All(large.Pixels, static p => Assert.Equal(128, p));
        PngDecoder line = Decode(SamplePrediction.OfImage(Tensor.Ones(1, 1000), "a", "b"));
        Assert.Equal(1, line.Height);
    }

    [Fact]
    public void A_batch_gives_its_classes_and_softmax_confidence()
    {
        Tensor scores = Tensor.From([0f, 1.0986123f, 3f, 0f], 2, 2);
        IReadOnlyList<SamplePrediction> two = SamplePrediction.OfImages(
            Tensor.Rand(2, 1, 4, 4), scores, Tensor.From([1L, 1L]), ["cat", "dog"]);
        Assert.Equal(("dog", "dog", true), (two[0].Truth, two[0].Predicted, two[0].IsRight));
        Assert.Equal(("dog", "cat", false), (two[1].Truth, two[1].Predicted, two[1].IsRight));
        Assert.Equal(0.75, two[0].Confidence!.Value, 5);
        Assert.Throws<ShapeException>(() => SamplePrediction.OfImages(Tensor.Rand(3, 4, 4), scores, Tensor.From([1L, 1L])));
        Assert.Throws<ArgumentException>(() => SamplePrediction.OfImages(Tensor.Rand(2, 4, 4), scores, Tensor.From([1L, 2L])));
        Assert.Throws<ArgumentException>(() => SamplePrediction.OfImages(Tensor.Rand(2, 4, 4), scores, Tensor.From([1L, 1L]), ["a"]));
    }

    [Fact]
    public void Texts_and_rows_are_shown_and_long_ones_cut()
    {
        RunReport report = new("records")
        {
            Predictions =
            [
                SamplePrediction.OfText(new string('x', 5000), "good", "bad", 0.9),
                SamplePrediction.OfRow([.. Enumerable.Range(0, 40).Select(static i => ($"column {i}", $"{i}"))], "1", "1"),
            ],
        };
        XElement[] figures = [.. Page(report).Descendants("figure")];
        Assert.InRange(figures[0].Element("p")!.Value.Length, 300, 500);
        Assert.EndsWith("…", figures[0].Element("p")!.Value, StringComparison.Ordinal);
        Assert.Contains("and 24 more", figures[1].Value, StringComparison.Ordinal);
    }

    [Fact]
    public void Where_nothing_is_right_or_wrong_nothing_is_marked()
    {
        SamplePrediction number = SamplePrediction.OfRow([("rooms", "4")], "31.5", "30.9") with { IsRight = null };
        XDocument page = Page(new RunReport("regression") { Predictions = [number] });
        Assert.Null(page.Descendants("figure").Single().Attribute("class"));
        Assert.Contains("31.5 → 30.9", page.Root!.Value, StringComparison.Ordinal);
        Assert.DoesNotContain("wrong;", page.Root!.Value, StringComparison.Ordinal);
    }

    [Fact]
    public void Hostile_text_stays_text_everywhere()
    {
        ConfusionMatrix matrix = new(2);
        matrix.Add(Tensor.From([0L, 1L]), Tensor.From([1L, 1L]));
        RunReport report = new(Hostile)
        {
            Summary = Hostile,
            Charts =
            [
                new LineChart(Hostile, new Curve(Hostile, [1])) { Caption = Hostile, StepLabel = Hostile },
                new ConfusionMatrixChart(matrix, [Hostile, Hostile], Hostile) { Caption = Hostile },
            ],
            Predictions =
            [
                SamplePrediction.OfImage(Tensor.Zeros(2, 2), Hostile, Hostile),
                SamplePrediction.OfText(Hostile, Hostile, Hostile),
                SamplePrediction.OfRow([(Hostile, Hostile)], Hostile, Hostile),
            ],
            Configuration = [(Hostile, Hostile)],
            Environment = [(Hostile, Hostile)],
        };
        XDocument page = Page(report);
        Assert.Empty(page.Descendants("script"));
        Assert.Empty(page.Descendants().Attributes("onload"));
        Assert.DoesNotContain("<script", report.ToHtml(), StringComparison.Ordinal);
        Assert.Equal("<script>alert(1)</script>\" onload='x' &amp; \uFFFD\uFFFD\uFFFD", page.Descendants("h1").Single().Value);
    }

    [Fact]
    public void The_same_run_gives_the_same_bytes_and_a_date_is_told_only_when_given()
    {
        Assert.Equal(Example().ToHtml(), Example().ToHtml());
        RunReport dated = Example() with { Date = new DateTimeOffset(2026, 5, 4, 3, 2, 1, TimeSpan.FromHours(2)) };
        Assert.Contains("2026-05-04 03:02:01 +02:00", dated.ToHtml(), StringComparison.Ordinal);
        Assert.DoesNotContain(">date<", Example().ToHtml(), StringComparison.Ordinal);
    }

    [Fact]
    public void The_environment_is_filled_in()
    {
        IReadOnlyList<(string Name, string Value)> environment = new RunReport("x").Environment;
        Assert.Equal(
            ["library", "runtime", "system", "architecture", "processors", "threads", "SIMD"], environment.Select(static e => e.Name));
        Assert.All(environment, static e => Assert.NotEqual("", e.Value));
        Assert.Matches(@"^DeepLearning \d+\.\d+\.\d+", environment[0].Value);
    }

    [Fact]
    public void Save_writes_the_page()
    {
        string path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        try
        {
            Example().Save(path);
            Assert.Equal(Example().ToHtml(), File.ReadAllText(path));
            Assert.Equal((byte)'<', File.ReadAllBytes(path)[0]);
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static RunReport Example()
    {
        ConfusionMatrix matrix = new(2);
        matrix.Add(Tensor.From([0L, 1L, 1L]), Tensor.From([0L, 1L, 0L]));
        return new RunReport("<CNN> & more")
        {
            Summary = "test accuracy 0.8571",
            Charts =
            [
                new LineChart("Loss", new Curve("training", [1.5, 0.25]), new Curve("test", [1.6, 0.5])) { LogScale = true },
                new ConfusionMatrixChart(matrix),
            ],
            Predictions =
            [
                SamplePrediction.OfImage(Tensor.Zeros(2, 2), "1", "1", 0.99),
                SamplePrediction.OfImage(Tensor.Zeros(3, 2, 2), "0", "1", 0.625),
                SamplePrediction.OfImage(Tensor.Zeros(2, 2), "1", "1", 0.51),
                SamplePrediction.OfImage(Tensor.Zeros(2, 2), "0", "1", 0.999),
            ],
            Configuration = [("Seed", "1")],
        };
    }

    private static XDocument Page(RunReport report) => XDocument.Parse(report.ToHtml());

    private static PngDecoder Decode(SamplePrediction prediction)
    {
        XDocument page = Page(new RunReport("one") { Predictions = [prediction] });
        string data = page.Descendants("img").Single().Attribute("src")!.Value["data:image/png;base64,".Length..];
        return PngDecoder.Decode(Convert.FromBase64String(data));
    }
}
