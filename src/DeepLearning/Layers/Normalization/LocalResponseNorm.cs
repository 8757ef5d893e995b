using System.Globalization;

namespace DeepLearning.Layers;

/// <summary>
/// Divides by what neighboring channels respond, [batch, channels, length, ..]. See <see cref="Tensor.LocalResponseNorm"/>.
/// </summary>
public sealed class LocalResponseNorm : Layer
{
    private readonly (int Size, double Alpha, double Beta, double K) _options;

    /// <summary>Makes the layer.</summary>
    /// <param name="size">The number of channels in the window; an even one reaches one channel further toward the first.</param>
    /// <param name="alpha">The factor of the mean square.</param>
    /// <param name="beta">The exponent.</param>
    /// <param name="k">What the divisor begins with.</param>
    /// <exception cref="ArgumentOutOfRangeException">The size is below 1, or a number is not finite.</exception>
    public LocalResponseNorm(int size, double alpha = 1e-4, double beta = 0.75, double k = 1.0)
    {
        OptionChecks.AtLeast(size, 1, nameof(LocalResponseNorm));
        _options = (
            size, OptionChecks.Finite(alpha, nameof(LocalResponseNorm)), OptionChecks.Finite(beta, nameof(LocalResponseNorm)),
            OptionChecks.Finite(k, nameof(LocalResponseNorm)));
    }

    /// <inheritdoc/>
    protected internal override string Details => string.Create(
        CultureInfo.InvariantCulture, $"{_options.Size}, alpha={_options.Alpha}, beta={_options.Beta}, k={_options.K}");

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor input) =>
        input.LocalResponseNorm(_options.Size, _options.Alpha, _options.Beta, _options.K);
}
