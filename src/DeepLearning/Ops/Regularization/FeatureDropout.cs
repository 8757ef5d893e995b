namespace DeepLearning;

public partial class Tensor
{
    /// <summary>Drops whole channels of [batch, channels, length] or [channels, length]: see <see cref="Dropout"/>.</summary>
    /// <param name="probability">The probability p that a channel is set to 0, 0 to 1; the others are scaled by 1 / (1 − p).</param>
    /// <param name="training">False returns this tensor as it is.</param>
    /// <param name="generator">The source of randomness; <see cref="Generator.Default"/> when null.</param>
    /// <exception cref="ArgumentOutOfRangeException">The probability is not from 0 to 1.</exception>
    /// <exception cref="DTypeException">This tensor is not of a floating-point type.</exception>
    /// <exception cref="ShapeException">This tensor has another rank.</exception>
    public Tensor Dropout1d(double probability = 0.5, bool training = true, Generator? generator = null) => Rank is 2 or 3
        ? ChannelDropout.Run(this, Rank - 1, probability, training, generator, "Dropout1d")
        : throw new ShapeException($"Dropout1d: the input is [batch, channels, length] or [channels, length], not {Shape}.");

    /// <summary>Drops whole channels of [batch, channels, height, width]: see <see cref="Dropout"/>.</summary>
    /// <param name="probability">The probability p that a channel is set to 0, 0 to 1; the others are scaled by 1 / (1 − p).</param>
    /// <param name="training">False returns this tensor as it is.</param>
    /// <param name="generator">The source of randomness; <see cref="Generator.Default"/> when null.</param>
    /// <exception cref="ArgumentOutOfRangeException">The probability is not from 0 to 1.</exception>
    /// <exception cref="DTypeException">This tensor is not of a floating-point type.</exception>
    /// <exception cref="ShapeException">
    /// This tensor has another rank. Of three axes nobody knows whether the first is a batch: <see cref="Dropout1d"/> takes [batch,
    /// channels, length].
    /// </exception>
    public Tensor Dropout2d(double probability = 0.5, bool training = true, Generator? generator = null) => Rank == 4
        ? ChannelDropout.Run(this, 2, probability, training, generator, "Dropout2d")
        : throw new ShapeException(
            $"Dropout2d: the input is [batch, channels, height, width], not {Shape}; Dropout1d takes [batch, channels, length], and one "
                + "sample has a batch axis after Unsqueeze(0).");

    /// <summary>
    /// Drops whole channels of [batch, channels, depth, height, width] or [channels, depth, height, width]: see <see cref="Dropout"/>.
    /// </summary>
    /// <param name="probability">The probability p that a channel is set to 0, 0 to 1; the others are scaled by 1 / (1 − p).</param>
    /// <param name="training">False returns this tensor as it is.</param>
    /// <param name="generator">The source of randomness; <see cref="Generator.Default"/> when null.</param>
    /// <exception cref="ArgumentOutOfRangeException">The probability is not from 0 to 1.</exception>
    /// <exception cref="DTypeException">This tensor is not of a floating-point type.</exception>
    /// <exception cref="ShapeException">This tensor has another rank.</exception>
    public Tensor Dropout3d(double probability = 0.5, bool training = true, Generator? generator = null) => Rank is 4 or 5
        ? ChannelDropout.Run(this, Rank - 3, probability, training, generator, "Dropout3d")
        : throw new ShapeException(
            $"Dropout3d: the input is [batch, channels, depth, height, width] or [channels, depth, height, width], not {Shape}.");

    /// <summary>
    /// Drops whole samples, the parts along axis 0: the path around which a residual block is built (Huang et al., "Deep networks with
    /// stochastic depth", 2016).
    /// </summary>
    /// <param name="probability">The probability p that a sample is set to 0, 0 to 1.</param>
    /// <param name="training">False returns this tensor as it is.</param>
    /// <param name="scaleByKeep">Whether the others are scaled by 1 / (1 − p), so that the mean stays.</param>
    /// <param name="generator">The source of randomness; <see cref="Generator.Default"/> when null.</param>
    /// <exception cref="ArgumentOutOfRangeException">The probability is not from 0 to 1.</exception>
    /// <exception cref="DTypeException">This tensor is not of a floating-point type.</exception>
    /// <exception cref="ShapeException">This tensor has no axis.</exception>
    public Tensor DropPath(
        double probability = 0.5, bool training = true, bool scaleByKeep = true, Generator? generator = null) => Rank == 0
        ? throw new ShapeException("DropPath: the input is [batch, ..], not a single number.")
        : ChannelDropout.Run(this, 1, probability, training, generator, "DropPath", scaleByKeep);
}

/// <summary>Dropout of what lies behind the first axes of a tensor, as a whole.</summary>
internal static class ChannelDropout
{
    /// <summary>Drops or keeps each of the parts that the first axes number.</summary>
    public static Tensor Run(
        Tensor x, int axes, double probability, bool training, Generator? generator, string operation, bool scales = true)
    {
        OptionChecks.Probability(probability, operation);
        RequireFloatingPoint(x, operation);
        if (!training || probability == 0)
        {
            return x;
        }

        Tensor mask = Mask(x, axes, probability, generator);
        return x.Map(mask, new DropoutOp(scales && probability < 1 ? 1 / (1 - probability) : 1));
    }

    /// <summary>1 for each of the parts that is kept, of a shape that broadcasts over them.</summary>
    public static Tensor Mask(Tensor x, int axes, double probability, Generator? generator)
    {
        int[] shape = [.. x.Shape];
        shape.AsSpan(axes).Fill(1);
        return Tensor.Empty(shape, DType.Bool, x.Device).BernoulliInPlace(1 - probability, generator);
    }

    public static void RequireFloatingPoint(Tensor x, string operation)
    {
        if (!x.DType.IsFloatingPoint())
        {
            throw new DTypeException($"{operation}: needs a floating-point tensor, not {x.DType.Name()}; convert with To(DType.Float32).");
        }
    }
}
