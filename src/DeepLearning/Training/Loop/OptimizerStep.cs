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

    private void Make()
    {
        if (!run.State.Gradients.End(run.GradientExchange))
        {
            return;
        }

        if (run.MaxGradientNorm is { } norm)
        {
            Gradients.ClipNorm(run.Optimizer.ParameterGroups.SelectMany(static group => group.Parameters), norm);
        }

        run.CallbackList.GradientsReady();
        run.Optimizer.Step();
        run.State.Steps++;
        if (run.ScheduleUnit == ScheduleUnit.Step)
        {
            Scheduler?.Step();
        }
    }
}
