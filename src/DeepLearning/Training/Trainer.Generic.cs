using DeepLearning.Data;
using DeepLearning.Layers;
using DeepLearning.Optimizers;

namespace DeepLearning.Training;

/// <summary>
/// Trains a model batch by batch: gradients, optimizer and schedule, figures over training and validation, progress, cancellation,
/// checkpoints. For models of one input and one target there is <see cref="Trainer"/>.
/// </summary>
/// <typeparam name="TBatch">What the loader gives.</typeparam>
public class Trainer<TBatch> : TrainingRun
{
    private readonly BatchRunner<TBatch> _runner;

    /// <summary>A trainer of a model.</summary>
    /// <param name="model">The model; it is put into training and evaluation mode as needed.</param>
    /// <param name="optimizer">The optimizer of its parameters.</param>
    /// <param name="compute">Runs the model on a batch and gives the loss, and what metrics look at.</param>
    public Trainer(Module model, Optimizer optimizer, Func<TBatch, BatchOutput> compute) : base(model, optimizer)
    {
        ArgumentNullException.ThrowIfNull(compute);
        _runner = new BatchRunner<TBatch>(this, compute);
    }

    /// <summary>
    /// Trains until the run has so many epochs, those before included: called again with the same number it does nothing, and says so;
    /// with a greater one it goes on, and after <see cref="TrainingRun.LoadCheckpoint"/> it goes on exactly where the checkpoint was made.
    /// </summary>
    /// <param name="loader">The training batches.</param>
    /// <param name="epochs">The epochs that the run is to have in the end.</param>
    /// <param name="validation">Batches that are evaluated after each epoch, without training on them; null for none.</param>
    /// <param name="progress">
    /// Is told after each batch, on this thread; null prints lines to the console (<see cref="TrainingRun.PrintProgress"/>).
    /// </param>
    /// <param name="cancellation">Ends the training after the batch that is running; the checkpoint is saved.</param>
    /// <returns>The epochs of the run.</returns>
    /// <exception cref="ArgumentException">
    /// A loader has no batches, two metrics have one name, the optimizer has none of the model's parameters, or the loader is not the one
    /// of the loaded checkpoint.
    /// </exception>
    /// <exception cref="InvalidOperationException">
    /// A fit of this run is under way: a callback called it. Or the model made a layer while it ran, which would never learn.
    /// </exception>
    /// <exception cref="NonFiniteLossException">A loss is NaN or infinite (<see cref="TrainingRun.AllowNonFiniteLoss"/>).</exception>
    /// <exception cref="OperationCanceledException">Canceled; <see cref="TrainingRun.History"/> has the epochs that ended.</exception>
    public History Fit(
        IDataLoader<TBatch> loader, int epochs, IDataLoader<TBatch>? validation = null, IProgress<TrainingProgress>? progress = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(loader);
        ArgumentOutOfRangeException.ThrowIfNegative(epochs);
        CheckBatches(loader, "training");
        if (validation is not null)
        {
            CheckBatches(validation, "validation");
        }

        CheckIdle(nameof(Fit));
        Figures.CheckMetrics();
        CheckOptimizer();
        new TrainingLoop<TBatch>(this, _runner, loader, validation, progress, cancellation).Run(epochs);
        return History;
    }

    /// <summary>The mean loss and the metrics over some batches, in evaluation mode and without recording.</summary>
    /// <param name="loader">The batches.</param>
    /// <param name="cancellation">Ends it after the batch that is running.</param>
    /// <returns>The figures by name: <c>loss</c> and the metrics.</returns>
    /// <exception cref="ArgumentException">There are no batches, or two metrics have one name.</exception>
    /// <exception cref="OperationCanceledException">Canceled.</exception>
    public IReadOnlyDictionary<string, double> Evaluate(IDataLoader<TBatch> loader, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(loader);
        CheckBatches(loader, "evaluation");
        Figures.CheckMetrics();

        // A callback may ask in the middle of an epoch, whose own counts must not be lost.
        double[] tally = State.Tally.State;
        Tensor[] counted = [.. Metrics.Select(static metric => metric.State)];
        using ModuleModes modes = new(Model);
        try
        {
            return Figures.Named(_runner.Evaluate(loader, null, cancellation));
        }
        finally
        {
            State.Tally.State = tally;
            for (int m = 0; m < counted.Length; m++)
            {
                Metrics[m].State = counted[m];
            }
        }
    }

    private static void CheckBatches(IDataLoader<TBatch> loader, string kind)
    {
        if (loader.Count == 0)
        {
            throw new ArgumentException(
                $"Trainer: the {kind} loader has no batches; its data set is empty, or smaller than a batch while the last one is dropped.",
                nameof(loader));
        }
    }
}
