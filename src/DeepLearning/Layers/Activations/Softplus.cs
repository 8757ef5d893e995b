using System.Globalization;

namespace DeepLearning.Layers;

/// <summary>y = log(1 + e^(βx)) / β. See <see cref="Tensor.Softplus(double,double)"/>.</summary>
/// <param name="beta">How sharp the bend is; not 0.</param>
/// <param name="threshold">Above it, β · x counts as x itself.</param>
/// <exception cref="ArgumentOutOfRangeException"><paramref name="beta"/> is 0.</exception>
public sealed class Softplus(double beta = 1.0, double threshold = 20.0) : Layer
{
    private readonly double _beta = SoftplusOptions.Check(beta);

    /// <inheritdoc/>
    protected internal override string Details => $"beta {_beta.ToString(CultureInfo.InvariantCulture)}, threshold "
        + $"{threshold.ToString(CultureInfo.InvariantCulture)}";

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor input) => input.Softplus(_beta, threshold);
}
