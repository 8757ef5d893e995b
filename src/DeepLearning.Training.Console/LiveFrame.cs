using System.Globalization;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace DeepLearning.Training.Terminal;

/// <summary>The moving lines at the bottom: a bar of the epochs, a bar of the batches, and the figures.</summary>
internal static class LiveFrame
{
    private const int LeastBar = 4, MostBar = 40;
    private const string Gap = "  ";

    private static readonly Style Done = new(Color.Green), Rest = new(decoration: Decoration.Dim), Name = new(decoration: Decoration.Dim);

    /// <summary>The lines, none wider than the width.</summary>
    /// <param name="progress">Where the run stands.</param>
    /// <param name="since">The time since it was told.</param>
    /// <param name="width">The columns there are.</param>
    /// <param name="unicode">Whether the terminal shows more than ASCII.</param>
    public static IReadOnlyList<IReadOnlyList<Segment>> Lines(TrainingProgress progress, TimeSpan since, int width, bool unicode)
    {
        double batches = progress.Batches > 0 ? (double)progress.Batch / progress.Batches : 1;
        double epochs = (progress.Epoch - 1 + (progress.Phase == TrainingPhase.Training ? batches : 1)) / Math.Max(1, progress.Epochs);
        string elapsed = $"{TextFormat.Clock(progress.Elapsed + since)} elapsed";
        string left = progress.Remaining is { } time ? $"{TextFormat.Clock(time - since)} left" : "";
        string speed = TextFormat.Speed(progress.SamplesPerSecond);
        string epochCount = Count("epoch", progress.Epoch, progress.Epochs);
        string batchCount = Count(progress.Phase == TrainingPhase.Validation ? "valid" : "batch", progress.Batch, progress.Batches);
        int label = Math.Max(epochCount.Length, batchCount.Length);
        string[] times = [left.Length > 0 ? $"{elapsed}, {left}" : elapsed, left, ""];
        string[] speeds = progress.SamplesPerSecond > 0 ? [$"{speed} samples/s", $"{speed}/s", ""] : ["", "", ""];

        // Both bars have one length, that of the longest texts which leave them enough.
        int form = 0;
        while (form < 2 && Bar(form) < LeastBar)
        {
            form++;
        }

        int bar = Math.Min(MostBar, Bar(form));
        return
        [
            Line(epochCount.PadRight(label), epochs, times[form], bar, width, unicode),
            Line(batchCount.PadRight(label), batches, speeds[form], bar, width, unicode),
            Figures(progress, width),
        ];

        int Bar(int f)
        {
            int text = Math.Max(times[f].Length, speeds[f].Length);
            return width - label - "  100 %".Length - 1 - (text > 0 ? text + Gap.Length : 0) - (unicode ? 0 : 2);
        }
    }

    private static string Count(string name, int done, int all)
    {
        string total = all.ToString(CultureInfo.InvariantCulture);
        return $"{name} {done.ToString(CultureInfo.InvariantCulture).PadLeft(total.Length)}/{total}";
    }

    private static List<Segment> Line(string label, double share, string text, int bar, int width, bool unicode)
    {
        share = Math.Clamp(share, 0, 1);
        List<Segment> line = [new(label)];
        if (bar >= LeastBar)
        {
            int done = (int)(share * bar);
            line.Add(new(unicode ? " " : " ["));
            line.Add(new(new string(unicode ? '━' : '#', done), Done));
            line.Add(new(new string(unicode ? '─' : '.', bar - done), Rest));
            line.Add(new(unicode ? "" : "]"));
        }

        line.Add(new(string.Create(CultureInfo.InvariantCulture, $"  {(int)(share * 100),3} %")));
        line.Add(new(text.Length > 0 ? Gap + text : ""));
        return Segment.Truncate(line, width);
    }

    /// <summary>The figures so far and the learning rate, as many as fit.</summary>
    private static List<Segment> Figures(TrainingProgress progress, int width)
    {
        bool validates = progress.Phase == TrainingPhase.Validation;
        List<Segment> line = [];
        int used = 0;
        foreach ((string name, string value) in progress.Values
            .Select(v => (validates ? FigureName.OfValidation(v.Key) : v.Key, TextFormat.Figure(v.Value)))
            .Append(("lr", TextFormat.Rate(progress.LearningRate))))
        {
            int length = (used > 0 ? Gap.Length : 0) + name.Length + 1 + value.Length;
            if (used + length > width)
            {
                break;
            }

            line.Add(new((used > 0 ? Gap : "") + name + " ", Name));
            line.Add(new(value));
            used += length;
        }

        return line;
    }
}
