using System.Diagnostics;
using System.Runtime.ExceptionServices;
using DeepLearning.Data;
using DeepLearning.Layers;
using DeepLearning.Losses;
using DeepLearning.Optimizers;

namespace DeepLearning.Training;

/// <summary>
/// Trains a model batch by batch: gradients, optimizer and schedule, figures over training and validation, progress, cancellation,
/// checkpoints. For models of one input and one target there is <see cref="Trainer"/>.
/// </summary>
/// <typeparam name="TBatch">What the loader gives.</typeparam>
public class Trainer<TBatch> : TrainingRun
{
    private readonly Func<TBatch, BatchOutput> _compute;

    /// <summary>A trainer of a model.</summary>
    /// <param name="model">The model; it is put into training and evaluation mode as needed.</param>
    /// <param name="optimizer">The optimizer of its parameters.</param>
    /// <param name="compute">Runs the model on a batch and gives the loss, and what metrics look at.</param>
    public Trainer(Module model, Optimizer optimizer, Func<TBatch, BatchOutput> compute) : base(model, optimizer)
    {
        ArgumentNullException.ThrowIfNull(compute);
        _compute = compute;
    }

    /// <summary>
    /// Trains until the run has so many epochs, those before included: called again with the same number it does nothing, and says so;
    /// with a greater one it goes on, and after <see cref="TrainingRun.LoadCheckpoint"/> it goes on exactly where the checkpoint was made.
    /// </summary>
    /// <param name="loader">The training batches.</param>
    /// <param name="epochs">The epochs that the run is to have in the end.</param>
    /// <param name="validation">Batches that are evaluated after each epoch, without training on them; null for none.</param>
    /// <param name="progress">
    /// Is told after each batch, on this thread; null prints lines to the console (<see cref="TrainingRun.PrintProgress"/>).
    /// </param>
    /// <param name="cancellation">Ends the training after the batch that is running; the checkpoint is saved.</param>
    /// <returns>The epochs of the run.</returns>
    /// <exception cref="ArgumentException">
    /// A loader has no batches, two metrics have one name, the optimizer has none of the model's parameters, or the loader is not the one
    /// of the loaded checkpoint.
    /// </exception>
    /// <exception cref="InvalidOperationException">
    /// A fit of this run is under way: a callback called it. Or the model made a layer while it ran, which would never learn.
    /// </exception>
    /// <exception cref="NonFiniteLossException">A loss is NaN or infinite (<see cref="TrainingRun.AllowNonFiniteLoss"/>).</exception>
    /// <exception cref="OperationCanceledException">Cancelled; <see cref="TrainingRun.History"/> has the epochs that ended.</exception>
    public History Fit(
        IDataLoader<TBatch> loader, int epochs, IDataLoader<TBatch>? validation = null, IProgress<TrainingProgress>? progress = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(loader);
        ArgumentOutOfRangeException.ThrowIfNegative(epochs);
        CheckBatches(loader, "training");
        if (validation is not null)
        {
            CheckBatches(validation, "validation");
        }

        CheckIdle(nameof(Fit));
        CheckMetrics();
        CheckOptimizer();
        bool wasTraining = Model.Training;
        TrainingOutcome outcome = TrainingOutcome.Failed;
        HasValidation = validation is not null;
        Epochs = epochs;
        StopReason = null;
        _ = Scheduler;
        bool isResumed = IsLoaded;
        TakePosition(loader, validation);
        KeepPosition(loader, validation);
        Reporter reporter = new(this, OpenView(progress), loader.Count, validation?.Count ?? 0);
        IsFitting = true;
        try
        {
            PrepareCheckpoints();
            Notify(static (callback, run) => callback.FitStarted(run));
            WarnOfNothingToDo(epochs, isResumed);
            WarnOfSchedule(loader);
            while (Epoch < epochs && StopReason is null && RunEpoch(loader, validation, reporter, cancellation))
            {
            }

            outcome = StopReason is null ? TrainingOutcome.Completed : TrainingOutcome.Stopped;
            TellStop();
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            outcome = TrainingOutcome.Canceled;
            throw new OperationCanceledException(SaveOnExit(), cancellation);
        }
        finally
        {
            IsFitting = false;
            Tally.Stop();
            Model.Train(wasTraining);
            EndFit(outcome);
        }

        return History;
    }

