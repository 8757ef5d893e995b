using System.Globalization;

namespace DeepLearning.Layers;

/// <summary>y = x above 0, slope · x below. See <see cref="Tensor.LeakyRelu(double)"/>.</summary>
/// <param name="negativeSlope">The slope below 0.</param>
/// <exception cref="ArgumentOutOfRangeException"><paramref name="negativeSlope"/> is NaN or infinite.</exception>
public sealed class LeakyReLU(double negativeSlope = 0.01) : Layer
{
    private readonly double _negativeSlope = OptionChecks.Finite(negativeSlope, nameof(LeakyReLU));

    /// <inheritdoc/>
    protected internal override string Details => $"negativeSlope {_negativeSlope.ToString(CultureInfo.InvariantCulture)}";

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor input) => input.LeakyRelu(_negativeSlope);
}
