using System.Globalization;

namespace DeepLearning.Layers;

/// <summary>y = x above 0, α (eˣ − 1) below. See <see cref="Tensor.Elu(double)"/>.</summary>
/// <param name="alpha">The limit for x → −∞, negated.</param>
public sealed class ELU(double alpha = 1.0) : Layer
{
    /// <inheritdoc/>
    protected internal override string Details => $"alpha {alpha.ToString(CultureInfo.InvariantCulture)}";

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor input) => input.Elu(alpha);
}
