using DeepLearning.Layers;
using DeepLearning.Serialization;

namespace DeepLearning.Training;

/// <summary>
/// Keeps the model of the best epoch, in memory and if wanted in a file, and gives the model its values again when the training is over.
/// </summary>
public sealed class BestModel : TrainingCallback
{
    private const string Prefix = "model.";

    private readonly FigureMonitor _monitor;
    private OrderedDictionary<string, Tensor> _state = [];

    /// <summary>Watches a figure.</summary>
    /// <param name="figure">Its name, such as <c>val_loss</c> or <c>val_accuracy</c>.</param>
    /// <param name="path">
    /// A safetensors file for the best model, replaced whenever there is a better one; its folder is made when a fit begins. Null for none.
    /// </param>
    /// <param name="restore">Whether the model has the best values when the training is completed or stopped.</param>
    /// <param name="higherIsBetter">Whether greater is better; null asks the metric (a loss should be small).</param>
    public BestModel(string figure = FigureName.ValidationLoss, string? path = null, bool restore = true, bool? higherIsBetter = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(figure);
        (Figure, Path, Restores) = (figure, path, restore);
        _monitor = new FigureMonitor(figure, 0, higherIsBetter);
    }

    /// <summary>The name of the figure that is watched.</summary>
    public string Figure { get; }

    /// <summary>The file of the best model.</summary>
    public string? Path { get; }

    /// <summary>Whether the model has the best values when the training is over.</summary>
    public bool Restores { get; }

    /// <summary>The best value; NaN before the first epoch.</summary>
    public double Best => _monitor.Best;

    /// <summary>The best epoch, from 1; 0 before the first.</summary>
    public int Epoch { get; private set; }

    /// <inheritdoc/>
    public override string ToString() => $"BestModel({Figure}): "
        + (Epoch == 0 ? "no epoch yet" : FormattableString.Invariant($"{Best} in epoch {Epoch}"));

    /// <summary>Gives the model the values of the best epoch.</summary>
    /// <param name="model">The model of the run.</param>
    /// <exception cref="InvalidOperationException">No epoch has ended yet.</exception>
    /// <exception cref="StateDictException">The model is another one.</exception>
    public void Restore(Module model)
    {
        ArgumentNullException.ThrowIfNull(model);
        model.LoadStateDict(Epoch > 0 ? _state : throw new InvalidOperationException("BestModel: there is no best epoch yet."));
    }

    /// <inheritdoc/>
    public override void FitStarted(TrainingRun run)
    {
        ArgumentNullException.ThrowIfNull(run);
        _monitor.Start(run);
        if (Path is null)
        {
            return;
        }

        if (run.Checkpoints is { } settings && System.IO.Path.GetFullPath(settings.Path) == System.IO.Path.GetFullPath(Path))
        {
            throw new ArgumentException($"BestModel: {Path} is the file of the checkpoints, too; give the best model one of its own.");
        }

        AtomicFile.MakeFolder(Path);
    }

    /// <inheritdoc/>
    public override void EpochEnded(TrainingRun run, EpochRecord record)
    {
        ArgumentNullException.ThrowIfNull(run);
        ArgumentNullException.ThrowIfNull(record);
        if (!_monitor.Improves(record))
        {
            return;
        }

        // Kept beyond a scope that the caller may have around the fit.
        using TensorScope.Suspension suspension = TensorScope.Suspend();
        Epoch = record.Epoch;
        _state = [];
        foreach ((string key, Tensor tensor) in run.Model.StateDict())
        {
            _state[key] = tensor.Clone();
        }

        if (Path is not null)
        {
            Safetensors.Save(Path, _state, new Dictionary<string, string>
            {
                ["epoch"] = FormattableString.Invariant($"{Epoch}"),
                [Figure] = FormattableString.Invariant($"{Best:R}"),
            });
        }
    }

    /// <inheritdoc/>
    public override void FitEnded(TrainingRun run, TrainingOutcome outcome)
    {
        ArgumentNullException.ThrowIfNull(run);
        if (Restores && Epoch > 0 && (outcome is TrainingOutcome.Completed or TrainingOutcome.Stopped))
        {
            Restore(run.Model);
        }
    }

    /// <inheritdoc/>
    public override OrderedDictionary<string, Tensor> StateDict()
    {
        OrderedDictionary<string, Tensor> state = new()
        {
            ["best"] = Tensor.FromScalar(Best, DType.Float64),
            ["epoch"] = Tensor.FromScalar((long)Epoch),
        };
        foreach ((string key, Tensor tensor) in _state)
        {
            state[Prefix + key] = tensor;
        }

        return state;
    }

    /// <inheritdoc/>
    public override void LoadStateDict(IReadOnlyDictionary<string, Tensor> state)
    {
        ArgumentNullException.ThrowIfNull(state);
        if (state.Count == 0)
        {
            (_monitor.Best, Epoch, _state) = (double.NaN, 0, []);
            return;
        }

        if (state.GetValueOrDefault("best") is not { Count: 1, DType: DType.Float64 } best
            || state.GetValueOrDefault("epoch") is not { Count: 1, DType: DType.Int64 } epoch
            || epoch.Item<long>() is < 0 or > int.MaxValue)
        {
            throw new ArgumentException("BestModel: a state has best and epoch; this has none, or not as numbers.", nameof(state));
        }

        (_monitor.Best, Epoch, _state) = (best.Item<double>(), (int)epoch.Item<long>(), []);
        foreach ((string key, Tensor tensor) in state.Where(static s => s.Key.StartsWith(Prefix, StringComparison.Ordinal)))
        {
            _state[key[Prefix.Length..]] = tensor;
        }
    }
}
