using DeepLearning.Data;
using DeepLearning.Layers;
using DeepLearning.Optimizers;

namespace DeepLearning.Training;

/// <summary>Trains a model of one input tensor to give wanted outputs.</summary>
/// <example>
/// <code>
/// Trainer trainer = new(model, new Adam(model.Parameters()), new CrossEntropyLoss())
/// {
///     Metrics = [Metric.Accuracy()],
/// };
/// History history = trainer.Fit(DataLoader.Create(training, 64, shuffle: true), epochs: 10, DataLoader.Create(validation, 256));
/// </code>
/// </example>
public sealed class Trainer : Trainer<Example>
{
    private readonly Module<Tensor, Tensor> _model;

    /// <summary>A trainer of a model.</summary>
    /// <param name="model">The model.</param>
    /// <param name="optimizer">The optimizer of its parameters.</param>
    /// <param name="loss">
    /// The loss of the model's outputs and the targets: one number, the mean over the batch, or their sum (see
    /// <see cref="TrainingRun.LossReduction"/> and <see cref="Losses.Loss.WithCount"/>).
    /// </param>
    public Trainer(Module<Tensor, Tensor> model, Optimizer optimizer, Func<Tensor, Tensor, Tensor> loss)
        : base(model, optimizer, Computation(model, loss)) => _model = model;

    /// <summary>A trainer of a model with a loss that is a module, such as <see cref="Losses.CrossEntropyLoss"/>.</summary>
    /// <param name="model">The model.</param>
    /// <param name="optimizer">The optimizer of its parameters.</param>
    /// <param name="loss">The loss of the model's outputs and the targets. Parameters of its own are not in checkpoints.</param>
    public Trainer(Module<Tensor, Tensor> model, Optimizer optimizer, Module<Tensor, Tensor, Tensor> loss)
        : this(model, optimizer, loss is null ? null! : loss.Forward)
    {
    }

    /// <summary>The model's outputs for some inputs, in evaluation mode and without recording.</summary>
    /// <param name="inputs">The inputs, [samples, ..].</param>
    /// <param name="batchSize">How many are computed at a time.</param>
    /// <returns>The outputs, [samples, ..].</returns>
    /// <exception cref="ShapeException">There are no inputs.</exception>
    public Tensor Predict(Tensor inputs, int batchSize = 256)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        ArgumentOutOfRangeException.ThrowIfLessThan(batchSize, 1);
        if (inputs.Rank == 0 || inputs.Size(0) == 0)
        {
            throw new ShapeException($"Predict: inputs need samples along the first axis; these are {inputs.Shape}.");
        }

        return Prediction.Run(_model, Prediction.Batches(inputs, batchSize));
    }

    /// <summary>The model's outputs for the inputs of a loader, in its order, in evaluation mode and without recording.</summary>
    /// <param name="loader">The batches; their targets are not looked at.</param>
    /// <returns>The outputs, [samples, ..].</returns>
    /// <exception cref="ArgumentException">There are no batches.</exception>
    public Tensor Predict(IDataLoader<Example> loader)
    {
        ArgumentNullException.ThrowIfNull(loader);
        return loader.Count > 0
            ? Prediction.Run(_model, loader.Select(static batch => batch.Input))
            : throw new ArgumentException("Predict: the loader has no batches.", nameof(loader));
    }

    private static Func<Example, BatchOutput> Computation(Module<Tensor, Tensor> model, Func<Tensor, Tensor, Tensor> loss)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(loss);
        return batch =>
        {
            Tensor output = model.Forward(batch.Input);
            return new BatchOutput(loss(output, batch.Target), output, batch.Target);
        };
    }
}
