namespace DeepLearning.Training;

/// <summary>
/// Something that happens along a training: derive from it, override what is wanted, and add it to <see cref="TrainingRun.Callbacks"/>. All
/// methods run on the training's thread, between batches.
/// </summary>
public abstract class TrainingCallback
{
    /// <summary>The name of the callback's type.</summary>
    public override string ToString() => GetType().Name;

    /// <summary>A training or a part of it begins.</summary>
    /// <param name="run">The run. <see cref="TrainingRun.Stop"/> ends it before the first batch.</param>
    public virtual void FitStarted(TrainingRun run)
    {
    }

    /// <summary>An epoch begins, or goes on after a resume.</summary>
    /// <param name="run">The run.</param>
    public virtual void EpochStarted(TrainingRun run)
    {
    }

    /// <summary>Gradients are there and clipped; the optimizer is about to use them.</summary>
    /// <param name="run">The run.</param>
    public virtual void GradientsReady(TrainingRun run)
    {
    }

    /// <summary>A training batch has ended.</summary>
    /// <param name="run">The run.</param>
    /// <param name="loss">The batch's loss; NaN for a batch in which no target counts.</param>
    public virtual void BatchEnded(TrainingRun run, double loss)
    {
    }

    /// <summary>An epoch with its validation has ended. Its record is the last of <see cref="TrainingRun.History"/>.</summary>
    /// <param name="run">The run. <see cref="TrainingRun.Stop"/> makes this epoch the last.</param>
    /// <param name="record">The epoch.</param>
    public virtual void EpochEnded(TrainingRun run, EpochRecord record)
    {
    }

    /// <summary>A checkpoint has been written.</summary>
    /// <param name="run">The run.</param>
    /// <param name="path">The file.</param>
    public virtual void CheckpointSaved(TrainingRun run, string path)
    {
    }

    /// <summary>The training has ended, one way or another.</summary>
    /// <param name="run">The run.</param>
    /// <param name="outcome">How it ended.</param>
    public virtual void FitEnded(TrainingRun run, TrainingOutcome outcome)
    {
    }

    /// <summary>A fit found something that is allowed but hardly meant (<see cref="TrainingRun.Warnings"/>).</summary>
    /// <param name="run">The run.</param>
    /// <param name="message">What, and what to do about it.</param>
    public virtual void Warned(TrainingRun run, string message)
    {
    }

    /// <summary>What a checkpoint keeps of this callback; nothing by default.</summary>
    public virtual OrderedDictionary<string, Tensor> StateDict() => [];

    /// <summary>Takes over what <see cref="StateDict"/> gave.</summary>
    /// <param name="state">The dictionary; empty when the checkpoint's run had no such callback.</param>
    /// <exception cref="ArgumentException">It does not fit; nothing was changed.</exception>
    public virtual void LoadStateDict(IReadOnlyDictionary<string, Tensor> state)
    {
    }
}
