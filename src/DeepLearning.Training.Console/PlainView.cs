using System.Diagnostics;
using System.Globalization;

namespace DeepLearning.Training.Terminal;

/// <summary>Plain lines for files, pipes and logs: one per epoch, and now and then one within a long epoch.</summary>
internal sealed class PlainView(TrainingRun run, TextWriter output, ConsoleOptions options) : TrainingView(options)
{
    private readonly ConsoleOptions _options = options;
    private readonly BestFigures _best = new(run);
    private readonly Lock _lock = new();
    private long _lastLine = Stopwatch.GetTimestamp();

    public override void Report(TrainingProgress progress)
    {
        if (progress.Record is { } record)
        {
            IReadOnlySet<string> better = _best.Add(record);
            if (ShowsEpoch(progress))
            {
                WriteLine(Epoch(progress, record, better));
            }
        }
        else if (Stopwatch.GetElapsedTime(_lastLine) >= _options.PlainInterval)
        {
            WriteLine(Within(progress));
        }
    }

    public override void WriteLine(string text)
    {
        lock (_lock)
        {
            output.WriteLine(text);
            output.Flush();
            _lastLine = Stopwatch.GetTimestamp();
        }
    }

    public override void Dispose()
    {
    }

    private static string Epoch(TrainingProgress progress, EpochRecord record, IReadOnlySet<string> better)
    {
        IEnumerable<string> figures =
            record.Values.Select(v => $"{v.Key} {TextFormat.Figure(v.Value)}{(better.Contains(v.Key) ? "*" : "")}");
        double seconds = record.Duration.TotalSeconds;
        return string.Create(CultureInfo.InvariantCulture, $"epoch {record.Epoch}/{progress.Epochs}: {string.Join(", ", figures)}, ")
            + $"lr {TextFormat.Rate(record.LearningRate)}, {TextFormat.Speed(seconds > 0 ? record.Samples / seconds : 0)} samples/s, "
            + $"{TextFormat.Duration(record.Duration)}{Left(progress)}";
    }

    private static string Within(TrainingProgress progress)
    {
        bool training = progress.Phase == TrainingPhase.Training;
        IEnumerable<string> figures =
            progress.Values.Select(v => $"{(training ? v.Key : FigureName.OfValidation(v.Key))} {TextFormat.Figure(v.Value)}");
        return string.Create(CultureInfo.InvariantCulture,
            $"epoch {progress.Epoch}/{progress.Epochs}, {(training ? "batch" : "validation")} {progress.Batch}/{progress.Batches}: ")
            + $"{string.Join(", ", figures)}, {TextFormat.Speed(progress.SamplesPerSecond)} samples/s{Left(progress)}";
    }

    private static string Left(TrainingProgress progress) =>
        progress.Remaining is { } left && left >= TimeSpan.FromSeconds(1) ? $", {TextFormat.Clock(left)} left" : "";
}
