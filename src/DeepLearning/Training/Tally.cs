using System.Diagnostics;

namespace DeepLearning.Training;

/// <summary>The sums of an epoch.</summary>
internal sealed class Tally
{
    private readonly Stopwatch _watch = new();
    private TimeSpan _before;
    private double _losses, _counted;
    private long _samples;

    /// <summary>The loss of everything counted as one batch; NaN when nothing was.</summary>
    public double MeanLoss => _counted == 0 ? double.NaN : _losses / _counted;

    /// <summary>The samples counted since <see cref="ClearLosses"/>.</summary>
    public long Samples => _samples;

    public long TrainingSamples { get; private set; }

    public TimeSpan Waiting { get; private set; }

    public TimeSpan Elapsed => _before + _watch.Elapsed;

    /// <summary>The numbers that a checkpoint keeps.</summary>
    public double[] State
    {
        get => [_losses, _counted, _samples, TrainingSamples, Waiting.TotalSeconds, Elapsed.TotalSeconds];
        set
        {
            (_losses, _counted, _samples, TrainingSamples) = (value[0], value[1], (long)value[2], (long)value[3]);
            (Waiting, _before) = (ExactTime.OfSeconds(value[4]), ExactTime.OfSeconds(value[5]));

            // An evaluation in the middle of an epoch sets back what it counted while the epoch's time goes on.
            bool isRunning = _watch.IsRunning;
            _watch.Reset();
            if (isRunning)
            {
                _watch.Start();
            }
        }
    }

    /// <summary>
    /// Whether a checkpoint's numbers can be a state. The losses and what they counted may be anything: those of a validation are not
    /// checked.
    /// </summary>
    public static bool IsState(double[] value) =>
        value[2..4].All(static n => n is >= 0 and < long.MaxValue)
        && value[4..].All(static s => s >= 0 && s < TimeSpan.MaxValue.TotalSeconds);

    public void Clear()
    {
        ClearLosses();
        TrainingSamples = 0;
        (Waiting, _before) = (TimeSpan.Zero, TimeSpan.Zero);
        _watch.Reset();
    }

    public void ClearLosses() => (_losses, _counted, _samples) = (0, 0, 0);

    /// <summary>Adds what another process counted in the same time: losses and samples add up; the longer of the times stays.</summary>
    public void Merge(Tally other)
    {
        _losses += other._losses;
        _counted += other._counted;
        _samples += other._samples;
        TrainingSamples += other.TrainingSamples;
        Waiting = Waiting > other.Waiting ? Waiting : other.Waiting;
        TimeSpan later = other.Elapsed - Elapsed;
        _before += later > TimeSpan.Zero ? later : TimeSpan.Zero;
    }

    public void Start() => _watch.Start();

    public void Stop() => _watch.Stop();

    public void Wait(TimeSpan time) => Waiting += time;

    /// <summary>Adds a batch; its loss is left out where it counted nothing.</summary>
    public void Add(in BatchResult result, bool training)
    {
        if (result.CountsSomething)
        {
            _losses += result.IsSum ? result.Loss : result.Loss * result.Counted;
            _counted += result.Counted;
        }

        int samples = result.Output.SampleCount;
        _samples += samples;
        TrainingSamples += training ? samples : 0;
    }
}
