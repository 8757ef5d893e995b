using System.Runtime.ExceptionServices;

namespace DeepLearning.Training;

/// <summary>Tells a run's callbacks what happens, in order.</summary>
internal sealed class CallbackList(TrainingRun run)
{
    public void FitStarted()
    {
        foreach (TrainingCallback callback in run.Callbacks)
        {
            callback.FitStarted(run);
        }
    }

    public void EpochStarted()
    {
        foreach (TrainingCallback callback in run.Callbacks)
        {
            callback.EpochStarted(run);
        }
    }

    public void GradientsReady()
    {
        foreach (TrainingCallback callback in run.Callbacks)
        {
            callback.GradientsReady(run);
        }
    }

    public void BatchEnded(double loss)
    {
        foreach (TrainingCallback callback in run.Callbacks)
        {
            callback.BatchEnded(run, loss);
        }
    }

    public void EpochEnded(EpochRecord record)
    {
        foreach (TrainingCallback callback in run.Callbacks)
        {
            callback.EpochEnded(run, record);
        }
    }

    public void CheckpointSaved(string path)
    {
        foreach (TrainingCallback callback in run.Callbacks)
        {
            callback.CheckpointSaved(run, path);
        }
    }

    public void Warned(string message)
    {
        foreach (TrainingCallback callback in run.Callbacks)
        {
            callback.Warned(run, message);
        }
    }

    /// <summary>Tells every callback, whatever one of them throws.</summary>
    public void FitEnded(TrainingOutcome outcome)
    {
        Exception? failure = null;
        foreach (TrainingCallback callback in run.Callbacks)
        {
            try
            {
                callback.FitEnded(run, outcome);
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

    /// <summary>The callbacks with the names of their sections in a checkpoint.</summary>
    public IEnumerable<(string Name, TrainingCallback Callback)> Named() => run.Callbacks
        .GroupBy(static callback => callback.GetType().Name)
        .SelectMany(static same => same.Select((callback, i) =>
            (FormattableString.Invariant($"callbacks.{same.Key}{(i == 0 ? "" : $"_{i}")}"), callback)));
}
