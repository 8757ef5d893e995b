using DeepLearning.Data;
using DeepLearning.Layers;
using DeepLearning.Losses;

namespace DeepLearning.Training;

/// <summary>Runs a run's model on batches.</summary>
internal sealed class BatchRunner<TBatch>(TrainingRun run, Func<TBatch, BatchOutput> compute)
{
    /// <summary>The figures over some batches, in evaluation mode and without recording.</summary>
    public double[] Evaluate(IDataLoader<TBatch> loader, ProgressReporter? reporter, CancellationToken cancellation)
    {
        using IDisposable? weights = run.Optimizer.EvaluationWeights();
        run.Model.Eval();
        run.Figures.Reset();
        using GradMode.Region region = GradMode.NoGrad();
        int done = 0;
        reporter?.Begin();
        foreach (TBatch batch in loader.Batches(cancellation))
        {
            using (run.UseTensorScope ? new TensorScope() : default)
            {
                run.Figures.Count(Compute(batch), training: false);
            }

            reporter?.BatchEnded(TrainingPhase.Validation, ++done);
            cancellation.ThrowIfCancellationRequested();
        }

        return run.Figures.Values();
    }

    /// <summary>Runs the model on a batch.</summary>
    public BatchResult Compute(TBatch batch)
    {
        using LossCounts counts = LossCounts.Collect();
        BatchOutput output;
        using (run.MixedPrecision is { } dtype ? Autocast.Enable(dtype) : default)
        {
            output = compute(batch);
        }

        if (output.Loss is not { Count: 1 })
        {
            throw new ShapeException(
                $"Trainer: the loss must be one number, {(output.Loss is null ? "there is none" : $"it is {output.Loss.Shape}")}; "
                + "take its mean.");
        }

        if (run.Metrics.Count > 0 && (output.Predictions is null || output.Targets is null))
        {
            throw new InvalidOperationException(
                $"Trainer: {run.Metrics[0].Name} needs predictions and targets; give them in the {nameof(BatchOutput)} beside the loss.");
        }

        (LossCount counted, LossReduction reduction) =
            counts.CountOf(output.Loss) ?? (new LossCount(output.SampleCount), run.LossReduction);
        counted = output.Counted is { } given ? new LossCount(given) : counted;
        bool isSum = (output.Reduction ?? reduction) == LossReduction.Sum;
        if (!output.Loss.Backend.DefersChecks)
        {
            return new BatchResult(output, output.Loss.Item<double>(), counted.Number, isSum, counts.IgnoredTarget);
        }

        Tensor pair = UnreadLosses.Pair(output.Loss, counted);
        return run.Figures.Unread.Takes(output.Loss)
            ? new BatchResult(output, double.NaN, double.NaN, isSum, counts.IgnoredTarget, pair)
            : Read(pair.ToArray<double>());

        BatchResult Read(double[] both) => new(output, both[0], both[1], isSum, counts.IgnoredTarget);
    }
}
