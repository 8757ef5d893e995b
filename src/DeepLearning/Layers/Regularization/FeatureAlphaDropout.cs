using System.Globalization;

namespace DeepLearning.Layers;

/// <summary>
/// <see cref="AlphaDropout"/> of whole channels of [batch, channels, ..]. See <see cref="Tensor.FeatureAlphaDropout"/>.
/// </summary>
public sealed class FeatureAlphaDropout : Layer
{
    private readonly double _probability;
    private readonly Generator? _generator;

    /// <summary>Makes the layer.</summary>
    /// <param name="probability">The probability p that a channel is dropped, 0 to 1.</param>
    /// <param name="generator">The source of randomness; <see cref="Generator.Default"/> when null.</param>
    /// <exception cref="ArgumentOutOfRangeException">The probability is not from 0 to 1.</exception>
    public FeatureAlphaDropout(double probability = 0.5, Generator? generator = null)
    {
        OptionChecks.Probability(probability, "FeatureAlphaDropout");
        (_probability, _generator) = (probability, generator);
    }

    /// <inheritdoc/>
    protected internal override string Details => _probability.ToString(CultureInfo.InvariantCulture);

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor input) => input.FeatureAlphaDropout(_probability, Training, _generator);
}
