using DeepLearning.Layers;
using DeepLearning.Losses;
using DeepLearning.Optimizers;
using DeepLearning.Schedules;
using DeepLearning.Serialization;

namespace DeepLearning.Training;

/// <summary>
/// A training: how it is set up (model, optimizer, schedule, metrics, callbacks), where it stands, and what it gave so far.
/// <see cref="Trainer"/> and <see cref="Trainer{TBatch}"/> move it on; callbacks look at it; a checkpoint is all of it in a file.
/// </summary>
public abstract class TrainingRun
{
    private protected TrainingRun(Module model, Optimizer optimizer)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(optimizer);
        (Model, Optimizer, State) = (model, optimizer, new RunState(optimizer));
        (Step, Figures, CallbackList) = (new OptimizerStep(this), new RunFigures(this), new CallbackList(this));
        (Notices, CheckpointFile) = (new RunNotices(this), new CheckpointFile(this));
        History = new History { Direction = Figures.Direction };
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
    /// How this process makes one gradient with others that train the same model, each on batches of its own; null for a process alone.
    /// Before each step, after the backward passes and before clipping, the gradients become those of all processes' batches as one: each
    /// process is weighed by what its losses counted, and one whose batches count nothing takes part. Losses that are sums are added up.
    /// </summary>
    /// <remarks>
    /// The processes begin with the same parameters, use equal optimizers, and make as many steps per epoch. Figures are those of each
    /// process alone (<see cref="Metric.Merge"/> joins them): a callback that stops the training has to decide by what all know.
    /// </remarks>
    public IGradientExchange? GradientExchange { get; init; }

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
    /// Of how many batches the losses are read together where reading means waiting for a device. With 1, the default, each is read
    /// before its step. With more the device computes on meanwhile: a loss that is not finite is told up to so many batches later, when
    /// steps were made with it; <see cref="TrainingCallback.BatchEnded"/> gets the newest loss that was read, NaN before the first; a batch
    /// in which no target counts makes a step with gradients of 0. Figures that are asked for (progress, the end of an epoch, a checkpoint)
    /// read what is there. Without effect on the processor, and where several batches or processes make one step, or the optimizer needs
    /// the loss.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">It is less than 1.</exception>
    public int ReadLossEvery
    {
        get;
        init => field = OptionChecks.AtLeast(value, 1, nameof(ReadLossEvery));
    } = 1;

    /// <summary>
    /// The 16-bit type of mixed precision (<see cref="Autocast"/>): the model and its loss run in such a region, in training and in
    /// evaluation; null computes in the parameters' type. float16 brings a <see cref="GradScaler"/> along.
    /// </summary>
    /// <exception cref="DTypeException">It is neither bfloat16 nor float16.</exception>
    public DType? MixedPrecision
    {
        get;
        init
        {
            field = value is null or DType.BFloat16 or DType.Float16
                ? value
                : throw new DTypeException($"MixedPrecision: the type is bfloat16 or float16, not {value.Value.Name()}.");
            GradScaler ??= value == DType.Float16 ? new GradScaler() : null;
        }
    }

    /// <summary>
    /// What scales the loss so that small gradients are not lost in float16; null for none. A step whose gradients overflowed is left out:
    /// it is not counted in <see cref="Steps"/>, and the schedule does not move. Checkpoints keep its state.
    /// </summary>
    public GradScaler? GradScaler { get; init; }

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
    public int Epoch => State.Epoch;

    /// <summary>The batches done of the epoch that is running.</summary>
    public int Batch => State.Batch;

    /// <summary>The optimizer steps made.</summary>
    public long Steps => State.Steps;

    /// <summary>Whether the running fit has a validation set.</summary>
    public bool HasValidation => State.HasValidation;

    /// <summary>Why <see cref="Stop"/> was called; null when it was not.</summary>
    public string? StopReason => State.StopReason;

    /// <summary>The epochs that the running fit ends with.</summary>
    public int Epochs => State.Epochs;

    /// <summary>
    /// What fits found that is allowed but hardly meant, such as a schedule that ends long before the run. Each is told once: to callbacks
    /// (<see cref="TrainingCallback.Warned"/>), and on the console unless <see cref="PrintProgress"/> is off.
    /// </summary>
    public IReadOnlyList<string> Warnings => Notices.Warnings;

    /// <summary>
    /// Whether a fit writes its progress to the console, when it is given no view of its own: a line per epoch, and one every ten seconds
    /// within a longer epoch. On by default.
    /// </summary>
    public bool PrintProgress { get; init; } = true;

