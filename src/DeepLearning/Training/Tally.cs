using System.Diagnostics;

namespace DeepLearning.Training;

/// <summary>The sums of an epoch.</summary>
internal sealed class Tally
{
    private readonly Stopwatch _watch = new();
    private TimeSpan _before;
    private double _losses;
    private long _samples;

    public double MeanLoss => _samples == 0 ? double.NaN : _losses / _samples;

    /// <summary>The samples counted since <see cref="ClearLosses"/>.</summary>
    public long Samples => _samples;

    public long TrainingSamples { get; private set; }

    public TimeSpan Waiting { get; private set; }

    public TimeSpan Elapsed => _before + _watch.Elapsed;

    /// <summary>The numbers that a checkpoint keeps.</summary>
    public double[] State
    {
        get => [_losses, _samples, TrainingSamples, Waiting.TotalSeconds, Elapsed.TotalSeconds];
        set
        {
            (_losses, _samples, TrainingSamples) = (value[0], (long)value[1], (long)value[2]);
            (Waiting, _before) = (TimeSpan.FromSeconds(value[3]), TimeSpan.FromSeconds(value[4]));

            // An evaluation in the middle of an epoch sets back what it counted while the epoch's time goes on.
            bool isRunning = _watch.IsRunning;
            _watch.Reset();
            if (isRunning)
            {
                _watch.Start();
            }
        }
    }

    /// <summary>Whether a checkpoint's numbers can be a state. The losses may be anything: those of a validation are not checked.</summary>
    public static bool IsState(double[] value) =>
        value[1..3].All(static n => n is >= 0 and < long.MaxValue)
        && value[3..].All(static s => s >= 0 && s < TimeSpan.MaxValue.TotalSeconds);

    public void Clear()
    {
        ClearLosses();
        TrainingSamples = 0;
        (Waiting, _before) = (TimeSpan.Zero, TimeSpan.Zero);
        _watch.Reset();
    }

    public void ClearLosses() => (_losses, _samples) = (0, 0);

    public void Start() => _watch.Start();

    public void Stop() => _watch.Stop();

    public void Wait(TimeSpan time) => Waiting += time;

    public void Add(double loss, int samples, bool training)
    {
        _losses += loss * samples;
        _samples += samples;
        TrainingSamples += training ? samples : 0;
    }
}
