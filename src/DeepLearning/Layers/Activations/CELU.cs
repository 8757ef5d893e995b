using System.Globalization;

namespace DeepLearning.Layers;

/// <summary>y = x above 0, α (e^(x/α) − 1) below. See <see cref="Tensor.Celu(double)"/>.</summary>
/// <param name="alpha">The limit for x → −∞, negated; not 0.</param>
/// <exception cref="ArgumentOutOfRangeException"><paramref name="alpha"/> is 0, or not finite.</exception>
public sealed class CELU(double alpha = 1.0) : Layer
{
    private readonly double _alpha = CeluOptions.Check(alpha);

    /// <inheritdoc/>
    protected internal override string Details => $"alpha {_alpha.ToString(CultureInfo.InvariantCulture)}";

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor input) => input.Celu(_alpha);
}
