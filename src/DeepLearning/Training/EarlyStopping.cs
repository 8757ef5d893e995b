namespace DeepLearning.Training;

/// <summary>Ends a training when a figure has not become better for some epochs (Prechelt, "Early stopping: but when?", 1998).</summary>
public sealed class EarlyStopping : TrainingCallback
{
    private readonly FigureMonitor _monitor;
    private readonly string _figure;
    private int _waited;

    /// <summary>Watches a figure.</summary>
    /// <param name="figure">Its name, such as <c>val_loss</c> or <c>val_accuracy</c>.</param>
    /// <param name="patience">The epochs without improvement after which the training ends.</param>
    /// <param name="minDelta">What counts as an improvement: by more than this.</param>
    /// <param name="higherIsBetter">Whether greater is better; null asks the metric (a loss should be small).</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="patience"/> is less than 1, or <paramref name="minDelta"/>
    /// negative.</exception>
    public EarlyStopping(string figure = FigureName.ValidationLoss, int patience = 5, double minDelta = 0, bool? higherIsBetter = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(figure);
        ArgumentOutOfRangeException.ThrowIfLessThan(patience, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(minDelta);
        (_figure, Patience) = (figure, patience);
        _monitor = new FigureMonitor(figure, minDelta, higherIsBetter);
    }

    /// <summary>The epochs without improvement after which the training ends.</summary>
    public int Patience { get; }

    /// <summary>The best value so far; NaN before the first.</summary>
    public double Best => _monitor.Best;

    /// <inheritdoc/>
    public override string ToString() => FormattableString.Invariant(
        $"EarlyStopping({_figure}, patience {Patience}): waited {_waited}");

    /// <inheritdoc/>
    public override void FitStarted(TrainingRun run)
    {
        ArgumentNullException.ThrowIfNull(run);
        _monitor.Start(run);
        StopIfDue(run);
    }

    /// <inheritdoc/>
    public override void EpochEnded(TrainingRun run, EpochRecord record)
    {
        ArgumentNullException.ThrowIfNull(run);
        ArgumentNullException.ThrowIfNull(record);
        _waited = _monitor.Improves(record) ? 0 : _waited + 1;
        StopIfDue(run);
    }

    /// <inheritdoc/>
    public override OrderedDictionary<string, Tensor> StateDict() => new()
    {
        ["best"] = Tensor.FromScalar(_monitor.Best, DType.Float64),
        ["waited"] = Tensor.FromScalar((long)_waited),
    };

    /// <inheritdoc/>
    public override void LoadStateDict(IReadOnlyDictionary<string, Tensor> state)
    {
        ArgumentNullException.ThrowIfNull(state);
        if (state.Count == 0)
        {
            (_monitor.Best, _waited) = (double.NaN, 0);
            return;
        }

        if (state.GetValueOrDefault("best") is not { Count: 1, DType: DType.Float64 } best
            || state.GetValueOrDefault("waited") is not { Count: 1, DType: DType.Int64 } waited
            || waited.Item<long>() is < 0 or > int.MaxValue)
        {
            throw new ArgumentException($"EarlyStopping: a state has best and waited; this has {string.Join(", ", state.Keys)}.",
                nameof(state));
        }

        (_monitor.Best, _waited) = (best.Item<double>(), (int)waited.Item<long>());
    }

    private void StopIfDue(TrainingRun run)
    {
        if (_waited >= Patience)
        {
            run.Stop($"{_figure} has not become better than {FigureFormat.Number(Best)} for {_waited} epochs.");
        }
    }
}
