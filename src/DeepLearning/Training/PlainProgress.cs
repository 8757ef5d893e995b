using System.Diagnostics;
using System.Globalization;

namespace DeepLearning.Training;

/// <summary>
/// Plain lines for a training that nobody else shows: one per epoch, and one now and then within a long epoch. Of many short epochs the
/// first ones, some, and the last.
/// </summary>
internal sealed class PlainProgress(TextWriter output) : ITrainingView
{
    private const int AlwaysShown = 30;

    private static readonly TimeSpan _withinEpoch = TimeSpan.FromSeconds(10), _betweenEpochs = TimeSpan.FromSeconds(1);

    private long _lastLine = Stopwatch.GetTimestamp();
    private int _shown;
    private bool _isBroken;

    /// <summary>Whether a report within an epoch would be shown.</summary>
    public bool IsDue => !_isBroken && Stopwatch.GetElapsedTime(_lastLine) >= _withinEpoch;

    public void Report(TrainingProgress value)
    {
        if (value.Record is null)
        {
            if (IsDue)
            {
                WriteLine(value.ToString() + Left(value));
            }
        }
        else if (_shown < AlwaysShown || value.Epoch == value.Epochs || Stopwatch.GetElapsedTime(_lastLine) >= _betweenEpochs)
        {
            _shown++;
            WriteLine(value.ToString() + Left(value));
        }
    }

    /// <summary>Writes a line; an output that does not take any more, such as a closed pipe, is not a reason to end a training.</summary>
    public void WriteLine(string text)
    {
        if (_isBroken)
        {
            return;
        }

        _lastLine = Stopwatch.GetTimestamp();
        try
        {
            output.WriteLine(text);
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            _isBroken = true;
        }
    }

    private static string Left(TrainingProgress value)
    {
        if (value.Remaining is not { TotalSeconds: >= 1 } left)
        {
            return "";
        }

        string format = left.TotalDays >= 1 ? @"d\.hh\:mm\:ss" : left.TotalHours >= 1 ? @"h\:mm\:ss" : @"m\:ss";
        return $"  {left.ToString(format, CultureInfo.InvariantCulture)} left";
    }
}
