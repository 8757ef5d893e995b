using Microsoft.Extensions.Logging;

namespace DeepLearning.Training.Logging;

/// <summary>The messages of <see cref="LoggingCallback"/>; their ids and names are documented there and do not change.</summary>
internal static partial class TrainingLog
{
    [LoggerMessage(1, LogLevel.Information, "Training {Model} ({Parameters} parameters) with {Optimizer} for {Epochs} epochs")]
    public static partial void TrainingStarted(ILogger logger, string model, long parameters, string optimizer, int epochs);

    [LoggerMessage(2, LogLevel.Information,
        "Going on with {Model} ({Parameters} parameters) and {Optimizer} to {Epochs} epochs, after epoch {Epoch} and {Batch} batches")]
    public static partial void TrainingResumed(
        ILogger logger, string model, long parameters, string optimizer, int epochs, int epoch, int batch);

    [LoggerMessage(3, LogLevel.Information,
        "Epoch {Epoch}/{Epochs}: {Figures}; learning rate {LearningRate}, {Samples} samples in {Seconds:0.000} s, "
        + "{WaitingSeconds:0.000} s waiting")]
    public static partial void EpochEnded(
        ILogger logger, int epoch, int epochs, string figures, double learningRate, long samples, double seconds, double waitingSeconds);

    [LoggerMessage(4, LogLevel.Information, "Best {Figure} so far: {Value} in epoch {Epoch} {Path}")]
    public static partial void BestModelFound(ILogger logger, string figure, double value, int epoch, string path);

    [LoggerMessage(EventId = 5, Message = "Checkpoint {Path} after epoch {Epoch} and {Batch} batches")]
    public static partial void CheckpointSaved(ILogger logger, LogLevel level, string path, int epoch, int batch);

    [LoggerMessage(EventId = 6, Message = "Training {Outcome} after epoch {Epoch} and {Steps} steps {Reason}")]
    public static partial void TrainingEnded(ILogger logger, LogLevel level, TrainingOutcome outcome, int epoch, long steps, string reason);

    [LoggerMessage(EventId = 7, Message = "Epoch {Epoch}, batch {Batch}, step {Step}: loss {Loss}, learning rate {LearningRate}")]
    public static partial void BatchEnded(
        ILogger logger, LogLevel level, int epoch, int batch, long step, double loss, double learningRate);

    [LoggerMessage(8, LogLevel.Warning, "{Message}")]
    public static partial void TrainingWarned(ILogger logger, string message);
}
