using System.Globalization;

namespace DeepLearning.Layers;

/// <summary>
/// In training, adds normal random numbers; in evaluation passes everything. See <see cref="Tensor.GaussianNoise"/> (Bishop, "Training with
/// noise is equivalent to Tikhonov regularization", 1995).
/// </summary>
public sealed class GaussianNoise : Layer
{
    private readonly double _std;
    private readonly Generator? _generator;

    /// <summary>Makes the layer.</summary>
    /// <param name="std">The standard deviation of what is added.</param>
    /// <param name="generator">The source of randomness; <see cref="Generator.Default"/> when null.</param>
    /// <exception cref="ArgumentOutOfRangeException">The deviation is negative or not finite.</exception>
    public GaussianNoise(double std = 0.1, Generator? generator = null)
    {
        NoiseLimits.CheckDeviation(std, "GaussianNoise");
        (_std, _generator) = (std, generator);
    }

    /// <inheritdoc/>
    protected internal override string Details => _std.ToString(CultureInfo.InvariantCulture);

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor input) => input.GaussianNoise(_std, Training, _generator);
}
