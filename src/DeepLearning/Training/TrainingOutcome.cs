namespace DeepLearning.Training;

/// <summary>How a training ended.</summary>
public enum TrainingOutcome
{
    /// <summary>All epochs are done.</summary>
    Completed,

    /// <summary>Somebody called <see cref="TrainingRun.Stop"/>, such as <see cref="EarlyStopping"/>.</summary>
    Stopped,

    /// <summary>The cancellation token was canceled.</summary>
    Canceled,

    /// <summary>An exception ended it.</summary>
    Failed,
}
