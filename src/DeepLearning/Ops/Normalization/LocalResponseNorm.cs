namespace DeepLearning;

public partial class Tensor
{
    /// <summary>
    /// Divides by what neighboring channels (axis 1) respond: y = x / (k + alpha · s)^beta, s the sum of x² over a window of
    /// <paramref name="size"/> channels around each, 0 beyond the first and the last, divided by the size (Krizhevsky, Sutskever and
    /// Hinton, "ImageNet classification with deep convolutional neural networks", 2012), as PyTorch's <c>local_response_norm</c>.
    /// </summary>
    /// <param name="size">The number of channels in the window; an even one reaches one channel further toward the first.</param>
    /// <param name="alpha">The factor of the mean square.</param>
    /// <param name="beta">The exponent.</param>
    /// <param name="k">What the divisor begins with.</param>
    /// <returns>The result, of this tensor's shape.</returns>
    /// <exception cref="ShapeException">The input is not [batch, channels, length, ..].</exception>
    /// <exception cref="DTypeException">The tensor is not of a floating-point type.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The size is below 1, or a number is not finite.</exception>
    public Tensor LocalResponseNorm(int size, double alpha = 1e-4, double beta = 0.75, double k = 1.0)
    {
        if (Autocast.Enabled)
        {
            using Autocast.Operation cast = Autocast.Enter("LocalResponseNorm");
            return cast.Of(this).LocalResponseNorm(size, alpha, beta, k);
        }

        OptionChecks.AtLeast(size, 1, nameof(LocalResponseNorm));
        OptionChecks.Finite(alpha, nameof(LocalResponseNorm));
        OptionChecks.Finite(beta, nameof(LocalResponseNorm));
        OptionChecks.Finite(k, nameof(LocalResponseNorm));
        return Rank < 3
            ? throw new ShapeException($"LocalResponseNorm: the input is [batch, channels, length, ..], not {Shape}.")
            : ChannelResponse.Divide(this, size / 2, (size - 1) / 2, alpha / size, beta, k, "LocalResponseNorm");
    }
}

/// <summary>The response of a window of channels.</summary>
internal static class ChannelResponse
{
    /// <summary>
    /// x / (k + scale · Σ x²)^beta, the sum over so many channels before and after each, and with <paramref name="keepsFirst"/> over the
    /// first one too where it lies before those.
    /// </summary>
    public static Tensor Divide(
        Tensor input, int before, int after, double scale, double beta, double k, string operation, bool keepsFirst = false)
    {
        if (!input.DType.IsFloatingPoint())
        {
            throw new DTypeException(
                $"{operation}: defined for floating-point tensors, not {input.DType.Name()}; convert with To(DType.Float32).");
        }

        if (input.Count == 0)
        {
            return input.Clone();
        }

        Tensor x = input.To(input.DType.Compute());
        (int batch, int channels) = (x.Size(0), x.Size(1));
        // A pooling kernel runs along the channels, which stand for its height.
        Tensor squares = x.Square().Reshape(batch, 1, channels, -1), padded = squares.Pad([0, 0, before, after]);
        int window = before + after + 1;
        Tensor sums = padded.AvgPool2d((window, 1), 1, divisorOverride: 1);
        if (keepsFirst && channels > before + 1)
        {
            Tensor isBehind = Tensor.Arange(0, channels, dtype: x.DType, device: x.Device).Greater(before).To(x.DType);
            sums += squares.Narrow(2, 0, 1) * isBehind.Reshape(1, 1, channels, 1);
        }

        sums = sums.Reshape(x.Shape);
        return (x * ((sums * scale) + k).Pow(-beta)).To(input.DType);
    }
}
