using System.Globalization;

namespace DeepLearning.Layers;

/// <summary>
/// Divides by what neighboring channels respond, [batch, channels, height, width]: y = x / (k + alpha / size · s)^beta, s the sum of x²
/// over the channels up to ⌊(size − 1) / 2⌋ away on either side and, from where it is farther away, over channel 0. So PyTorch's
/// <c>nn.CrossMapLRN2d</c> computes it, for models that were trained with it; <see cref="LocalResponseNorm"/> is the one of the paper. The
/// gradient is that of this formula, which PyTorch's is not.
/// </summary>
public sealed class CrossMapLRN2d : Layer
{
    private readonly (int Size, double Alpha, double Beta, double K) _options;

    /// <summary>Makes the layer.</summary>
    /// <param name="size">What the sum is divided by; the window is as wide where it is odd, and one less where it is even.</param>
    /// <param name="alpha">The factor of the mean square.</param>
    /// <param name="beta">The exponent.</param>
    /// <param name="k">What the divisor begins with.</param>
    /// <exception cref="ArgumentOutOfRangeException">The size is below 1, or a number is not finite.</exception>
    public CrossMapLRN2d(int size, double alpha = 1e-4, double beta = 0.75, double k = 1.0)
    {
        OptionChecks.AtLeast(size, 1, nameof(CrossMapLRN2d));
        _options = (
            size, OptionChecks.Finite(alpha, nameof(CrossMapLRN2d)), OptionChecks.Finite(beta, nameof(CrossMapLRN2d)),
            OptionChecks.Finite(k, nameof(CrossMapLRN2d)));
    }

    /// <inheritdoc/>
    protected internal override string Details => string.Create(
        CultureInfo.InvariantCulture, $"{_options.Size}, alpha={_options.Alpha}, beta={_options.Beta}, k={_options.K}");

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor input)
    {
        if (input.Rank != 4)
        {
            throw new ShapeException($"CrossMapLRN2d: the input is [batch, channels, height, width], not {input.Shape}.");
        }

        int reach = (_options.Size - 1) / 2;
        return ChannelResponse.Divide(
            input, reach, reach, _options.Alpha / _options.Size, _options.Beta, _options.K, "CrossMapLRN2d", keepsFirst: true);
    }
}
