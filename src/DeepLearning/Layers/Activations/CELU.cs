using System.Globalization;

namespace DeepLearning.Layers;

/// <summary>y = x above 0, α (e^(x/α) − 1) below. See <see cref="Tensor.Celu(double)"/>.</summary>
/// <param name="alpha">The limit for x → −∞, negated.</param>
public sealed class CELU(double alpha = 1.0) : Layer
{
    /// <inheritdoc/>
    protected internal override string Details => $"alpha {alpha.ToString(CultureInfo.InvariantCulture)}";

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor input) => input.Celu(alpha);
}