    /// <summary>Where the run stands.</summary>
    internal RunState State { get; }

    /// <summary>Makes the optimizer's steps.</summary>
    internal OptimizerStep Step { get; }

    /// <summary>The mean loss and the metrics.</summary>
    internal RunFigures Figures { get; }

    /// <summary>Tells the callbacks.</summary>
    internal CallbackList CallbackList { get; }

    /// <summary>Tells the user.</summary>
    internal RunNotices Notices { get; }

    /// <summary>Writes and reads checkpoints.</summary>
    internal CheckpointFile CheckpointFile { get; }

    /// <inheritdoc/>
    public override string ToString() => $"{GetType().Name.Split('`')[0]} of {Model.Kind} with {Optimizer.GetType().Name}: "
        + $"{Model.Parameters().Sum(static parameter => parameter.Count)} parameters, {Epoch} epochs and {Steps} steps done";

    /// <summary>
    /// Ends the training when the batch that is running is done; from <see cref="TrainingCallback.EpochEnded"/>, with that epoch.
    /// </summary>
    /// <param name="reason">Why, for those who read <see cref="StopReason"/>.</param>
    public void Stop(string reason)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(reason);
        State.StopReason ??= reason;
    }

    /// <summary>Whether greater values of a figure are better: of the metric of that name, with or without <c>val_</c>.</summary>
    /// <param name="figure">The name, such as <c>val_accuracy</c>.</param>
    /// <exception cref="ArgumentException">There is no such figure; the message lists those there are.</exception>
    /// <exception cref="InvalidOperationException">The metric does not say it (<see cref="Metric.HigherIsBetter"/>).</exception>
    public bool IsHigherBetter(string figure)
    {
        Figures.Check(figure);
        return Figures.Direction(figure) ?? throw History.NoDirection(figure);
    }

    /// <summary>
    /// Writes everything the run needs to go on bit for bit: model, optimizer, schedule, random generators, the position in the data,
    /// figures and callbacks. The file is a safetensors file with keys such as <c>model.fc1.weight</c> and replaces an older one in one
    /// piece.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <exception cref="IOException">It cannot be written; an older file is still there.</exception>
    /// <exception cref="InvalidOperationException">A batch is running.</exception>
    public void SaveCheckpoint(string path) => CheckpointFile.Save(path);

    /// <summary>
    /// Takes over a checkpoint of a run with the same model, optimizer, metrics and callbacks. The next fit, over the same data, goes on
    /// where it was made and gives the same bits as if it had never been interrupted. Random generators are set when that fit begins.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <exception cref="IOException">The file does not exist or cannot be read.</exception>
    /// <exception cref="SafetensorsException">The file is damaged; nothing was changed.</exception>
    /// <exception cref="InvalidDataException">It is not a checkpoint, or of another kind of run; nothing was changed.</exception>
    /// <exception cref="StateDictException">
    /// It is of another model or optimizer; keys that are missing, unexpected or of another shape are listed, and nothing was changed.
    /// </exception>
    /// <exception cref="InvalidOperationException">A fit is under way.</exception>
    public void LoadCheckpoint(string path) => CheckpointFile.Load(path);

    /// <summary>
    /// Loads the checkpoint of <see cref="Checkpoints"/> if it is there, so that the same program starts and resumes a run.
    /// </summary>
    /// <returns>Whether there was one.</returns>
    /// <exception cref="InvalidOperationException"><see cref="Checkpoints"/> is not set.</exception>
    /// <exception cref="SafetensorsException">The file is damaged; nothing was changed.</exception>
    /// <exception cref="InvalidDataException">It is not a checkpoint, or of another kind of run; nothing was changed.</exception>
    /// <exception cref="StateDictException">It is of another model or optimizer; nothing was changed.</exception>
    public bool TryResume()
    {
        string path = Checkpoints?.Path
            ?? throw new InvalidOperationException("TryResume: set Checkpoints to say where the checkpoint is.");
        if (!File.Exists(path))
        {
            return false;
        }

        LoadCheckpoint(path);
        return true;
    }

    /// <summary>An optimizer of another model would train that one, and nobody would notice.</summary>
    internal void CheckOptimizer()
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
    internal void CheckIdle(string operation)
    {
        if (State.IsFitting)
        {
            throw new InvalidOperationException(
                $"{operation}: a fit of this run is under way; end it with Stop, and go on when it has returned.");
        }
    }
}
