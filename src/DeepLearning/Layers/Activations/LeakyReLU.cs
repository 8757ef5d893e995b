using System.Globalization;

namespace DeepLearning.Layers;

/// <summary>y = x above 0, slope · x below. See <see cref="Tensor.LeakyRelu(double)"/>.</summary>
/// <param name="negativeSlope">The slope below 0.</param>
public sealed class LeakyReLU(double negativeSlope = 0.01) : Layer
{
    /// <inheritdoc/>
    protected internal override string Details => $"negativeSlope {negativeSlope.ToString(CultureInfo.InvariantCulture)}";

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor input) => input.LeakyRelu(negativeSlope);
}
