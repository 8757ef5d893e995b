using DeepLearning.Layers;
using DeepLearning.Losses;
using DeepLearning.Optimizers;
using DeepLearning.Schedules;

namespace DeepLearning.Training;

/// <summary>
/// The state of a training: model, optimizer, schedule, position, figures so far. <see cref="Trainer"/> and
/// <see cref="Trainer{TBatch}"/> move it on; callbacks look at it; a checkpoint is all of it in a file.
/// </summary>
public abstract partial class TrainingRun
{
    private LearningRateScheduler? _scheduler;

    // Between the two, model, optimizer and counts do not belong together.
    private bool _inBatch;

    private protected TrainingRun(Module model, Optimizer optimizer)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(optimizer);
        Model = model;
        Optimizer = optimizer;
        History = new History { Direction = DirectionOf };
    }

    /// <summary>The model.</summary>
    public Module Model { get; }

    /// <summary>The optimizer.</summary>
    public Optimizer Optimizer { get; }

    /// <summary>The figures that are collected beside the loss, over training and validation.</summary>
    public IReadOnlyList<Metric> Metrics { get; init; } = [];

    /// <summary>What happens along the way, in order.</summary>
    public IList<TrainingCallback> Callbacks { get; init; } = [];

    /// <summary>The rule for the learning rate; null leaves the optimizer's.</summary>
    public Schedule? Schedule { get; init; }

    /// <summary>What a step of <see cref="Schedule"/> is.</summary>
    public ScheduleUnit ScheduleUnit { get; init; }

    /// <summary>The norm to which all gradients together are clipped; null does not clip (<see cref="Gradients.ClipNorm"/>).</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is not above 0.</exception>
    public double? MaxGradientNorm
    {
        get;
        init
        {
            if (!(value is null or > 0))
            {
                throw new ArgumentOutOfRangeException(nameof(value), value, "MaxGradientNorm must be above 0; null does not clip.");
            }

            field = value;
        }
    }

    /// <summary>
    /// The batches of one step of the optimizer, for batches that do not fit in memory. Their gradients are weighed by what the loss
    /// counted in each, so that the step is that of one large batch, also for an epoch's last step, which may have fewer batches. A step
    /// whose batches count nothing at all, since every target is ignored, is left out.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">It is less than 1.</exception>
    public int AccumulateBatches
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            field = value;
        }
    } = 1;

    /// <summary>
    /// How a loss function of your own reduces a batch to one number: by the mean over the samples, or by their sum. The losses of
    /// <see cref="Losses.Loss"/>, their modules and <see cref="Losses.Loss.WithCount"/> say it themselves. In the figures both are means.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">A loss for training is reduced.</exception>
    public LossReduction LossReduction
    {
        get;
        init => field = value is LossReduction.Mean or LossReduction.Sum
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "LossReduction: a loss for training is a mean or a sum.");
    }

    /// <summary>Whether to go on when a loss is NaN or infinite, instead of throwing <see cref="NonFiniteLossException"/>.</summary>
    public bool AllowNonFiniteLoss { get; init; }

    /// <summary>
    /// Whether each batch runs in a <see cref="TensorScope"/>, which is faster. Turn it off for a model that keeps tensors of one batch for
    /// the next.
    /// </summary>
    public bool UseTensorScope { get; init; } = true;

    /// <summary>Where and when checkpoints are saved; null for never.</summary>
    public CheckpointSettings? Checkpoints { get; init; }

    /// <summary>Generators of your own that a checkpoint is to keep beside <see cref="Generator.Default"/>, in order.</summary>
    public IReadOnlyList<Generator> Generators { get; init; } = [];

    /// <summary>The epochs that have ended.</summary>
    public History History { get; }

    /// <summary>The number of epochs that have ended.</summary>
    public int Epoch { get; private set; }

    /// <summary>The batches done of the epoch that is running.</summary>
    public int Batch { get; private set; }

    /// <summary>The optimizer steps made.</summary>
    public long Steps { get; private set; }

    /// <summary>Whether the running fit has a validation set.</summary>
    public bool HasValidation { get; private protected set; }

    /// <summary>Why <see cref="Stop"/> was called; null when it was not.</summary>
    public string? StopReason { get; private protected set; }

    /// <summary>The epochs that the running fit ends with.</summary>
    public int Epochs { get; private protected set; }

    /// <inheritdoc/>
    public override string ToString() => $"{GetType().Name.Split('`')[0]} of {Model.Kind} with {Optimizer.GetType().Name}: "
        + $"{Model.Parameters().Sum(static parameter => parameter.Count)} parameters, {Epoch} epochs and {Steps} steps done";

    /// <summary>Whether a fit is under way.</summary>
    private protected bool IsFitting { get; set; }

    private protected LearningRateScheduler? Scheduler =>
        Schedule is null ? null : _scheduler ??= new LearningRateScheduler(Optimizer, Schedule);

    private protected TrainingPhase Phase { get; private set; }

    private protected Tally Tally { get; } = new();

    /// <summary>The figures of the training batches, when their epoch is being validated.</summary>
    private protected double[] TrainingFigures { get; private set; } = [];

    /// <summary>The batches whose gradients wait for a step.</summary>
    private protected int Accumulated { get; private set; }

    /// <summary>
    /// Ends the training when the batch that is running is done; from <see cref="TrainingCallback.EpochEnded"/>, with that epoch.
    /// </summary>
    /// <param name="reason">Why, for those who read <see cref="StopReason"/>.</param>
    public void Stop(string reason)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(reason);
        StopReason ??= reason;
    }

    /// <summary>Whether greater values of a figure are better: of the metric of that name, with or without <c>val_</c>.</summary>
    /// <param name="figure">The name, such as <c>val_accuracy</c>.</param>
    /// <exception cref="ArgumentException">There is no such figure; the message lists those there are.</exception>
    /// <exception cref="InvalidOperationException">The metric does not say it (<see cref="Metric.HigherIsBetter"/>).</exception>
    public bool IsHigherBetter(string figure)
    {
        CheckFigure(figure);
        return DirectionOf(figure) ?? throw History.NoDirection(figure);
    }

    /// <summary>Makes sure that the run has a figure.</summary>
    internal void CheckFigure(string figure)
    {
        ArgumentNullException.ThrowIfNull(figure);
        bool ofValidation = figure.StartsWith(ValidationPrefix, StringComparison.Ordinal);
        if (ofValidation && !HasValidation)
        {
            throw new ArgumentException($"There is no figure {figure}: the fit has no validation set. There are: {FigureNames}.",
                nameof(figure));
        }

        if (!FigureOrder(ofValidation).Contains(figure))
        {
            throw new ArgumentException($"There is no figure {figure}. There are: {FigureNames}.", nameof(figure));
        }
    }

    private bool? DirectionOf(string figure)
    {
        string name = figure.StartsWith(ValidationPrefix, StringComparison.Ordinal) ? figure[ValidationPrefix.Length..] : figure;
        return name == LossName ? false : Metrics.FirstOrDefault(metric => metric.Name == name)?.HigherIsBetter;
    }

    private protected const string LossName = "loss", ValidationPrefix = "val_";

    private string FigureNames => string.Join(", ", FigureOrder(HasValidation));

    private string[] FigureOrder(bool withValidation)
    {
        string[] names = [LossName, .. Metrics.Select(static metric => metric.Name)];
        return withValidation ? [.. names, .. names.Select(static name => ValidationPrefix + name)] : names;
    }

    private protected void CheckMetrics()
    {
        HashSet<string> names = [LossName];
        foreach (Metric metric in Metrics)
        {
            if (metric is null || !names.Add(metric.Name))
            {
                throw new ArgumentException(
                    $"Trainer: the metrics need names of their own; {(metric is null ? "one is null" : $"{metric.Name} is taken")}. "
                    + "Every metric takes a name when it is made.");
            }
        }
    }

    /// <summary>An optimizer of another model would train that one, and nobody would notice.</summary>
    private protected void CheckOptimizer()
    {
        HashSet<Tensor> parameters = new(Model.Parameters(), ReferenceEqualityComparer.Instance);
        if (parameters.Count > 0 && !Optimizer.ParameterGroups.SelectMany(static group => group.Parameters).Any(parameters.Contains))
        {
            throw new ArgumentException(
                $"Trainer: the {Optimizer.GetType().Name} has none of the parameters of the model ({Model.GetType().Name}); make it with "
                + "those of the model that is trained.");
        }
    }

    /// <summary>Makes sure that no fit is under way.</summary>
    private protected void CheckIdle(string operation)
    {
        if (IsFitting)
        {
            throw new InvalidOperationException(
                $"{operation}: a fit of this run is under way; end it with Stop, and go on when it has returned.");
        }
    }

    /// <summary>Counts a training batch whose gradients have been added; makes a step when it is the last of its group.</summary>
    private protected void EndBackward()
    {
        Accumulated++;
        if (Accumulated == AccumulateBatches)
        {
            ApplyStep();
        }
    }

    /// <summary>Lets the optimizer use the gradients that are there.</summary>
    private protected void ApplyStep()
    {
        Accumulated = 0;
        if (!EndGroup())
        {
            return;
        }

        if (MaxGradientNorm is { } norm)
        {
            Gradients.ClipNorm(Optimizer.ParameterGroups.SelectMany(static group => group.Parameters), norm);
        }

        foreach (TrainingCallback callback in Callbacks)
        {
            callback.GradientsReady(this);
        }

        Optimizer.Step();
        Steps++;
        if (ScheduleUnit == ScheduleUnit.Step)
        {
            Scheduler?.Step();
        }
    }

    private protected void StartEpoch()
    {
        Tally.Clear();
        foreach (Metric metric in Metrics)
        {
            metric.Reset();
        }
    }

    private protected void StartBatch() => _inBatch = true;

    private protected void EndBatch()
    {
        Batch++;
        _inBatch = false;
    }

    private protected void StartValidation()
    {
        TrainingFigures = Figures();
        Phase = TrainingPhase.Validation;
    }

    /// <summary>The mean loss and the metrics, of what was counted since the last reset.</summary>
    private protected double[] Figures() => [Tally.MeanLoss, .. Metrics.Select(static metric => metric.Value)];

    /// <summary>Names for <see cref="Figures"/>.</summary>
    private protected OrderedDictionary<string, double> Named(IReadOnlyList<double> figures, string prefix = "")
    {
        OrderedDictionary<string, double> named = new() { [prefix + LossName] = figures[0] };
        for (int m = 0; m < Metrics.Count; m++)
        {
            named[prefix + Metrics[m].Name] = figures[m + 1];
        }

        return named;
    }

    private protected EpochRecord EndEpoch(double[]? validation)
    {
        OrderedDictionary<string, double> values = Named(TrainingFigures);
        foreach ((string name, double value) in validation is null ? [] : Named(validation, ValidationPrefix))
        {
            values[name] = value;
        }

        Epoch++;
        Batch = 0;
        Phase = TrainingPhase.Training;
        EpochRecord record = new(Epoch, values, Optimizer.LearningRate, Tally.TrainingSamples, Tally.Elapsed, Tally.Waiting);
        History.Add(record);
        if (ScheduleUnit == ScheduleUnit.Epoch)
        {
            Scheduler?.Step();
        }

        return record;
    }
}
