using DeepLearning.Optimizers;

namespace DeepLearning.Training;

/// <summary>Where a run stands: what a checkpoint keeps of the run itself, and what holds for the fit that is under way.</summary>
internal sealed class RunState(Optimizer optimizer)
{
    /// <summary>The epochs that have ended.</summary>
    public int Epoch { get; set; }

    /// <summary>The batches done of the epoch that is running.</summary>
    public int Batch { get; set; }

    /// <summary>The optimizer steps made.</summary>
    public long Steps { get; set; }

    /// <summary>What the epoch that is running is at.</summary>
    public TrainingPhase Phase { get; set; }

    /// <summary>Whether a batch is running: model, optimizer and counts do not belong together meanwhile.</summary>
    public bool InBatch { get; set; }

    /// <summary>What the epoch's batches counted.</summary>
    public Tally Tally { get; } = new();

    /// <summary>The figures of the training batches, when their epoch is being validated.</summary>
    public double[] TrainingFigures { get; set; } = [];

    /// <summary>The batches whose gradients wait for a step.</summary>
    public GradientGroup Gradients { get; } = new(optimizer);

    /// <summary>Where the loaders stand.</summary>
    public LoaderPositions Loaders { get; } = new();

    /// <summary>The generators of a loaded checkpoint, which are set when the next fit begins; null when there are none to set.</summary>
    public GeneratorState[]? Generators { get; set; }

    /// <summary>Whether a checkpoint was loaded since the last fit.</summary>
    public bool IsLoaded { get; set; }

    /// <summary>Whether a fit is under way.</summary>
    public bool IsFitting { get; set; }

    /// <summary>Whether that fit has a validation set.</summary>
    public bool HasValidation { get; set; }

    /// <summary>The epochs that the fit ends with.</summary>
    public int Epochs { get; set; }

    /// <summary>Why the fit was asked to end; null when it was not.</summary>
    public string? StopReason { get; set; }

    /// <summary>Whether an epoch has begun and not ended.</summary>
    public bool IsWithinEpoch => Batch > 0 || Phase == TrainingPhase.Validation;
}
