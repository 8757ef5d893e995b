using System.Globalization;

namespace DeepLearning.Layers;

/// <summary>
/// In training, sets elements to the lower limit of <see cref="SELU"/> with probability p and scales and shifts all, so that mean 0 and
/// variance 1 stay; in evaluation passes everything. See <see cref="Tensor.AlphaDropout"/> (Klambauer et al., "Self-normalizing neural
/// networks", 2017).
/// </summary>
public sealed class AlphaDropout : Layer
{
    private readonly double _probability;
    private readonly Generator? _generator;

    /// <summary>Makes the layer.</summary>
    /// <param name="probability">The probability p that an element is dropped, 0 to 1.</param>
    /// <param name="generator">The source of randomness; <see cref="Generator.Default"/> when null.</param>
    /// <exception cref="ArgumentOutOfRangeException">The probability is not from 0 to 1.</exception>
    public AlphaDropout(double probability = 0.5, Generator? generator = null)
    {
        OptionChecks.Probability(probability, "AlphaDropout");
        (_probability, _generator) = (probability, generator);
    }

    /// <inheritdoc/>
    protected internal override string Details => _probability.ToString(CultureInfo.InvariantCulture);

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor input) => input.AlphaDropout(_probability, Training, _generator);
}
