using Microsoft.Extensions.Logging;

namespace DeepLearning.Training.Logging;

/// <summary>
/// Writes a training to a logger: its start and end, each epoch with its figures, new best models, checkpoints, and batches at a level of
/// their own. Add it to <see cref="TrainingRun.Callbacks"/>.
/// </summary>
/// <remarks>
/// <para>The events and their properties:</para>
/// <list type="table">
/// <listheader><term>id, name</term><description>level, properties</description></listheader>
/// <item><term>1 TrainingStarted</term>
/// <description>Information: Model, Parameters, Optimizer, Epochs</description></item>
/// <item><term>2 TrainingResumed</term>
/// <description>Information: Model, Parameters, Optimizer, Epochs, Epoch (those that ended), Batch (those done of the
/// next)</description></item>
/// <item><term>3 EpochEnded</term>
/// <description>Information: Epoch, Epochs, Figures (as text), LearningRate, Samples, Seconds, WaitingSeconds. Every figure is a property
/// of the scope that is open meanwhile, by its name, such as <c>val_loss</c>.</description></item>
/// <item><term>4 BestModelFound</term>
/// <description>Information: Figure, Value, Epoch, Path (empty without a file); for each <see cref="BestModel"/> among the
/// callbacks</description></item>
/// <item><term>5 CheckpointSaved</term>
/// <description>Information at the end of an epoch, Debug within one: Path, Epoch, Batch</description></item>
/// <item><term>6 TrainingEnded</term>
/// <description>Information when completed or stopped, Warning when canceled, Error when failed: Outcome, Epoch, Steps, Reason (why it was
/// stopped, or empty)</description></item>
/// <item><term>7 BatchEnded</term>
/// <description>the level that the constructor is given: Epoch, Batch, Step, Loss, LearningRate</description></item>
/// <item><term>8 TrainingWarned</term>
/// <description>Warning: Message, one of <see cref="TrainingRun.Warnings"/></description></item>
/// </list>
/// </remarks>
public sealed class LoggingCallback : TrainingCallback
{
    private readonly ILogger _logger;
    private readonly LogLevel _batchLevel;
    private readonly Dictionary<BestModel, int> _best = [];
    private int _checkpointEpoch = -1;

    /// <summary>Writes to a logger.</summary>
    /// <param name="logger">The logger.</param>
    /// <param name="batchLevel">The level of batches; <see cref="LogLevel.None"/> writes none.</param>
    public LoggingCallback(ILogger logger, LogLevel batchLevel = LogLevel.Trace)
    {
        ArgumentNullException.ThrowIfNull(logger);
        (_logger, _batchLevel) = (logger, batchLevel);
    }

    /// <inheritdoc/>
    public override string ToString() => $"LoggingCallback: batches at {_batchLevel}";

    /// <inheritdoc/>
    public override void FitStarted(TrainingRun run)
    {
        ArgumentNullException.ThrowIfNull(run);
        _checkpointEpoch = run.Epoch;
        foreach (BestModel best in run.Callbacks.OfType<BestModel>())
        {
            _best[best] = best.Epoch;
        }

        string model = run.Model.GetType().Name, optimizer = run.Optimizer.GetType().Name;
        long parameters = run.Model.Parameters().Sum(static parameter => (long)parameter.Count);
        if (run.Epoch == 0 && run.Batch == 0)
        {
            TrainingLog.TrainingStarted(_logger, model, parameters, optimizer, run.Epochs);
        }
        else
        {
            TrainingLog.TrainingResumed(_logger, model, parameters, optimizer, run.Epochs, run.Epoch, run.Batch);
        }
    }

    /// <inheritdoc/>
    public override void EpochStarted(TrainingRun run) => LogNewBest(run);

    /// <inheritdoc/>
    public override void BatchEnded(TrainingRun run, double loss)
    {
        ArgumentNullException.ThrowIfNull(run);
        if (_logger.IsEnabled(_batchLevel))
        {
            TrainingLog.BatchEnded(_logger, _batchLevel, run.Epoch + 1, run.Batch, run.Steps, loss, run.Optimizer.LearningRate);
        }
    }

    /// <inheritdoc/>
    public override void EpochEnded(TrainingRun run, EpochRecord record)
    {
        ArgumentNullException.ThrowIfNull(run);
        ArgumentNullException.ThrowIfNull(record);
        if (_logger.IsEnabled(LogLevel.Information))
        {
            using IDisposable? scope = _logger.BeginScope(new FigureScope(record.Values));
            TrainingLog.EpochEnded(
                _logger, record.Epoch, run.Epochs, FigureScope.Text(record.Values), record.LearningRate, record.Samples,
                record.Duration.TotalSeconds, record.Waiting.TotalSeconds);
        }

        LogNewBest(run);
    }

    /// <inheritdoc/>
    public override void CheckpointSaved(TrainingRun run, string path)
    {
        ArgumentNullException.ThrowIfNull(run);
        LogLevel level = run.Epoch == _checkpointEpoch ? LogLevel.Debug : LogLevel.Information;
        _checkpointEpoch = run.Epoch;
        TrainingLog.CheckpointSaved(_logger, level, path, run.Epoch, run.Batch);
    }

    /// <inheritdoc/>
    public override void FitEnded(TrainingRun run, TrainingOutcome outcome)
    {
        LogNewBest(run);
        LogLevel level = outcome switch
        {
            TrainingOutcome.Failed => LogLevel.Error,
            TrainingOutcome.Canceled => LogLevel.Warning,
            _ => LogLevel.Information,
        };
        TrainingLog.TrainingEnded(_logger, level, outcome, run.Epoch, run.Steps, run.StopReason ?? "");
    }

    /// <inheritdoc/>
    public override void Warned(TrainingRun run, string message) => TrainingLog.TrainingWarned(_logger, message);

    /// <summary>Whichever of the two callbacks comes first, a best model is seen at the latest when the next epoch begins.</summary>
    private void LogNewBest(TrainingRun run)
    {
        ArgumentNullException.ThrowIfNull(run);
        foreach (BestModel best in run.Callbacks.OfType<BestModel>())
        {
            if (best.Epoch > _best.GetValueOrDefault(best))
            {
                _best[best] = best.Epoch;
                TrainingLog.BestModelFound(_logger, best.Figure, best.Best, best.Epoch, best.Path ?? "");
            }
        }
    }
}
