using System.Globalization;
using System.Text;

namespace DeepLearning.Reporting;

/// <summary>Points of two values each: what a regression predicted against what was true, two features, a projection.</summary>
public sealed class ScatterChart : Chart
{
    // More points than these are a stain; evenly chosen ones show the same.
    private const int Limit = 3000;

    private readonly IReadOnlyList<double> _x;
    private readonly IReadOnlyList<double> _y;

    /// <summary>Makes a chart.</summary>
    /// <param name="title">The heading.</param>
    /// <param name="x">The horizontal values. A point with a value that is not finite is left out.</param>
    /// <param name="y">The vertical values, as many.</param>
    /// <exception cref="ArgumentException">There are not as many horizontal as vertical values.</exception>
    public ScatterChart(string title, IReadOnlyList<double> x, IReadOnlyList<double> y)
        : base(title)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(y);
        if (x.Count != y.Count)
        {
            throw new ArgumentException($"ScatterChart '{title}': {x.Count} horizontal and {y.Count} vertical values.");
        }

        (_x, _y) = (x, y);
    }

    /// <summary>What the horizontal axis is.</summary>
    public string XLabel { get; init; } = "x";

    /// <summary>What the vertical axis is.</summary>
    public string YLabel { get; init; } = "y";

    /// <summary>Whether both axes have the same range and the line y = x is drawn, on which right predictions lie.</summary>
    public bool ShowDiagonal { get; init; }

    /// <summary>The predictions of a regression against the true values, with the line on which right predictions lie.</summary>
    /// <param name="predicted">The predictions, of any shape.</param>
    /// <param name="actual">The true values, as many.</param>
    /// <param name="title">The heading.</param>
    /// <exception cref="ShapeException">There are not as many predictions as true values.</exception>
    public static ScatterChart PredictedVersusActual(Tensor predicted, Tensor actual, string title = "Predicted against actual")
    {
        ArgumentNullException.ThrowIfNull(predicted);
        ArgumentNullException.ThrowIfNull(actual);
        if (predicted.Count != actual.Count)
        {
            throw new ShapeException($"PredictedVersusActual: {predicted.Shape} predictions for {actual.Shape} true values.");
        }

        return new ScatterChart(title, ChartValues.Of(actual), ChartValues.Of(predicted))
        {
            XLabel = "actual",
            YLabel = "predicted",
            ShowDiagonal = true,
        };
    }

    private protected override SvgCanvas Draw()
    {
        List<int> finite = [.. Enumerable.Range(0, _x.Count).Where(i => double.IsFinite(_x[i]) && double.IsFinite(_y[i]))];
        (double least, double most) x = Range(finite, _x), y = Range(finite, _y);
        if (ShowDiagonal)
        {
            x = y = (Math.Min(x.least, y.least), Math.Max(x.most, y.most));
        }

        Axis horizontal = Axis.Linear(x.least, x.most, 5);
        Plot plot = new(Axis.Linear(y.least, y.most, 5), horizontal, 0, Title, Describe(finite.Count), hasVerticalLabel: true);
        plot.DrawAxes(XLabel, YLabel);
        if (ShowDiagonal)
        {
            // Both axes have the same ends, and places beyond an end are at it.
            (double low, double high) = (-double.MaxValue, double.MaxValue);
            FormattableString line = $"M{plot.X(low):0.#} {plot.Y(low):0.#}L{plot.X(high):0.#} {plot.Y(high):0.#}";
            plot.Canvas.Path("diagonal", FormattableString.Invariant(line));
        }

        plot.Canvas.Path("points", Points(plot, finite));
        return plot.Canvas;
    }

    private static (double Least, double Most) Range(List<int> chosen, IReadOnlyList<double> values) =>
        chosen.Count == 0 ? (0, 1) : (chosen.Min(i => values[i]), chosen.Max(i => values[i]));

    private string Points(Plot plot, List<int> finite)
    {
        StringBuilder data = new();
        HashSet<(int, int)> drawn = [];
        List<(double X, double Y)> places = [];
        foreach (int i in finite)
        {
            (double x, double y) = (plot.X(_x[i]), plot.Y(_y[i]));
            if (drawn.Add(((int)Math.Round(x), (int)Math.Round(y))))
            {
                places.Add((x, y));
            }
        }

        int count = Math.Min(places.Count, Limit);
        for (int i = 0; i < count; i++)
        {
            (double x, double y) = places[(int)((long)i * places.Count / count)];
            data.Append(CultureInfo.InvariantCulture, $"M{x:0.#} {y:0.#}h0");
        }

        return data.ToString();
    }

    private string Describe(int finite) =>
        $"{finite} points, {YLabel} against {XLabel}." + (finite < _x.Count ? $" {_x.Count - finite} are not finite and left out." : "");
}
