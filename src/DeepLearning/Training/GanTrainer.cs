using DeepLearning.Data;
using DeepLearning.Layers;
using DeepLearning.Models;
using DeepLearning.Optimizers;

namespace DeepLearning.Training;

/// <summary>How a <see cref="GanTrainer"/> takes its steps.</summary>
/// <param name="Objective">What generator and discriminator are after.</param>
/// <param name="CriticSteps">
/// The steps of the discriminator before each of the generator. A batch is dealt out to them, so that each sees samples of its own: a
/// loader of batches of CriticSteps · n gives n to each. Wasserstein GANs take 5.
/// </param>
/// <param name="GradientPenalty">λ of the gradient penalty (10 in its paper); none at 0.</param>
/// <param name="ClipWeights">The limit at which the discriminator's parameters are cut off (0.01 in its paper); none when null.</param>
public sealed record GanOptions(
    GanObjective Objective = GanObjective.NonSaturating, int CriticSteps = 1, double GradientPenalty = 0, double? ClipWeights = null);

/// <summary>
/// Trains a generator against a discriminator, in alternating steps (Goodfellow et al. 2014, algorithm 1). It is a trainer of the
/// generator: its loss is the figure, and callbacks, schedules and checkpoints work as ever; the discriminator's state and its optimizer's
/// are in the checkpoint, too, by a callback that the trainer brings along. Batches are inputs, targets are not looked at. Add callbacks to
/// <see cref="TrainingRun.Callbacks"/> rather than replacing the list.
/// </summary>
public sealed class GanTrainer : Trainer<Example>
{
    private readonly Alternation _steps;

    /// <summary>A trainer of a generator.</summary>
    /// <param name="generator">Makes samples of noise.</param>
    /// <param name="discriminator">Gives the scores of samples.</param>
    /// <param name="generatorOptimizer">The optimizer of the generator's parameters.</param>
    /// <param name="discriminatorOptimizer">The optimizer of the discriminator's.</param>
    /// <param name="noise">Gives the noise of as many samples.</param>
    /// <param name="options">How the steps are taken; the defaults when null.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number of the options is out of its range.</exception>
    public GanTrainer(
        Module<Tensor, Tensor> generator, Module<Tensor, Tensor> discriminator, Optimizer generatorOptimizer,
        Optimizer discriminatorOptimizer, Func<int, Tensor> noise, GanOptions? options = null)
        : this(generator, generatorOptimizer,
            new Alternation(generator, discriminator, discriminatorOptimizer, noise, options ?? new GanOptions()))
    {
    }

    private GanTrainer(Module<Tensor, Tensor> generator, Optimizer optimizer, Alternation steps)
        : base(generator, optimizer, steps.Compute)
    {
        _steps = steps;
        Callbacks.Add(new DiscriminatorState(steps));
    }

    /// <summary>The mean loss of the discriminator's steps in the last batch; NaN before the first.</summary>
    public double DiscriminatorLoss => _steps.Loss;

    private sealed class Alternation
    {
        private readonly Module<Tensor, Tensor> _generator;
        private readonly Func<int, Tensor> _noise;
        private readonly GanOptions _options;

        public Alternation(
            Module<Tensor, Tensor> generator, Module<Tensor, Tensor> discriminator, Optimizer optimizer, Func<int, Tensor> noise,
            GanOptions options)
        {
            ArgumentNullException.ThrowIfNull(generator);
            ArgumentNullException.ThrowIfNull(discriminator);
            ArgumentNullException.ThrowIfNull(optimizer);
            ArgumentNullException.ThrowIfNull(noise);
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(options.CriticSteps, nameof(options));
            ArgumentOutOfRangeException.ThrowIfNegative(options.GradientPenalty, nameof(options));
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(options.ClipWeights ?? 1, nameof(options));
            (_generator, Discriminator, Optimizer, _noise, _options) = (generator, discriminator, optimizer, noise, options);
        }

