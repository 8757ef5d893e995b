using System.Globalization;
using DeepLearning.Layers;

namespace DeepLearning.Models;

/// <summary>
/// In training, sets elements to the least or the greatest value, each with a probability and the two as often; in evaluation passes
/// everything. Vincent et al. 2010, "Stacked denoising autoencoders". Any shape in and out.
/// </summary>
public sealed class SaltAndPepperNoise : Layer
{
    private readonly double _probability, _low, _high;
    private readonly Generator? _generator;

    /// <summary>Makes the layer.</summary>
    /// <param name="probability">The probability of an element to change.</param>
    /// <param name="low">Pepper.</param>
    /// <param name="high">Salt.</param>
    /// <param name="generator">The source of randomness; <see cref="Generator.Default"/> when null.</param>
    /// <exception cref="ArgumentOutOfRangeException">The probability is not from 0 to 1.</exception>
    public SaltAndPepperNoise(double probability = 0.1, double low = 0, double high = 1, Generator? generator = null)
    {
        OptionChecks.Probability(probability, nameof(SaltAndPepperNoise));
        (_probability, _low, _high, _generator) = (probability, low, high, generator);
    }

    /// <inheritdoc/>
    protected internal override string Details => _probability.ToString(CultureInfo.InvariantCulture);

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor input)
    {
        if (!Training)
        {
            return input;
        }

        Tensor drawn = Tensor.Rand(input.Shape.ToArray(), DType.Float32, _generator, input.Device);
        return input.MaskedFill(drawn.Less(_probability), _high).MaskedFill(drawn.Less(_probability / 2), _low);
    }
}
