using System.Globalization;

namespace DeepLearning.Layers;

/// <summary>
/// In training, multiplies by normal random numbers of mean 1 and variance p / (1 − p); in evaluation passes everything. See
/// <see cref="Tensor.GaussianDropout"/> (Srivastava et al., "Dropout: a simple way to prevent neural networks from overfitting", 2014).
/// </summary>
public sealed class GaussianDropout : Layer
{
    private readonly double _probability;
    private readonly Generator? _generator;

    /// <summary>Makes the layer.</summary>
    /// <param name="probability">p, 0 to below 1.</param>
    /// <param name="generator">The source of randomness; <see cref="Generator.Default"/> when null.</param>
    /// <exception cref="ArgumentOutOfRangeException">The probability is not from 0 to below 1.</exception>
    public GaussianDropout(double probability = 0.5, Generator? generator = null)
    {
        NoiseLimits.CheckBelowOne(probability, "GaussianDropout");
        (_probability, _generator) = (probability, generator);
    }

    /// <inheritdoc/>
    protected internal override string Details => _probability.ToString(CultureInfo.InvariantCulture);

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor input) => input.GaussianDropout(_probability, Training, _generator);
}