    /// <summary>The mean loss and the metrics over some batches, in evaluation mode and without recording.</summary>
    /// <param name="loader">The batches.</param>
    /// <param name="cancellation">Ends it after the batch that is running.</param>
    /// <returns>The figures by name: <c>loss</c> and the metrics.</returns>
    /// <exception cref="ArgumentException">There are no batches, or two metrics have one name.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public IReadOnlyDictionary<string, double> Evaluate(IDataLoader<TBatch> loader, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(loader);
        CheckBatches(loader, "evaluation");
        CheckMetrics();

        // A callback may ask in the middle of an epoch, whose own counts must not be lost.
        double[] tally = Tally.State;
        Tensor[] counted = [.. Metrics.Select(static metric => metric.State)];
        bool wasTraining = Model.Training;
        try
        {
            return Named(EvaluateBatches(loader, null, cancellation));
        }
        finally
        {
            Model.Train(wasTraining);
            Tally.State = tally;
            for (int m = 0; m < counted.Length; m++)
            {
                Metrics[m].State = counted[m];
            }
        }
    }

    private static void CheckBatches(IDataLoader<TBatch> loader, string kind)
    {
        if (loader.Count == 0)
        {
            throw new ArgumentException(
                $"Trainer: the {kind} loader has no batches; its data set is empty, or smaller than a batch while the last one is dropped.",
                nameof(loader));
        }
    }

    /// <summary>One epoch, or the rest of it. False when the run is to end before the epoch has.</summary>
    private bool RunEpoch(
        IDataLoader<TBatch> loader, IDataLoader<TBatch>? validation, Reporter reporter, CancellationToken cancellation)
    {
        Model.Train();
        if (Phase == TrainingPhase.Training)
        {
            if (Batch == 0)
            {
                StartEpoch();
            }

            Notify(static (callback, run) => callback.EpochStarted(run));
            Tally.Start();
            reporter.Begin();
            if (!TrainBatches(loader, validation, reporter, cancellation))
            {
                return false;
            }

            if (Accumulated > 0)
            {
                ApplyStep();
            }

            StartValidation();
        }

        Tally.Start();
        double[]? figures = validation is null ? null : EvaluateBatches(validation, reporter, cancellation);
        Tally.Stop();
        EpochRecord record = EndEpoch(figures);
        foreach (TrainingCallback callback in Callbacks)
        {
            callback.EpochEnded(this, record);
        }

        KeepPosition(loader, validation);
        SaveAfterEpoch();
        reporter.EpochEnded(record);
        if (Epoch < Epochs && StopReason is null)
        {
            cancellation.ThrowIfCancellationRequested();
        }

        return true;
    }

    private bool TrainBatches(
        IDataLoader<TBatch> loader, IDataLoader<TBatch>? validation, Reporter reporter, CancellationToken cancellation)
    {
        DataLoaderState start = loader.State;
        try
        {
            return TrainBatches(loader, start, validation, reporter, cancellation);
        }
        finally
        {
            // Nothing was learned from this epoch: it is the loader's next one again, for this fit's successor or for another use.
            if (Batch == 0)
            {
                loader.State = start;
            }
        }
    }

    private bool TrainBatches(
        IDataLoader<TBatch> loader, DataLoaderState start, IDataLoader<TBatch>? validation, Reporter reporter,
        CancellationToken cancellation)
    {
        int first = Batch;
        using IEnumerator<TBatch> batches = loader.Batches(cancellation).GetEnumerator();
        while (true)
        {
            // Kept before the batch that a cancellation or a crash would interrupt, and counted here: the loader's own state is that of
            // another enumeration when a callback goes over it, too.
            KeepPosition(loader, validation, start with { Batch = start.Batch + Batch - first });
            long before = Stopwatch.GetTimestamp();
            bool more = batches.MoveNext();
            Tally.Wait(Stopwatch.GetElapsedTime(before));
            if (!more)
            {
                KeepPosition(loader, validation);
                return true;
            }

            StartBatch();
            double loss = TrainBatch(batches.Current);
            EndBatch();
            KeepPosition(loader, validation, start with { Batch = start.Batch + Batch - first });
            foreach (TrainingCallback callback in Callbacks)
            {
                callback.BatchEnded(this, loss);
            }

            SaveAfterBatch();
            reporter.BatchEnded(TrainingPhase.Training, Batch);
            cancellation.ThrowIfCancellationRequested();
            if (StopReason is not null)
            {
                SaveOnExit();
                return false;
            }
        }
    }

    private double TrainBatch(TBatch batch)
    {
        using TensorScope scope = UseTensorScope ? new TensorScope() : default;
        if (Accumulated == 0)
        {
            Optimizer.ZeroGrad();
            StartGroup();
        }

        long made = Parameter.Made;
        BatchResult result = Compute(batch);
        if (result.CountsSomething && !double.IsFinite(result.Loss) && !AllowNonFiniteLoss)
        {
            throw new NonFiniteLossException(result.Loss, Epoch + 1, Batch + 1);
        }

        // Before the step: a metric that does not fit the model's outputs is told while nothing has changed.
        Count(result, training: true);
        if (result.CountsSomething)
        {
            Tensor loss = result.Output.Loss;
            CheckRecord(loss, made);
            double weight = WeighInGroup(result.Counted, result.IsSum);
            (weight == 1 ? loss : loss * weight).Backward();
        }

        EndBackward();
        return result.CountsSomething ? result.Loss : double.NaN;
    }

    private double[] EvaluateBatches(IDataLoader<TBatch> loader, Reporter? reporter, CancellationToken cancellation)
    {
        Model.Eval();
        Tally.ClearLosses();
        foreach (Metric metric in Metrics)
        {
            metric.Reset();
        }

        using GradMode.Region region = GradMode.NoGrad();
        int done = 0;
        reporter?.Begin();
        foreach (TBatch batch in loader.Batches(cancellation))
        {
            using (UseTensorScope ? new TensorScope() : default)
            {
                Count(Compute(batch), training: false);
            }

            reporter?.BatchEnded(TrainingPhase.Validation, ++done);
            cancellation.ThrowIfCancellationRequested();
        }

        return Figures();
    }

    private BatchResult Compute(TBatch batch)
    {
        using LossCounts counts = LossCounts.Collect();
        BatchOutput output = _compute(batch);
        if (output.Loss is not { Count: 1 })
        {
            throw new ShapeException(
                $"Trainer: the loss must be one number, {(output.Loss is null ? "there is none" : $"it is {output.Loss.Shape}")}; "
                + "take its mean.");
        }

        if (Metrics.Count > 0 && (output.Predictions is null || output.Targets is null))
        {
            throw new InvalidOperationException(
                $"Trainer: {Metrics[0].Name} needs predictions and targets; give them in the {nameof(BatchOutput)} beside the loss.");
        }

        (double counted, LossReduction reduction) = counts.Of(output.Loss) ?? (output.SampleCount, LossReduction);
        return new BatchResult(
            output, output.Loss.Item<double>(), output.Counted ?? counted,
            (output.Reduction ?? reduction) == LossReduction.Sum, counts.IgnoredTarget);
    }

    private void Count(in BatchResult result, bool training)
    {
        using GradMode.Region region = GradMode.NoGrad();
        foreach (Metric metric in Metrics)
        {
            metric.FollowLoss(result.IgnoredTarget);
            metric.Update(result.Output.Predictions!, result.Output.Targets!);
        }

        Tally.Add(result, training);
    }

    private void Notify(Action<TrainingCallback, TrainingRun> what)
    {
        foreach (TrainingCallback callback in Callbacks)
        {
            what(callback, this);
        }
    }

    /// <summary>Tells every callback, whatever one of them throws.</summary>
    private void EndFit(TrainingOutcome outcome)
    {
        Exception? failure = null;
        foreach (TrainingCallback callback in Callbacks)
        {
            try
            {
                callback.FitEnded(this, outcome);
            }
            catch (Exception e)
            {
                failure ??= e;
            }
        }

        // What ended the training is on its way to the caller already, and is what he needs to know.
        if (failure is not null && outcome is (TrainingOutcome.Completed or TrainingOutcome.Stopped))
        {
            ExceptionDispatchInfo.Throw(failure);
        }
    }
}
