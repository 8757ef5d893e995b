using DeepLearning.Data;

namespace DeepLearning.Training;

/// <summary>
/// A figure that says how good predictions are, collected batch by batch. Derive from it to add one: count in <see cref="Update"/>, and
/// keep what was counted in <see cref="State"/>, so that a run interrupted in the middle of an epoch goes on with the same figures.
/// </summary>
public abstract partial class Metric
{
    /// <summary>Names a metric.</summary>
    /// <param name="name">The name in histories, reports and progress lines, such as <c>accuracy</c>.</param>
    /// <exception cref="ArgumentException">The name is empty.</exception>
    protected Metric(string name)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        Name = name;
    }

    /// <summary>The name in histories, reports and progress lines.</summary>
    public string Name { get; }

    /// <summary>
    /// Whether greater is better: true for shares that are right, false for errors. Null, the default, says nothing, and whoever needs to
    /// know (<see cref="BestModel"/>, <see cref="EarlyStopping"/>, <see cref="History.Best"/>) is refused rather than guesses.
    /// </summary>
    public virtual bool? HigherIsBetter => null;

    /// <summary>The figure of everything counted; NaN before the first batch.</summary>
    public abstract double Value { get; }

    /// <summary>The figure of each class by itself, NaN where it is not defined; null for a metric without classes.</summary>
    public virtual IReadOnlyList<double>? PerClass => null;

    /// <inheritdoc/>
    public override string ToString() => FormattableString.Invariant($"{Name} {Value:0.######}");

    /// <summary>What was counted, as one tensor, for checkpoints. Setting it continues from there.</summary>
    public abstract Tensor State { get; set; }

    /// <summary>
    /// Counts a batch, also one whose targets the loss ignores (those here pass over such targets). Runs without recording, before the
    /// batch's step. Keep numbers, or clones made under <see cref="TensorScope.Suspend"/>: the memory of other tensors is given back when
    /// the batch ends (<see cref="TrainingRun.UseTensorScope"/>).
    /// </summary>
    /// <param name="predictions">The model's outputs, samples along the first axis.</param>
    /// <param name="targets">The wanted outputs.</param>
    public abstract void Update(Tensor predictions, Tensor targets);

    /// <summary>Forgets everything counted.</summary>
    public abstract void Reset();

    /// <summary>
    /// Adds what another metric has counted, so that this is the figure of both together: of parts of a data set, or of several processes
    /// that each saw batches of their own. The other one stays as it is.
    /// </summary>
    /// <param name="other">A metric that counts the same: of the same type, with the same number of classes, threshold and so on.</param>
    /// <exception cref="ArgumentException">It is this metric itself, or one that counts something else; nothing was changed.</exception>
    /// <exception cref="NotSupportedException">The metric does not say how (<see cref="MergeState"/>).</exception>
    public void Merge(Metric other)
    {
        ArgumentNullException.ThrowIfNull(other);
        if (ReferenceEquals(this, other))
        {
            throw new ArgumentException($"{Name}: a metric cannot be merged into itself; everything would count twice.", nameof(other));
        }

        if (Counting != other.Counting)
        {
            throw new ArgumentException(
                $"{Name}: only a metric that counts the same can be merged into it; this one counts {Counting}, {other.Name} counts "
                + $"{other.Counting}.",
                nameof(other));
        }

        MergeState(other.State);
    }

    /// <summary>
    /// Adds what a metric of the same kind has counted, as its <see cref="State"/> tells it, which may come from another process. A metric
    /// of your own overrides it to be merged: sums are added, extremes compared.
    /// </summary>
    /// <param name="state">The other one's state.</param>
    /// <exception cref="NotSupportedException">The metric does not override this.</exception>
    public virtual void MergeState(Tensor state) => throw new NotSupportedException(
        $"{Name}: {GetType().Name} does not say how two of it are merged; override {nameof(MergeState)}.");

    /// <summary>What is counted, in words: metrics that agree in it can be merged.</summary>
    internal virtual string Counting => GetType().ToString();

    /// <summary>
    /// The same figure of values that are changed first, predictions and targets alike: <c>Metric.MeanAbsoluteError().Of(x => x.Exp())</c>
    /// for a network that learned logarithms.
    /// </summary>
    /// <param name="transform">From what the network gives, and is to give, to what the figure is about.</param>
    /// <param name="name">The metric's name; this one's when null.</param>
    public Metric Of(Func<Tensor, Tensor> transform, string? name = null)
    {
        ArgumentNullException.ThrowIfNull(transform);
        return new TransformedMetric(this, transform, name ?? Name);
    }

    /// <summary>
    /// The same figure in the units of the numbers before they were scaled: predictions and targets are scaled back, in double precision,
    /// and compared then. For a <see cref="TablePipeline"/> see <see cref="TablePipelineExtensions.InTargetUnits"/>.
    /// </summary>
    /// <param name="scaler">The scaler of the targets.</param>
    /// <param name="name">The metric's name; this one's when null.</param>
    public Metric InUnitsOf(ColumnScaler scaler, string? name = null)
    {
        ArgumentNullException.ThrowIfNull(scaler);
        return Of(x => scaler.InverseTransform(x.To(DType.Float64)), name);
    }

    /// <summary>Tells which class target the loss passes over, for metrics to which none was given; null for none that is known.</summary>
    internal virtual void FollowLoss(long? ignoredTarget)
    {
    }

    /// <summary>
    /// The share of samples, or of positions, whose class is predicted right: of scores [samples, classes, ..] the highest. The targets are
    /// class indices [samples, ..], or probabilities of the scores' shape, of which the highest counts. For a single output per sample, see
    /// <see cref="BinaryAccuracy"/>.
    /// </summary>
    /// <param name="name">The metric's name.</param>
    /// <param name="ignoreIndex">The class target that does not count; null takes the loss's, or −100 where none is known.</param>
    public static Metric Accuracy(string name = "accuracy", long? ignoreIndex = null) => new AccuracyMetric(1, name, ignoreIndex);

    /// <summary>The share of samples whose class is among the <paramref name="k"/> that score highest.</summary>
    /// <param name="k">How many.</param>
    /// <param name="name">The metric's name; <c>top_k_accuracy</c> with the number when null.</param>
    /// <param name="ignoreIndex">The class target that does not count; null takes the loss's, or −100 where none is known.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="k"/> is less than 1.</exception>
    public static Metric TopKAccuracy(int k, string? name = null, long? ignoreIndex = null) =>
        new AccuracyMetric(k, name ?? FormattableString.Invariant($"top_{k}_accuracy"), ignoreIndex);

    /// <summary>The share of values on the right side of a threshold, for a single output per sample.</summary>
    /// <param name="threshold">Predictions above it mean 1: 0.5 for probabilities, 0 for logits. Targets count as 1 above 0.5.</param>
    /// <param name="name">The metric's name.</param>
    public static Metric BinaryAccuracy(double threshold = 0.5, string name = "accuracy") =>
        new BinaryAccuracyMetric(OptionChecks.NotNaN(threshold, nameof(BinaryAccuracy)), name);

    /// <summary>Of the samples predicted as a class, the share that is of it, averaged over classes.</summary>
    /// <param name="classes">The number of classes.</param>
    /// <param name="average">How classes are averaged.</param>
    /// <param name="name">The metric's name.</param>
    /// <param name="ignoreIndex">The class target that does not count; null takes the loss's, or −100 where none is known.</param>
    public static Metric Precision(
        int classes, ClassAverage average = ClassAverage.Macro, string name = "precision", long? ignoreIndex = null) =>
        new ConfusionMetric(classes, average, static (m, c) => m.Precision(c), name, ignoreIndex);

    /// <summary>Of a class's samples, the share that was predicted as it, averaged over classes.</summary>
    /// <param name="classes">The number of classes.</param>
    /// <param name="average">How classes are averaged.</param>
    /// <param name="name">The metric's name.</param>
    /// <param name="ignoreIndex">The class target that does not count; null takes the loss's, or −100 where none is known.</param>
    public static Metric Recall(
        int classes, ClassAverage average = ClassAverage.Macro, string name = "recall", long? ignoreIndex = null) =>
        new ConfusionMetric(classes, average, static (m, c) => m.Recall(c), name, ignoreIndex);

    /// <summary>The harmonic mean of precision and recall, averaged over classes.</summary>
    /// <param name="classes">The number of classes.</param>
    /// <param name="average">How classes are averaged.</param>
    /// <param name="name">The metric's name.</param>
    /// <param name="ignoreIndex">The class target that does not count; null takes the loss's, or −100 where none is known.</param>
    public static Metric F1(
        int classes, ClassAverage average = ClassAverage.Macro, string name = "f1", long? ignoreIndex = null) =>
        new ConfusionMetric(classes, average, static (m, c) => m.F1(c), name, ignoreIndex);

    /// <summary>The mean of |prediction − target| over all elements.</summary>
    /// <param name="name">The metric's name.</param>
    public static Metric MeanAbsoluteError(string name = "mae") => new RegressionMetric(RegressionFigure.MeanAbsolute, name);

    /// <summary>The mean of (prediction − target)² over all elements.</summary>
    /// <param name="name">The metric's name.</param>
    public static Metric MeanSquaredError(string name = "mse") => new RegressionMetric(RegressionFigure.MeanSquared, name);

    /// <summary>The square root of the mean of (prediction − target)², in the target's own unit.</summary>
    /// <param name="name">The metric's name.</param>
    public static Metric RootMeanSquaredError(string name = "rmse") => new RegressionMetric(RegressionFigure.RootMeanSquared, name);

    /// <summary>
    /// The share of the targets' variance that is explained: 1 − Σ(target − prediction)² / Σ(target − mean of targets)². 1 is perfect, 0 no
    /// better than the mean; NaN when all targets are equal.
    /// </summary>
    /// <param name="name">The metric's name.</param>
    public static Metric R2(string name = "r2") => new RegressionMetric(RegressionFigure.R2, name);

    /// <summary>Checks the shape of a state.</summary>
    private protected void CheckState(Tensor state, params int[] shape)
    {
        ArgumentNullException.ThrowIfNull(state);
        Shape wanted = new(shape);
        if (state.Shape != wanted)
        {
            throw new ShapeException($"{Name}: a state is {wanted}, not {state.Shape}.");
        }
    }
}
