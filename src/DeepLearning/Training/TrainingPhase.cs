namespace DeepLearning.Training;

/// <summary>What a run is doing.</summary>
public enum TrainingPhase
{
    /// <summary>Going over the training batches.</summary>
    Training,

    /// <summary>Going over the validation batches.</summary>
    Validation,

    /// <summary>The epoch has ended; its record is there.</summary>
    EpochEnd,
}
