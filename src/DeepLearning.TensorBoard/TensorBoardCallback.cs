using DeepLearning.Training;

namespace DeepLearning.TensorBoard;

/// <summary>
/// Writes a training for TensorBoard as it goes: after each epoch the loss, the metrics and the learning rate, and if wanted histograms of
/// parameters and their gradients; if wanted the loss of every so many batches.
/// <code>
/// using TensorBoardCallback board = new("runs/first") { BatchInterval = 50, Histograms = true };
/// Trainer trainer = new(model, optimizer, Loss.CrossEntropy) { Callbacks = [board] };
/// </code>
/// Training and validation are two runs, <c>training</c> and <c>validation</c>, with the same tags, so that TensorBoard draws both curves
/// into one chart.
/// </summary>
public sealed class TensorBoardCallback : TrainingCallback, IDisposable
{
    private readonly TensorBoardOptions? _options;
    private readonly int _batchInterval;
    private TensorBoardWriter? _training, _validation;

    /// <summary>Begins event files when a training begins.</summary>
    /// <param name="directory">The run's folder.</param>
    /// <param name="options">How to write; the defaults if null.</param>
    public TensorBoardCallback(string directory, TensorBoardOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(directory);
        (Directory, _options) = (directory, options);
    }

    /// <summary>The run's folder.</summary>
    public string Directory { get; }

    /// <inheritdoc/>
    public override string ToString() => $"TensorBoardCallback({Directory})";

    /// <summary>Every so many steps the batch's loss is written as <c>batch_loss</c>; 0 (the default) never does.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The number is negative.</exception>
    public int BatchInterval
    {
        get => _batchInterval;
        init
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            _batchInterval = value;
        }
    }

    /// <summary>
    /// Whether histograms of all parameters, and of their gradients in the epoch's last step, are written after each epoch.
    /// </summary>
    public bool Histograms { get; init; }

    /// <summary>The writer of the training's run, for what else is to be shown; null before the training begins.</summary>
    public TensorBoardWriter? Writer => _training;

    /// <inheritdoc/>
    public override void FitStarted(TrainingRun run)
    {
        ArgumentNullException.ThrowIfNull(run);
        _training ??= new TensorBoardWriter(Path.Combine(Directory, "training"), _options);
        if (run.HasValidation)
        {
            _validation ??= new TensorBoardWriter(Path.Combine(Directory, "validation"), _options);
        }
    }

    /// <inheritdoc/>
    public override void BatchEnded(TrainingRun run, double loss)
    {
        ArgumentNullException.ThrowIfNull(run);
        if (BatchInterval > 0 && run.Steps % BatchInterval == 0)
        {
            _training?.AddScalar("batch_loss", loss, run.Steps);
        }
    }

    /// <inheritdoc/>
    public override void EpochEnded(TrainingRun run, EpochRecord record)
    {
        ArgumentNullException.ThrowIfNull(run);
        ArgumentNullException.ThrowIfNull(record);
        foreach ((string name, double value) in record.Values)
        {
            TensorBoardWriter? writer = FigureName.IsOfValidation(name) ? _validation : _training;
            writer?.AddScalar(FigureName.OfTraining(name), value, record.Epoch);
        }

        _training?.AddScalar("learning_rate", record.LearningRate, record.Epoch);
        if (Histograms)
        {
            foreach ((string name, Layers.Parameter parameter) in run.Model.NamedParameters())
            {
                string tag = name.Replace('.', '/');
                _training?.AddHistogram($"parameters/{tag}", parameter, record.Epoch);
                if (parameter.Grad is { } gradient)
                {
                    _training?.AddHistogram($"gradients/{tag}", gradient, record.Epoch);
                }
            }
        }
    }

    /// <inheritdoc/>
    public override void FitEnded(TrainingRun run, TrainingOutcome outcome)
    {
        _training?.Flush();
        _validation?.Flush();
    }

    /// <summary>Closes the event files. A training that goes on begins new ones, which TensorBoard joins.</summary>
    public void Dispose()
    {
        _training?.Dispose();
        _validation?.Dispose();
        (_training, _validation) = (null, null);
    }
}
