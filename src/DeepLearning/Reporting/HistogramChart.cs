using System.Globalization;

namespace DeepLearning.Reporting;

/// <summary>How often values fall into each of a number of equal ranges: the errors of a regression, the weights of a layer.</summary>
public sealed class HistogramChart : Chart
{
    private readonly IReadOnlyList<double> _values;
    private readonly int _bins = 30;

    /// <summary>Makes a chart.</summary>
    /// <param name="title">The heading.</param>
    /// <param name="values">The values; those that are not finite are left out and counted in the description.</param>
    public HistogramChart(string title, IReadOnlyList<double> values)
        : base(title)
    {
        ArgumentNullException.ThrowIfNull(values);
        _values = values;
    }

    /// <summary>Makes a chart of a tensor's elements.</summary>
    /// <param name="title">The heading.</param>
    /// <param name="values">The values.</param>
    public HistogramChart(string title, Tensor values)
        : this(title, ChartValues.Of(values ?? throw new ArgumentNullException(nameof(values))))
    {
    }

    /// <summary>The number of ranges, 1 to 200; 30 by default.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The number is outside 1 to 200.</exception>
    public int Bins
    {
        get => _bins;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, 200);
            _bins = value;
        }
    }

    /// <summary>What the values are.</summary>
    public string XLabel { get; init; } = "value";

    private protected override SvgCanvas Draw()
    {
        double[] finite = [.. _values.Where(double.IsFinite)];
        double least = finite.DefaultIfEmpty(0).Min(), most = finite.DefaultIfEmpty(1).Max();

        // Halves, as the difference of two numbers may be too great for a number.
        double width = (most / 2 - least / 2) / Bins * 2;
        int bins = width > 0 ? Bins : 1;
        long[] counts = new long[bins];
        foreach (double value in finite)
        {
            counts[width > 0 ? Math.Clamp((int)((value / 2 - least / 2) / width * 2), 0, bins - 1) : 0]++;
        }

        Axis vertical = Axis.Linear(0, Math.Max(1, counts.Max()), 5);
        Plot plot = new(vertical, Axis.Linear(least, most, 8), 0, Title, Describe(finite, least, most), hasVerticalLabel: true);
        plot.DrawAxes(XLabel, "count");
        for (int i = 0; i < bins; i++)
        {
            double from = least + i * width, to = i + 1 == bins ? most : from + width;
            double x = plot.X(from), y = plot.Y(counts[i]);
            if (counts[i] > 0)
            {
                string tooltip = string.Create(
                    CultureInfo.InvariantCulture, $"{Markup.Number(from)} to {Markup.Number(to)}: {counts[i]} of {finite.Length}");
                double wide = Math.Max(1.5, plot.X(to) - x - 1);
                plot.Canvas.Rectangle("bar", bins == 1 ? x - 8 : x, y, bins == 1 ? 16 : wide, plot.Baseline - y, tooltip);
            }
        }

        return plot.Canvas;
    }

    private string Describe(double[] finite, double least, double most)
    {
        string range = finite.Length == 0
            ? "No value."
            : $"{finite.Length} values from {Markup.Number(least)} to {Markup.Number(most)}, mean {Markup.Number(finite.Average())}.";
        return range + (finite.Length < _values.Count ? $" {_values.Count - finite.Length} are not finite and left out." : "");
    }
}
