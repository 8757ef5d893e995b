using System.Diagnostics;

namespace DeepLearning.Training;

/// <summary>Tells a fit's progress.</summary>
internal sealed class ProgressReporter(TrainingRun run, IProgress<TrainingProgress>? progress, int batches, int validationBatches)
{
    private readonly long _start = Stopwatch.GetTimestamp();
    private long _phaseStart, _samplesBefore, _done;

    /// <summary>A phase begins or goes on.</summary>
    public void Begin() => (_phaseStart, _samplesBefore) = (Stopwatch.GetTimestamp(), run.State.Tally.Samples);

    public void BatchEnded(TrainingPhase phase, int batch)
    {
        _done++;
        if (progress is null or PlainProgress { IsDue: false })
        {
            return;
        }

        bool training = phase == TrainingPhase.Training;
        progress.Report(Progress(run.Figures.Named(run.Figures.Values()), run.Epoch + 1, batch) with
        {
            Phase = phase,
            Batches = training ? batches : validationBatches,
        });
    }

    public void EpochEnded(EpochRecord record) =>
        progress?.Report(Progress(record.Values, record.Epoch, batches) with { Record = record });

    private TrainingProgress Progress(IReadOnlyDictionary<string, double> values, int epoch, int batch)
    {
        double seconds = Stopwatch.GetElapsedTime(_phaseStart).TotalSeconds;
        TimeSpan elapsed = Stopwatch.GetElapsedTime(_start);

        // A validation batch counts like a training batch: the estimate mends itself after the first epoch.
        long left = ((long)(run.Epochs - run.Epoch) * (batches + validationBatches)) - run.Batch
            - (run.State.Phase == TrainingPhase.Validation ? batch : 0);
        return new TrainingProgress
        {
            Phase = TrainingPhase.EpochEnd,
            Epoch = epoch,
            Epochs = run.Epochs,
            Batch = batch,
            Batches = batches,
            Values = values,
            LearningRate = run.Optimizer.LearningRate,
            SamplesPerSecond = seconds > 0 ? (run.State.Tally.Samples - _samplesBefore) / seconds : 0,
            Elapsed = elapsed,
            Remaining = _done == 0 ? null : elapsed * ((double)Math.Max(0, left) / _done),
        };
    }
}
