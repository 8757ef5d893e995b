using System.Globalization;
using System.Xml.Linq;
using DeepLearning.Samples.Digits.Reporting;

namespace DeepLearning.Tests.Samples;

[Trait("Rerun", "Culture")]
public sealed class DigitsReportTests
{
    private static readonly XDocument Page = XDocument.Parse(Example().ToHtml());

    [Fact]
    public void The_page_stands_alone_and_is_well_formed()
    {
        Assert.Empty(Page.Descendants("script"));
        Assert.Empty(Page.Descendants("link"));
        Assert.Empty(Page.Descendants().Attributes("src"));
        Assert.Contains("<CNN> & more", Page.Descendants("h1").Single().Value, StringComparison.Ordinal);
    }

    [Fact]
    public void Curves_have_a_point_an_epoch_inside_the_drawing()
    {
        XElement chart = Chart("loss by epoch");
        string[] paths = [.. chart.Elements("path").Where(HasPoints).Select(path => path.Attribute("d")!.Value)];
        Assert.Equal(2, paths.Length);
        double[] numbers = [.. paths[0].Split('M', 'L', ' ').Where(text => text.Length > 0).Select(Number)];
        Assert.Equal(2 * 3, numbers.Length);
        Assert.All(numbers, number => Assert.InRange(number, 0, 520));
        Assert.True(numbers[1] < numbers[3] && numbers[3] < numbers[5], "A falling loss goes down the page.");
        Assert.Contains("epoch", chart.Value, StringComparison.Ordinal);
    }

    [Fact]
    public void A_value_that_is_not_a_number_leaves_a_gap()
    {
        Report report = Example() with { Loss = [new Curve("training", [1, double.NaN, 0.5, 0.4])] };
        XElement path = Chart("loss by epoch", XDocument.Parse(report.ToHtml())).Elements("path").Single(HasPoints);
        Assert.Equal(2, path.Attribute("d")!.Value.Count(letter => letter == 'M'));
    }

    [Fact]
    public void The_confusion_matrix_shows_every_count()
    {
        XElement matrix = Chart("confusion matrix");
        string[] cells = [.. matrix.Elements("g").Elements("text").Select(text => text.Value)];
        Assert.Equal(["5", "2", "7"], cells);
        Assert.Single(matrix.Descendants("rect"), rect => rect.Attribute("class")!.Value == "wrong");
        Assert.Contains("71.4 %", matrix.Value, StringComparison.Ordinal);
    }

    [Fact]
    public void A_wrong_prediction_stands_out()
    {
        XElement miss = Assert.Single(Page.Descendants("figure"), figure => figure.Attribute("class")?.Value == "miss");
        Assert.Contains("0 → 1", miss.Value, StringComparison.Ordinal);
        Assert.Contains("62.5 %", miss.Value, StringComparison.Ordinal);
        Assert.Equal(2, miss.Descendants("rect").Count());
        Assert.Equal("0.25", miss.Descendants("rect").First().Attribute("fill-opacity")!.Value);
    }

    private static Report Example() => new()
    {
        Title = "<CNN> & more",
        Summary = "test accuracy 0.8571",
        Loss = [new Curve("training", [1.5, 0.25, 0.01]), new Curve("test", [1.6, 0.5, 0.3])],
        Accuracy = [new Curve("training", [0.5, 0.9, 1]), new Curve("test", [0.4, 0.8, 0.8571])],
        Confusion = new[,] { { 5, 2 }, { 0, 7 } },
        Predictions = [new Prediction([0.25f, 0, 1, 0], 0, 1, 0.625), new Prediction([1, 0, 1, 0], 1, 1, 0.999)],
        Configuration = [("Seed", "1")],
    };

    private static XElement Chart(string label, XDocument? page = null) =>
        (page ?? Page).Descendants("svg").Single(svg => svg.Attribute("aria-label")!.Value == label);

    private static bool HasPoints(XElement path) => path.Attribute("d")!.Value.Contains('L', StringComparison.Ordinal);

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}
