using DeepLearning.Optimizers;

namespace DeepLearning.Training;

/// <summary>
/// Takes the model's weights into an <see cref="AveragedModel"/>, after each step of the optimizer or after each epoch, from an epoch on. A
/// checkpoint keeps the mean.
/// </summary>
public sealed class WeightAveraging : TrainingCallback
{
    private readonly AveragedModel _averaged;
    private long _steps;

    /// <summary>Fills a mean.</summary>
    /// <param name="averaged">The mean, made of the run's model.</param>
    /// <param name="unit">Whether after each step, as for an exponential mean, or after each epoch, as for the plain one.</param>
    /// <param name="startEpoch">The epochs before the first that counts.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number of epochs is negative, or the unit is none.</exception>
    public WeightAveraging(AveragedModel averaged, ScheduleUnit unit = ScheduleUnit.Step, int startEpoch = 0)
    {
        ArgumentNullException.ThrowIfNull(averaged);
        ArgumentOutOfRangeException.ThrowIfNegative(startEpoch);
        if (!Enum.IsDefined(unit))
        {
            throw new ArgumentOutOfRangeException(nameof(unit), unit, "unit is neither a step nor an epoch.");
        }

        (_averaged, Unit, StartEpoch) = (averaged, unit, startEpoch);
    }

    /// <summary>After what the mean takes the weights in.</summary>
    public ScheduleUnit Unit { get; }

    /// <summary>The epochs before the first that counts.</summary>
    public int StartEpoch { get; }

    /// <inheritdoc/>
    public override string ToString() => FormattableString.Invariant($"WeightAveraging: {_averaged.Count} models so far");

    /// <inheritdoc/>
    public override void FitStarted(TrainingRun run)
    {
        ArgumentNullException.ThrowIfNull(run);
        _steps = run.Steps;
    }

    /// <inheritdoc/>
    public override void BatchEnded(TrainingRun run, double loss)
    {
        ArgumentNullException.ThrowIfNull(run);
        Follow(run, run.Epoch);
    }

    /// <inheritdoc/>
    public override void EpochEnded(TrainingRun run, EpochRecord record)
    {
        ArgumentNullException.ThrowIfNull(run);
        ArgumentNullException.ThrowIfNull(record);

        // The last batches of an epoch may make a step together when the epoch ends.
        Follow(run, record.Epoch - 1);
        if (Unit == ScheduleUnit.Epoch && record.Epoch > StartEpoch)
        {
            _averaged.Update(run.Model);
        }
    }

    /// <inheritdoc/>
    public override OrderedDictionary<string, Tensor> StateDict() => _averaged.StateDict();

    /// <inheritdoc/>
    public override void LoadStateDict(IReadOnlyDictionary<string, Tensor> state)
    {
        ArgumentNullException.ThrowIfNull(state);
        if (state.Count == 0)
        {
            _averaged.Restart();
            return;
        }

        _averaged.LoadStateDict(state);
    }

    /// <summary>Takes a step into account that was made since the last look.</summary>
    private void Follow(TrainingRun run, int epoch)
    {
        if (Unit == ScheduleUnit.Step && run.Steps > _steps && epoch >= StartEpoch)
        {
            _averaged.Update(run.Model);
        }

        _steps = run.Steps;
    }
}
