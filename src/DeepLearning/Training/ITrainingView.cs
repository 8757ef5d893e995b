namespace DeepLearning.Training;

/// <summary>A view of a training that also shows lines of text: warnings, and why a training was stopped.</summary>
public interface ITrainingView : IProgress<TrainingProgress>
{
    /// <summary>Shows a line of text.</summary>
    /// <param name="text">The text.</param>
    void WriteLine(string text);
}
