using System.Globalization;
using DeepLearning.Layers;

namespace DeepLearning.Models;

/// <summary>
/// In training, sets elements to 0, each with a probability, and leaves the others as they are (dropout would scale them up); in evaluation
/// passes everything. Vincent et al. 2008, "Extracting and composing robust features with denoising autoencoders". Any shape in and out.
/// </summary>
public sealed class MaskingNoise : Layer
{
    private readonly double _probability;
    private readonly Generator? _generator;

    /// <summary>Makes the layer.</summary>
    /// <param name="probability">The probability of an element to become 0.</param>
    /// <param name="generator">The source of randomness; <see cref="Generator.Default"/> when null.</param>
    /// <exception cref="ArgumentOutOfRangeException">The probability is not from 0 to 1.</exception>
    public MaskingNoise(double probability = 0.25, Generator? generator = null)
    {
        OptionChecks.Probability(probability, nameof(MaskingNoise));
        (_probability, _generator) = (probability, generator);
    }

    /// <inheritdoc/>
    protected internal override string Details => _probability.ToString(CultureInfo.InvariantCulture);

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor input) => Training
        ? input.MaskedFill(Tensor.Rand(input.Shape.ToArray(), DType.Float32, _generator, input.Device).Less(_probability), 0)
        : input;
}
