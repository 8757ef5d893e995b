using System.Globalization;

namespace DeepLearning.Layers;

/// <summary>x where x is above a threshold, else a fixed value. See <see cref="Tensor.Threshold(double,double)"/>.</summary>
/// <param name="threshold">The threshold.</param>
/// <param name="value">What stands for the rest.</param>
/// <exception cref="ArgumentOutOfRangeException"><paramref name="threshold"/> is NaN.</exception>
public sealed class Threshold(double threshold, double value) : Layer
{
    private readonly double _threshold = OptionChecks.NotNaN(threshold, nameof(Threshold));

    /// <inheritdoc/>
    protected internal override string Details => string.Create(CultureInfo.InvariantCulture, $"threshold {_threshold}, value {value}");

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor input) => input.Threshold(_threshold, value);
}
