using System.Globalization;

namespace DeepLearning.Layers;

/// <summary>x where x is above a threshold, else a fixed value. See <see cref="Tensor.Threshold(double,double)"/>.</summary>
/// <param name="threshold">The threshold.</param>
/// <param name="value">What stands for the rest.</param>
public sealed class Threshold(double threshold, double value) : Layer
{
    /// <inheritdoc/>
    protected internal override string Details => string.Create(CultureInfo.InvariantCulture, $"threshold {threshold}, value {value}");

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor input) => input.Threshold(threshold, value);
}
