using System.Globalization;
using System.Text;

namespace DeepLearning.Reporting;

/// <summary>
/// Curves over the steps of a training, such as losses over epochs.
/// <code>
/// new LineChart("Loss", [new Curve("training", losses), new Curve("validation", validationLosses)]) { LogScale = true }
/// </code>
/// Curves of thousands of points are thinned to the least and greatest value of every column of the picture, so that no peak is lost and
/// the file stays small.
/// </summary>
public sealed class LineChart : Chart
{
    // Below this many points the reader can point at each of them and read its value.
    private const int HoverLimit = 120;

    /// <summary>Makes a chart.</summary>
    /// <param name="title">The heading.</param>
    /// <param name="curves">The curves.</param>
    public LineChart(string title, params IReadOnlyList<Curve> curves)
        : base(title)
    {
        ArgumentNullException.ThrowIfNull(curves);
        Curves = curves;
    }

    /// <summary>The curves.</summary>
    public IReadOnlyList<Curve> Curves { get; }

    /// <summary>
    /// Whether the values are on a logarithmic scale, as suits losses. Values that are not positive leave a gap; where none is positive the
    /// scale is linear.
    /// </summary>
    public bool LogScale { get; init; }

    /// <summary>Whether the values are shares, to be shown as percentages: 0.98 as 98 %.</summary>
    public bool Percent { get; init; }

    /// <summary>The least value that the axis has to reach; by default that of the curves.</summary>
    public double? Minimum { get; init; }

    /// <summary>The greatest value that the axis has to reach; by default that of the curves, or 100 % where shares are shown.</summary>
    public double? Maximum { get; init; }

    /// <summary>What the steps are; "epoch" by default.</summary>
    public string StepLabel { get; init; } = "epoch";

    private protected override SvgCanvas Draw()
    {
        List<double> shown = [.. Curves.SelectMany(static c => c.Values).Where(double.IsFinite)];
        bool isLog = LogScale && shown.Any(static v => v > 0);
        List<double> values = isLog ? [.. shown.Where(static v => v > 0)] : shown;
        Axis vertical = VerticalAxis(values, isLog);
        Axis horizontal = HorizontalAxis();
        string[] names = [.. Curves.Select(c => c.Values.Count == 0 ? c.Name : $"{Markup.Shorten(c.Name, 48)}: {Format(c.Values[^1])}")];
        Plot plot = new(vertical, horizontal, names.Length == 0 ? 0 : Legend.Rows(names), Title, Describe());
        plot.DrawAxes(StepLabel, "");
        Legend.Draw(plot, names);
        for (int i = 0; i < Curves.Count; i++)
        {
            DrawCurve(plot, i, value => double.IsFinite(value) && (!isLog || value > 0));
        }

        return plot.Canvas;
    }

    private Axis VerticalAxis(List<double> values, bool isLog)
    {
        double least = values.Count == 0 ? (isLog ? 0.1 : 0) : values.Min();
        double most = values.Count == 0 ? 1 : values.Max();
        least = Minimum is { } minimum && !(isLog && minimum <= 0) ? Math.Min(minimum, least) : least;
        most = Maximum is { } maximum ? Math.Max(maximum, most) : Percent && !isLog && most <= 1 && least >= 0 ? 1 : most;
        return isLog ? Axis.Logarithmic(least, most, Percent) : Axis.Linear(least, most, 5, Percent);
    }

    private Axis HorizontalAxis()
    {
        double first = double.PositiveInfinity, last = double.NegativeInfinity;
        bool isWhole = true;
        foreach (Curve curve in Curves.Where(static c => c.Values.Count > 0))
        {
            first = Math.Min(first, curve.StepOf(0));
            last = Math.Max(last, curve.StepOf(curve.Values.Count - 1));
            isWhole &= curve.Steps?.All(static s => s == Math.Floor(s)) ?? true;
        }

        return first <= last ? Axis.Steps(first, last, isWhole, 10) : Axis.Steps(1, 1, true, 10);
    }

    private string Format(double value) => Percent && double.IsFinite(value) ? Markup.Percent(value, "0.##") : Markup.Number(value);

    private string Describe()
    {
        StringBuilder text = new($"{Curves.Count} curve{(Curves.Count == 1 ? "" : "s")} by {StepLabel}.");
        foreach (Curve curve in Curves)
        {
            List<double> finite = [.. curve.Values.Where(double.IsFinite)];
            string range = finite.Count == 0
                ? "no finite value"
                : $"first {Format(curve.Values[0])}, last {Format(curve.Values[^1])}, least {Format(finite.Min())}, "
                    + $"greatest {Format(finite.Max())}";
            int bad = curve.Values.Count - finite.Count;
            text.Append(CultureInfo.InvariantCulture, $" {curve.Name}: {range}{(bad > 0 ? $", {bad} not finite" : "")}.");
        }

        return text.ToString();
    }

    private void DrawCurve(Plot plot, int index, Func<double, bool> canShow)
    {
        Curve curve = Curves[index];
        string colour = $"{index % Style.Colours}";
        List<int> chosen = Thinning.Choose(curve, plot.X, canShow);
        StringBuilder lines = new(), dots = new();
        int previous = -1;
        for (int i = 0; i < chosen.Count; i++)
        {
            int at = chosen[i];
            bool joins = i > 0 && !Thinning.HasGap(curve.Values, previous, at, canShow);
            bool isAlone = !joins && (i + 1 == chosen.Count || Thinning.HasGap(curve.Values, at, chosen[i + 1], canShow));
            StringBuilder data = isAlone ? dots : lines;
            data.Append(
                CultureInfo.InvariantCulture, $"{(joins ? 'L' : 'M')}{plot.X(curve.StepOf(at)):0.#} {plot.Y(curve.Values[at]):0.##}");

            // A line to its own start is drawn as a dot.
            data.Append(isAlone ? "h0" : "");
            previous = at;
        }

        if (lines.Length > 0)
        {
            plot.Canvas.Path($"curve s{colour} d{index % Style.Dashes}", lines.ToString());
        }

        if (dots.Length > 0)
        {
            plot.Canvas.Path($"curve dots s{colour}", dots.ToString());
        }

        if (chosen.Count > 0 && chosen[^1] == curve.Values.Count - 1)
        {
            plot.Canvas.Circle($"f{colour}", plot.X(curve.StepOf(chosen[^1])), plot.Y(curve.Values[chosen[^1]]), 3.5);
        }

        if (curve.Values.Count <= HoverLimit)
        {
            foreach (int at in chosen)
            {
                string step = Markup.Number(curve.StepOf(at));
                string tooltip = $"{StepLabel} {step}, {curve.Name}: {Format(curve.Values[at])}";
                plot.Canvas.Circle("hover", plot.X(curve.StepOf(at)), plot.Y(curve.Values[at]), 6, tooltip);
            }
        }
    }
}
