using DeepLearning.Optimizers;
using DeepLearning.Schedules;

namespace DeepLearning.Training;

/// <summary>What happens between a batch's gradients and the changed parameters: exchange, clipping, the step, the learning rate.</summary>
internal sealed class OptimizerStep(TrainingRun run)
{
    private LearningRateScheduler? _scheduler;

    /// <summary>What sets the learning rate; null without a schedule. Made when it is first asked for, which takes over the rate.</summary>
    public LearningRateScheduler? Scheduler =>
        run.Schedule is null ? null : _scheduler ??= new LearningRateScheduler(run.Optimizer, run.Schedule);

    /// <summary>Counts a training batch whose gradients have been added; makes a step when it is the last of its group.</summary>
    public void EndBatch()
    {
        run.State.Gradients.Batches++;
        if (run.State.Gradients.Batches == run.AccumulateBatches)
        {
            Make();
        }
    }

    /// <summary>Makes the step of an epoch's last batches, if any wait for it.</summary>
    public void EndEpoch()
    {
        if (run.State.Gradients.Batches > 0)
        {
            Make();
        }
    }

    /// <summary>Refuses what a step that computes the loss several times cannot be made with.</summary>
    public void Check()
    {
        if (!run.Optimizer.NeedsClosure)
        {
            return;
        }

        string? other = run.AccumulateBatches > 1 ? nameof(run.AccumulateBatches)
            : run.GradientExchange is not null ? nameof(run.GradientExchange)
            : run.MaxGradientNorm is not null ? nameof(run.MaxGradientNorm)
            : run.GradScaler is not null ? nameof(run.GradScaler)
            : null;
        if (other is not null)
        {
            throw new InvalidOperationException(
                $"Trainer: {run.Optimizer.GetType().Name} computes the loss and the gradients of a batch several times in a step, which "
                + $"does not go with {other}; leave it out, or use another optimizer.");
        }
    }

    /// <summary>Makes a step of an optimizer that computes the loss of the batch as often as it needs.</summary>
    /// <param name="loss">Computes the loss.</param>
    public void MakeByClosure(Func<Tensor> loss)
    {
        run.Optimizer.Step(() =>
        {
            run.Optimizer.ZeroGrad();
            Tensor now = loss();
            now.Backward();
            run.CallbackList.GradientsReady();
            return now;
        });
        run.State.Gradients.Start();
        Count();
    }

    private void Make()
    {
        if (!run.State.Gradients.End(run.GradientExchange))
        {
            return;
        }

        run.GradScaler?.Unscale(run.Optimizer);
        if (run.GradScaler is { FoundNonFinite: true })
        {
            // Too large a scale: there is no gradient to clip, to tell of or to learn from.
            run.GradScaler.Update();
            return;
        }

        if (run.MaxGradientNorm is { } norm)
        {
            Gradients.ClipNorm(run.Optimizer.ParameterGroups.SelectMany(static group => group.Parameters), norm);
        }

        run.CallbackList.GradientsReady();
        if (run.GradScaler is { } scaler)
        {
            scaler.Step(run.Optimizer);
            scaler.Update();
        }
        else
        {
            run.Optimizer.Step();
        }

        Count();
    }

    private void Count()
    {
        run.State.Steps++;
        if (run.ScheduleUnit == ScheduleUnit.Step)
        {
            Scheduler?.Step();
        }
    }
}
