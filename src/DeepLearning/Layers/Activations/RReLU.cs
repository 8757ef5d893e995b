using System.Globalization;

namespace DeepLearning.Layers;

/// <summary>
/// x where x &gt; 0, else slope · x: in training with a random slope for each element, in evaluation with their mean. See
/// <see cref="Tensor.RRelu"/>.
/// </summary>
public sealed class RReLU : Layer
{
    private readonly double _lower;
    private readonly double _upper;
    private readonly Generator? _generator;

    /// <summary>Makes the layer.</summary>
    /// <param name="lower">The least slope.</param>
    /// <param name="upper">The greatest slope.</param>
    /// <param name="generator">The source of randomness; <see cref="Generator.Default"/> when null.</param>
    /// <exception cref="ArgumentException">The slopes are not finite, or the upper one is below the lower one.</exception>
    public RReLU(double lower = 1.0 / 8, double upper = 1.0 / 3, Generator? generator = null)
    {
        RandomSlopes.Check(lower, upper);
        (_lower, _upper, _generator) = (lower, upper, generator);
    }

    /// <inheritdoc/>
    protected internal override string Details => string.Create(CultureInfo.InvariantCulture, $"lower {_lower}, upper {_upper}");

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor input) => input.RRelu(_lower, _upper, Training, _generator);
}
