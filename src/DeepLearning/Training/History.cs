using System.Collections;
using System.Globalization;
using System.Text;

namespace DeepLearning.Training;

/// <summary>The epochs of a run, and their figures as series.</summary>
public sealed class History : IReadOnlyList<EpochRecord>
{
    private readonly List<EpochRecord> _epochs = [];

    /// <summary>Whether greater values of a figure are better; null when nobody said.</summary>
    internal Func<string, bool?>? Direction { get; init; }

    /// <summary>The number of epochs.</summary>
    public int Count => _epochs.Count;

    /// <summary>The names of all figures, in the order of their first appearance.</summary>
    public IReadOnlyList<string> Names => [.. _epochs.SelectMany(static e => e.Values.Keys).Distinct()];

    /// <summary>An epoch by its position, from 0.</summary>
    /// <param name="index">The position.</param>
    public EpochRecord this[int index] => _epochs[index];

    /// <summary>A figure over the epochs; NaN where an epoch does not have it.</summary>
    /// <param name="name">The name, such as <c>val_loss</c>.</param>
    /// <exception cref="KeyNotFoundException">No epoch has a figure of this name; the message lists those there are.</exception>
    public IReadOnlyList<double> this[string name]
    {
        get
        {
            if (!_epochs.Exists(e => e.Values.ContainsKey(name)))
            {
                throw new KeyNotFoundException(
                    $"History: there is no figure {name}; there are: "
                        + $"{(_epochs.Count == 0 ? "none, no epoch ended yet" : string.Join(", ", Names))}.");
            }

            return [.. _epochs.Select(e => e[name])];
        }
    }

    /// <summary>The epoch whose figure is best; the first of equals.</summary>
    /// <param name="name">The name of the figure.</param>
    /// <param name="higherIsBetter">
    /// Whether the greatest is wanted rather than the least; null asks the metric (a loss should be small).
    /// </param>
    /// <exception cref="KeyNotFoundException">No epoch has a figure of this name.</exception>
    /// <exception cref="InvalidOperationException">The metric does not say what is better
    /// (<see cref="Metric.HigherIsBetter"/>).</exception>
    public EpochRecord Best(string name, bool? higherIsBetter = null)
    {
        IReadOnlyList<double> values = this[name];
        bool higher = higherIsBetter ?? Direction?.Invoke(name) ?? throw NoDirection(name);
        IEnumerable<EpochRecord> known = _epochs.Where((_, i) => !double.IsNaN(values[i]));
        return (higher ? known.MaxBy(e => e[name]) : known.MinBy(e => e[name])) ?? _epochs[0];
    }

    /// <summary>The epochs in order.</summary>
    public IEnumerator<EpochRecord> GetEnumerator() => _epochs.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>The figures as comma-separated values: a header, and a line per epoch, with all digits.</summary>
    public string ToCsv()
    {
        StringBuilder text = new();
        IReadOnlyList<string> names = Names;
        text.AppendJoin(',', ["epoch", .. names.Select(Quote), "learning_rate", "samples", "seconds", "waiting_seconds"]).Append('\n');
        foreach (EpochRecord epoch in _epochs)
        {
            IEnumerable<double> numbers = [.. names.Select(name => epoch[name]), epoch.LearningRate, epoch.Samples,
                epoch.Duration.TotalSeconds, epoch.Waiting.TotalSeconds];
            text.Append(CultureInfo.InvariantCulture, $"{epoch.Epoch},")
                .AppendJoin(',', numbers.Select(static n => n.ToString("R", CultureInfo.InvariantCulture))).Append('\n');
        }

        return text.ToString();
    }

    /// <summary>The figures as a table, a line per epoch.</summary>
    public override string ToString()
    {
        StringBuilder text = new();
        IReadOnlyList<string> names = Names;
        int[] widths = [.. names.Select(static n => Math.Max(n.Length, 10) + 2)];
        text.Append("epoch");
        for (int i = 0; i < names.Count; i++)
        {
            text.Append(names[i].PadLeft(widths[i]));
        }

        text.Append("  learning rate   seconds");
        foreach (EpochRecord epoch in _epochs)
        {
            text.AppendLine().Append(epoch.Epoch.ToString(CultureInfo.InvariantCulture).PadLeft(5));
            for (int i = 0; i < names.Count; i++)
            {
                text.Append(FigureFormat.Number(epoch[names[i]]).PadLeft(widths[i]));
            }

            text.Append(FigureFormat.Number(epoch.LearningRate).PadLeft(15))
                .Append(epoch.Duration.TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture).PadLeft(10));
        }

        return text.ToString();
    }

    internal static InvalidOperationException NoDirection(string figure) => new(
        $"Nobody said whether greater or smaller values of {figure} are better: override {nameof(Metric.HigherIsBetter)} in its "
        + "metric, or say it here (higherIsBetter: true or false).");

    internal void Add(EpochRecord epoch) => _epochs.Add(epoch);

    internal void Replace(IEnumerable<EpochRecord> epochs)
    {
        EpochRecord[] given = [.. epochs];
        _epochs.Clear();
        _epochs.AddRange(given);
    }

    private static string Quote(string name) => name.AsSpan().ContainsAny(",\"\n\r")
        ? $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : name;
}
