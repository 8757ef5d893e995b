using System.Globalization;

namespace DeepLearning.Layers;

/// <summary>y = log(1 + e^(βx)) / β. See <see cref="Tensor.Softplus(double,double)"/>.</summary>
/// <param name="beta">How sharp the bend is; not 0.</param>
/// <param name="threshold">Above it, β · x counts as x itself.</param>
/// <exception cref="ArgumentOutOfRangeException">
/// <paramref name="beta"/> is 0 or not finite, or <paramref name="threshold"/> NaN.
/// </exception>
public sealed class Softplus(double beta = 1.0, double threshold = 20.0) : Layer
{
    private readonly double _beta = OptionChecks.Divisor(beta, nameof(Softplus));
    private readonly double _threshold = OptionChecks.NotNaN(threshold, nameof(Softplus));

    /// <inheritdoc/>
    protected internal override string Details => $"beta {_beta.ToString(CultureInfo.InvariantCulture)}, threshold "
        + $"{_threshold.ToString(CultureInfo.InvariantCulture)}";

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor input) => input.Softplus(_beta, _threshold);
}
