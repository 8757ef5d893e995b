using System.Globalization;

namespace DeepLearning.Layers;

/// <summary>x, cut off at both ends. See <see cref="Tensor.Hardtanh(double,double)"/>.</summary>
public sealed class Hardtanh : Layer
{
    private readonly double _minValue;
    private readonly double _maxValue;

    /// <summary>Makes the layer.</summary>
    /// <param name="minValue">The least result.</param>
    /// <param name="maxValue">The greatest result.</param>
    /// <exception cref="ArgumentException"><paramref name="minValue"/> is above <paramref name="maxValue"/>.</exception>
    public Hardtanh(double minValue = -1.0, double maxValue = 1.0)
    {
        HardtanhOp.CheckOrder(minValue, maxValue);
        (_minValue, _maxValue) = (minValue, maxValue);
    }

    /// <inheritdoc/>
    protected internal override string Details => $"minValue {_minValue.ToString(CultureInfo.InvariantCulture)}, maxValue "
        + $"{_maxValue.ToString(CultureInfo.InvariantCulture)}";

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor input) => input.Hardtanh(_minValue, _maxValue);
}
