using System.Globalization;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace DeepLearning.Training.Terminal;

/// <summary>The lines of the ended epochs, in columns that fit the width: what is least needed is left out where it is narrow.</summary>
internal sealed class EpochTable(TrainingRun run)
{
    private const string Gap = "  ", Mark = "*";
    private const int LeastFigureWidth = 8, TimeWidth = 8;

    private static readonly Style Head = new(decoration: Decoration.Dim), Good = new(Color.Green, decoration: Decoration.Bold);

    private readonly BestFigures _best = new(run);
    private int _width = -1;
    private string[] _names = [];
    private List<Column> _columns = [];

    /// <summary>Takes an epoch into account that is not shown.</summary>
    public IReadOnlySet<string> Note(EpochRecord record) => _best.Add(record);

    /// <summary>The lines for an epoch: its own, and before it a heading where the columns are new.</summary>
    public IEnumerable<IReadOnlyList<Segment>> Lines(EpochRecord record, int epochs, IReadOnlySet<string> better, int width)
    {
        if (width != _width || !record.Values.Keys.SequenceEqual(_names))
        {
            (_width, _names) = (width, [.. record.Values.Keys]);
            _columns = Fit(record, epochs, width);
            yield return [.. _columns.Select((c, i) => new Segment((i > 0 ? Gap : "") + c.Pad(c.Title, marked: false), Head))];
        }

        yield return
        [
            .. _columns.Select((c, i) => new Segment(
                (i > 0 ? Gap : "") + c.Pad(c.Text(record), better.Contains(c.Title)), better.Contains(c.Title) ? Good : Style.Plain)),
        ];
    }

    private static List<Column> Fit(EpochRecord record, int epochs, int width)
    {
        string total = epochs.ToString(CultureInfo.InvariantCulture);
        List<Column> columns =
        [
            new("epoch", Math.Max("epoch".Length, (2 * total.Length) + 1), 0, false,
                r => $"{r.Epoch.ToString(CultureInfo.InvariantCulture)}/{total}"),
        ];
        int order = 2;
        foreach (string name in record.Values.Keys)
        {
            bool followed = BestFigures.Follows(name, record.Values);
            bool isLoss = name is FigureName.Loss or FigureName.ValidationLoss;

            // The figures that are followed stay longest, among them the first; the training's own go before the time does.
            int need = followed ? (isLoss ? 1 : order++) : (isLoss ? 200 : 300 + order++);
            columns.Add(new(name, Math.Max(LeastFigureWidth, name.Length), need, followed, r => TextFormat.Figure(r[name])));
        }

        columns.Add(new("lr", LeastFigureWidth, 400, false, static r => TextFormat.Rate(r.LearningRate)));
        columns.Add(new("time", TimeWidth, 100, false, static r => TextFormat.Duration(r.Duration)));
        while (columns.Count > 2 && columns.Sum(static c => c.Width + (c.Marks ? Mark.Length : 0) + Gap.Length) - Gap.Length > width)
        {
            columns.Remove(columns.MaxBy(static c => c.Need)!);
        }

        return columns;
    }

    private sealed record Column(string Title, int Width, int Need, bool Marks, Func<EpochRecord, string> Text)
    {
        public string Pad(string text, bool marked) => text.PadLeft(Width) + (Marks ? (marked ? Mark : " ") : "");
    }
}
