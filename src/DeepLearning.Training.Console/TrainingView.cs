using System.Diagnostics;

namespace DeepLearning.Training.Terminal;

/// <summary>A way to show a training.</summary>
internal abstract class TrainingView(ConsoleOptions options) : IDisposable
{
    private const int AlwaysShown = 30;

    private int _shown;
    private long _lastShown;

    /// <summary>Shows where the run stands.</summary>
    public abstract void Report(TrainingProgress progress);

    /// <summary>Writes a line of text that stays.</summary>
    public abstract void WriteLine(string text);

    /// <summary>Leaves the terminal usable, at once and waiting for nothing: the process is about to be ended.</summary>
    public virtual void Abandon()
    {
    }

    /// <summary>Ends the view.</summary>
    public abstract void Dispose();

    /// <summary>Whether the line of an ended epoch is to be shown, or there were too many of late.</summary>
    protected bool ShowsEpoch(TrainingProgress progress)
    {
        if (_shown >= AlwaysShown && progress.Epoch < progress.Epochs && Stopwatch.GetElapsedTime(_lastShown) < options.EpochInterval)
        {
            return false;
        }

        _shown++;
        _lastShown = Stopwatch.GetTimestamp();
        return true;
    }
}
