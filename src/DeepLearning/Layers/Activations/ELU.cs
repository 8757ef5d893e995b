using System.Globalization;

namespace DeepLearning.Layers;

/// <summary>y = x above 0, α (eˣ − 1) below. See <see cref="Tensor.Elu(double)"/>.</summary>
/// <param name="alpha">The limit for x → −∞, negated.</param>
/// <exception cref="ArgumentOutOfRangeException"><paramref name="alpha"/> is NaN or infinite.</exception>
public sealed class ELU(double alpha = 1.0) : Layer
{
    private readonly double _alpha = OptionChecks.Finite(alpha, nameof(ELU));

    /// <inheritdoc/>
    protected internal override string Details => $"alpha {_alpha.ToString(CultureInfo.InvariantCulture)}";

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor input) => input.Elu(_alpha);
}
