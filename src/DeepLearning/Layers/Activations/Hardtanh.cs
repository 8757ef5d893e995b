using System.Globalization;

namespace DeepLearning.Layers;

/// <summary>x, cut off at both ends. See <see cref="Tensor.Hardtanh(double,double)"/>.</summary>
/// <param name="minValue">The least result.</param>
/// <param name="maxValue">The greatest result.</param>
public sealed class Hardtanh(double minValue = -1.0, double maxValue = 1.0) : Layer
{
    /// <inheritdoc/>
    protected internal override string Details => $"minValue {minValue.ToString(CultureInfo.InvariantCulture)}, maxValue "
        + $"{maxValue.ToString(CultureInfo.InvariantCulture)}";

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor input) => input.Hardtanh(minValue, maxValue);
}
