namespace DeepLearning;

public partial class Tensor
{
    /// <summary>Adds normal random numbers: y = x + std · n, a new n for each element.</summary>
    /// <param name="std">The standard deviation of what is added.</param>
    /// <param name="training">False returns this tensor as it is.</param>
    /// <param name="generator">The source of randomness; <see cref="Generator.Default"/> when null.</param>
    /// <exception cref="ArgumentOutOfRangeException">The deviation is negative or not finite.</exception>
    /// <exception cref="DTypeException">This tensor is not of a floating-point type.</exception>
    public Tensor GaussianNoise(double std = 0.1, bool training = true, Generator? generator = null)
    {
        ChannelDropout.RequireFloatingPoint(this, "GaussianNoise");
        NoiseLimits.CheckDeviation(std, "GaussianNoise");
        return !training || std == 0 ? this : Add(Noise.Normal(this, 0, std, generator)).To(DType);
    }

    /// <summary>
    /// Multiplies by normal random numbers of mean 1 and the variance p / (1 − p) that dropout has (Srivastava et al., "Dropout: a simple
    /// way to prevent neural networks from overfitting", 2014, section 10).
    /// </summary>
    /// <param name="probability">p, 0 to below 1.</param>
    /// <param name="training">False returns this tensor as it is.</param>
    /// <param name="generator">The source of randomness; <see cref="Generator.Default"/> when null.</param>
    /// <exception cref="ArgumentOutOfRangeException">The probability is not from 0 to below 1.</exception>
    /// <exception cref="DTypeException">This tensor is not of a floating-point type.</exception>
    public Tensor GaussianDropout(double probability = 0.5, bool training = true, Generator? generator = null)
    {
        ChannelDropout.RequireFloatingPoint(this, "GaussianDropout");
        NoiseLimits.CheckBelowOne(probability, "GaussianDropout");
        return !training || probability == 0
            ? this
            : Multiply(Noise.Normal(this, 1, Math.Sqrt(probability / (1 - probability)), generator)).To(DType);
    }
}

/// <summary>Random numbers for the elements of a tensor: in float32, so that a seed gives the same ones whatever its type.</summary>
internal static class Noise
{
    public static Tensor Normal(Tensor like, double mean, double std, Generator? generator) =>
        Tensor.Empty(like.Shape, DType.Float32, like.Device).NormalInPlace(mean, std, generator);

    public static Tensor Uniform(Tensor like, Generator? generator) =>
        Tensor.Empty(like.Shape, DType.Float32, like.Device).UniformInPlace(generator: generator);

    public static Tensor Exponential(Tensor like, Generator? generator) =>
        Tensor.Empty(like.Shape, DType.Float32, like.Device).ExponentialInPlace(generator: generator);
}

/// <summary>What the parameters of noise must be.</summary>
internal static class NoiseLimits
{
    public static void CheckDeviation(double std, string operation)
    {
        if (!(std >= 0) || double.IsInfinity(std))
        {
            throw new ArgumentOutOfRangeException(nameof(std), std, $"{operation}: a standard deviation is 0 or more, and finite.");
        }
    }

    public static void CheckBelowOne(double probability, string operation)
    {
        if (!(probability is >= 0 and < 1))
        {
            throw new ArgumentOutOfRangeException(
                nameof(probability), probability, $"{operation}: the probability is from 0 to below 1, where the variance is infinite.");
        }
    }
}
