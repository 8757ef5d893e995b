using DeepLearning.Optimizers;

namespace DeepLearning.Training;

/// <summary>
/// Adds normal noise to the gradients before each step, after clipping, of a variance that falls with the steps: η / (1 + t)^γ
/// (<see cref="Gradients.AddNoise"/>). Neelakantan et al., "Adding gradient noise improves learning for very deep networks", 2015.
/// </summary>
/// <remarks>
/// The noise comes from <see cref="Generator.Default"/>, or from a generator that belongs to <see cref="TrainingRun.Generators"/>, so that
/// a checkpoint keeps it.
/// </remarks>
public sealed class GradientNoise : TrainingCallback
{
    private readonly double _eta;
    private readonly double _gamma;
    private readonly Generator? _generator;

    /// <summary>Noise whose variance is <paramref name="eta"/> at first.</summary>
    /// <param name="eta">The variance η at first; 0.01, 0.3 and 1 are the paper's.</param>
    /// <param name="gamma">How fast it falls, γ; 0 for not at all.</param>
    /// <param name="generator">Where the noise comes from; null for <see cref="Generator.Default"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is negative.</exception>
    public GradientNoise(double eta = 0.3, double gamma = 0.55, Generator? generator = null)
    {
        Gradients.NoiseDeviation(0, eta, gamma);
        (_eta, _gamma, _generator) = (eta, gamma, generator);
    }

    /// <inheritdoc/>
    public override string ToString() => FormattableString.Invariant($"GradientNoise({_eta}, {_gamma})");

    /// <inheritdoc/>
    public override void FitStarted(TrainingRun run)
    {
        ArgumentNullException.ThrowIfNull(run);
        if (_generator is not null && !run.Generators.Contains(_generator))
        {
            throw new ArgumentException(
                "GradientNoise: its generator is not among the run's Generators, so that a checkpoint would not keep it; add it there.");
        }
    }

    /// <inheritdoc/>
    public override void GradientsReady(TrainingRun run)
    {
        ArgumentNullException.ThrowIfNull(run);
        Gradients.AddNoise(
            run.Optimizer.ParameterGroups.SelectMany(static group => group.Parameters),
            Gradients.NoiseDeviation(run.Steps, _eta, _gamma), _generator);
    }
}