        public Module<Tensor, Tensor> Discriminator { get; }

        public Optimizer Optimizer { get; }

        public double Loss { get; private set; } = double.NaN;

        /// <summary>In training the discriminator's steps on the parts of the batch; then the generator's loss.</summary>
        public BatchOutput Compute(Example batch)
        {
            Tensor real = batch.Input;
            int samples = real.Size(0), each = samples / _options.CriticSteps;
            if (each == 0)
            {
                throw new ArgumentException(
                    $"{nameof(GanTrainer)}: a batch of {samples} cannot be dealt out to {_options.CriticSteps} steps of the discriminator; "
                    + "it must have a sample for each.", nameof(batch));
            }

            if (_generator.Training)
            {
                Discriminator.Train();
                double sum = 0;
                for (int step = 0; step < _options.CriticSteps; step++)
                {
                    sum += Step(real.Narrow(0, step * each, each));
                }

                Loss = sum / _options.CriticSteps;
            }

            Parameter[] trained = [.. Discriminator.Parameters().Where(static p => p.RequiresGrad)];
            SetTrained(trained, false);
            try
            {
                Tensor fake = _generator.Forward(_noise(each));
                Tensor loss = GanLoss.Generator(_options.Objective, Discriminator.Forward(fake));
                return new BatchOutput(loss, Samples: each) { Counted = each };
            }
            finally
            {
                SetTrained(trained, true);
            }
        }

        private static void SetTrained(Parameter[] parameters, bool trained)
        {
            foreach (Parameter parameter in parameters)
            {
                parameter.RequiresGrad = trained;
            }
        }

        private double Step(Tensor real)
        {
            if (Autocast.LowType == DType.Float16)
            {
                throw new InvalidOperationException(
                    "GanTrainer: the discriminator's steps have no scale, which float16 needs; train in bfloat16.");
            }

            Tensor fake;
            using (GradMode.NoGrad())
            {
                fake = _generator.Forward(_noise(real.Size(0)));
            }

            Optimizer.ZeroGrad();
            Tensor loss = GanLoss.Discriminator(_options.Objective, Discriminator.Forward(real), Discriminator.Forward(fake));
            if (_options.GradientPenalty > 0)
            {
                loss += GanLoss.GradientPenalty(Discriminator.Forward, real, fake) * _options.GradientPenalty;
            }

            loss.Backward();
            Optimizer.Step();
            if (_options.ClipWeights is { } limit)
            {
                GanLoss.ClipWeights(Discriminator, limit);
            }

            return loss.Detach().To(DType.Float64).Item<double>();
        }
    }

    /// <summary>Puts the discriminator and its optimizer into checkpoints.</summary>
    private sealed class DiscriminatorState(Alternation steps) : TrainingCallback
    {
        private const string Model = "discriminator.", Optimizer = "discriminator_optimizer.";

        public override OrderedDictionary<string, Tensor> StateDict()
        {
            OrderedDictionary<string, Tensor> state = [];
            foreach ((string name, Tensor value) in steps.Discriminator.StateDict())
            {
                state[Model + name] = value;
            }

            foreach ((string name, Tensor value) in steps.Optimizer.StateDict())
            {
                state[Optimizer + name] = value;
            }

            return state;
        }

        public override void LoadStateDict(IReadOnlyDictionary<string, Tensor> state)
        {
            if (state.Count > 0)
            {
                steps.Discriminator.LoadStateDict(Of(state, Model));
                steps.Optimizer.LoadStateDict(Of(state, Optimizer));
            }
        }

        private static Dictionary<string, Tensor> Of(IReadOnlyDictionary<string, Tensor> state, string prefix) => state
            .Where(entry => entry.Key.StartsWith(prefix, StringComparison.Ordinal))
            .ToDictionary(entry => entry.Key[prefix.Length..], static entry => entry.Value);
    }
}
