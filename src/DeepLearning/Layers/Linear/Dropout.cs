using System.Globalization;

namespace DeepLearning.Layers;

/// <summary>
/// In training, sets each element to 0 with probability p and scales the others by 1 / (1 − p); in evaluation passes everything. Srivastava
/// et al., "Dropout: a simple way to prevent neural networks from overfitting", 2014.
/// </summary>
public sealed class Dropout : Layer
{
    private readonly double _probability;
    private readonly Generator? _generator;

    /// <summary>Makes the layer.</summary>
    /// <param name="probability">The probability p that an element is dropped, 0 to 1.</param>
    /// <param name="generator">The source of randomness; <see cref="Generator.Default"/> when null.</param>
    /// <exception cref="ArgumentOutOfRangeException">The probability is not from 0 to 1.</exception>
    public Dropout(double probability = 0.5, Generator? generator = null)
    {
        OptionChecks.Probability(probability, "Dropout");
        (_probability, _generator) = (probability, generator);
    }

    /// <inheritdoc/>
    protected internal override string Details => _probability.ToString(CultureInfo.InvariantCulture);

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor input) => input.Dropout(_probability, Training, _generator);
}
