using System.Diagnostics;
using DeepLearning.Data;
using DeepLearning.Layers;

namespace DeepLearning.Training;

/// <summary>One fit: goes over the training batches and validates, epoch by epoch, and moves the run's state on.</summary>
internal sealed class TrainingLoop<TBatch>(
    TrainingRun run, BatchRunner<TBatch> runner, IDataLoader<TBatch> training, IDataLoader<TBatch>? validation,
    IProgress<TrainingProgress>? progress, CancellationToken cancellation)
{
    private readonly RunState _state = run.State;
    private readonly ProgressReporter _reporter =
        new(run, run.Notices.Open(progress), training.Count, validation?.Count ?? 0);

    private readonly RecordCheck _record = new(run);

    /// <summary>Trains until the run has so many epochs.</summary>
    public void Run(int epochs)
    {
        run.Step.Check();
        ModuleModes modes = new(run.Model);
        TrainingOutcome outcome = TrainingOutcome.Failed;
        (_state.HasValidation, _state.Epochs, _state.StopReason) = (validation is not null, epochs, null);
        _ = run.Step.Scheduler;
        bool isResumed = _state.IsLoaded;
        TakePosition();
        KeepPosition();
        _state.IsFitting = true;
        try
        {
            run.CheckpointFile.Prepare();
            run.CallbackList.FitStarted();
            run.Notices.TellNothingToDo(isResumed);
            if (ScheduleEnd.Warning(run, training.Count) is { } warning)
            {
                run.Notices.Warn(warning);
            }

            while (_state.Epoch < epochs && _state.StopReason is null && RunEpoch())
            {
            }

            outcome = _state.StopReason is null ? TrainingOutcome.Completed : TrainingOutcome.Stopped;
            run.Notices.TellStop();
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            outcome = TrainingOutcome.Canceled;
            throw new OperationCanceledException(run.CheckpointFile.SaveOnExit(), cancellation);
        }
        finally
        {
            _state.IsFitting = false;
            _state.Tally.Stop();
            modes.Dispose();
            run.CallbackList.FitEnded(outcome);
        }
    }

    /// <summary>One epoch, or the rest of it. False when the run is to end before the epoch has.</summary>
    private bool RunEpoch()
    {
        run.Model.Train();
        if (_state.Phase == TrainingPhase.Training)
        {
            if (_state.Batch == 0)
            {
                _state.Tally.Clear();
                run.Figures.Reset();
            }

            run.CallbackList.EpochStarted();
            _state.Tally.Start();
            _reporter.Begin();
            if (!TrainBatches())
            {
                return false;
            }

            run.Step.EndEpoch();
            _state.TrainingFigures = run.Figures.Values();
            _state.Phase = TrainingPhase.Validation;
        }

        _state.Tally.Start();
        EpochRecord record;

        // The callbacks see the weights that the figures of the validation are of.
        using (validation is null ? null : run.Optimizer.EvaluationWeights())
        {
            double[]? figures = validation is null ? null : runner.Evaluate(validation, _reporter, cancellation);
            _state.Tally.Stop();
            record = EndEpoch(figures);
            run.CallbackList.EpochEnded(record);
        }

        KeepPosition();
        run.CheckpointFile.SaveAfterEpoch();
        _reporter.EpochEnded(record);
        if (_state.Epoch < _state.Epochs && _state.StopReason is null)
        {
            cancellation.ThrowIfCancellationRequested();
        }

        return true;
    }

    private EpochRecord EndEpoch(double[]? figures)
    {
        (_state.Epoch, _state.Batch, _state.Phase) = (_state.Epoch + 1, 0, TrainingPhase.Training);
        Tally tally = _state.Tally;
        EpochRecord record = new(
            _state.Epoch, run.Figures.Named(_state.TrainingFigures, figures), run.Optimizer.LearningRate, tally.TrainingSamples,
            tally.Elapsed, tally.Waiting);
        run.History.Add(record);
        if (run.ScheduleUnit == ScheduleUnit.Epoch)
        {
            run.Step.Scheduler?.Step();
        }

        return record;
    }

    private bool TrainBatches()
    {
        DataLoaderState start = training.State;
        try
        {
            return TrainBatches(start);
        }
        finally
        {
            // Nothing was learned from this epoch: it is the loader's next one again, for this fit's successor or for another use.
            if (_state.Batch == 0)
            {
                training.State = start;
            }
        }
    }

    private bool TrainBatches(DataLoaderState start)
    {
        int first = _state.Batch;
        using IEnumerator<TBatch> batches = training.Batches(cancellation).GetEnumerator();
        while (true)
        {
            // Kept before the batch that a cancellation or a crash would interrupt, and counted here: the loader's own state is that of
            // another enumeration when a callback goes over it, too.
            KeepPosition(start with { Batch = start.Batch + _state.Batch - first });
            long before = Stopwatch.GetTimestamp();
            bool more = batches.MoveNext();
            _state.Tally.Wait(Stopwatch.GetElapsedTime(before));
            if (!more)
            {
                KeepPosition();
                return true;
            }

            _state.InBatch = true;
            double loss = TrainBatch(batches.Current);
            _state.Batch++;
            _state.InBatch = false;
            KeepPosition(start with { Batch = start.Batch + _state.Batch - first });
            run.CallbackList.BatchEnded(loss);
            run.CheckpointFile.SaveAfterBatch();
            _reporter.BatchEnded(TrainingPhase.Training, _state.Batch);
            cancellation.ThrowIfCancellationRequested();
            if (_state.StopReason is not null)
            {
                run.CheckpointFile.SaveOnExit();
                return false;
            }
        }
    }

    private double TrainBatch(TBatch batch)
    {
        using TensorScope scope = run.UseTensorScope ? new TensorScope() : default;
        GradientGroup gradients = _state.Gradients;
        if (gradients.Batches == 0)
        {
            run.Optimizer.ZeroGrad();
            gradients.Start();
        }

        long made = Parameter.Made;
        BatchResult result = runner.Compute(batch);
        if (result is { Unread: null, CountsSomething: true } && !double.IsFinite(result.Loss) && !run.AllowNonFiniteLoss)
        {
            throw new NonFiniteLossException(result.Loss, _state.Epoch + 1, _state.Batch + 1);
        }

        // Before the step: a metric that does not fit the model's outputs is told while nothing has changed.
        run.Figures.Count(result, training: true);
        if (result.CountsSomething)
        {
            Tensor loss = result.Output.Loss;
            _record.Check(loss, made);
            if (run.Optimizer.NeedsClosure)
            {
                bool isFirst = true;
                run.Step.MakeByClosure(() =>
                {
                    Tensor now = isFirst ? loss : runner.Compute(batch).Output.Loss;
                    isFirst = false;
                    return now;
                });
                return result.Loss;
            }

            // A step of one batch is not weighed: what the loss counted need not be known.
            double weight = gradients.Weigh(result.Unread is null ? result.Counted : 1, result.IsSum);
            loss = weight == 1 ? loss : loss * weight;
            (run.GradScaler?.Scale(loss) ?? loss).Backward();
        }

        run.Step.EndBatch();
        if (result.Unread is not null)
        {
            return run.Figures.Unread.Newest;
        }

        return result.CountsSomething ? result.Loss : double.NaN;
    }

    private void KeepPosition(DataLoaderState? state = null) => _state.Loaders.Keep(training, validation, state);

    /// <summary>Sets the loaders, and after a checkpoint the generators, to where the run stands.</summary>
    private void TakePosition()
    {
        if (_state.IsLoaded || _state.IsWithinEpoch)
        {
            _state.Loaders.SetBack(training, validation);
        }

        if (_state.Generators is { } states)
        {
            Generator.Default.State = states[0];
            for (int g = 0; g < run.Generators.Count; g++)
            {
                run.Generators[g].State = states[g + 1];
            }
        }

        (_state.Generators, _state.IsLoaded) = (null, false);
    }
}
