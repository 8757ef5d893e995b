using System.Globalization;

namespace DeepLearning.Layers;

/// <summary>
/// In training, sets whole channels of [batch, channels, length] or [channels, length] to 0 with probability p and scales the others by 1 /
/// (1 − p); in evaluation passes everything. See <see cref="Tensor.Dropout1d"/> (Tompson et al., "Efficient object localization using
/// convolutional networks", 2015).
/// </summary>
public sealed class Dropout1d : Layer
{
    private readonly double _probability;
    private readonly Generator? _generator;

    /// <summary>Makes the layer.</summary>
    /// <param name="probability">The probability p that a channel is dropped, 0 to 1.</param>
    /// <param name="generator">The source of randomness; <see cref="Generator.Default"/> when null.</param>
    /// <exception cref="ArgumentOutOfRangeException">The probability is not from 0 to 1.</exception>
    public Dropout1d(double probability = 0.5, Generator? generator = null)
    {
        OptionChecks.Probability(probability, "Dropout1d");
        (_probability, _generator) = (probability, generator);
    }

    /// <inheritdoc/>
    protected internal override string Details => _probability.ToString(CultureInfo.InvariantCulture);

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor input) => input.Dropout1d(_probability, Training, _generator);
}
