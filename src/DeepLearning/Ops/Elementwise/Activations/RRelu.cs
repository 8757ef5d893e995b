namespace DeepLearning;

public partial class Tensor
{
    /// <summary>
    /// Rectified linear unit with random slopes: y = x where x &gt; 0, else slope · x, in training with a slope drawn uniformly from
    /// [lower, upper) for each element, otherwise with their mean (Xu et al., "Empirical evaluation of rectified activations in
    /// convolutional network", 2015).
    /// </summary>
    /// <param name="lower">The least slope.</param>
    /// <param name="upper">The greatest slope.</param>
    /// <param name="training">Whether slopes are drawn.</param>
    /// <param name="generator">The source of randomness; <see cref="Generator.Default"/> when null.</param>
    /// <exception cref="ArgumentException">The slopes are not finite, or the upper one is below the lower one.</exception>
    public Tensor RRelu(double lower = 1.0 / 8, double upper = 1.0 / 3, bool training = false, Generator? generator = null)
    {
        RandomSlopes.Check(lower, upper);
        if (!training)
        {
            return LeakyRelu((lower + upper) / 2);
        }

        DType dtype = DType.IsFloatingPoint() ? DType : DType.Float32;
        Tensor slopes = Noise.Uniform(this, generator).To(dtype.Compute()).Multiply(upper - lower).Add(lower);
        return To(dtype.Compute()).Map(slopes, default(PreluOp)).To(dtype);
    }
}

/// <summary>What the slopes of a random rectifier must be.</summary>
internal static class RandomSlopes
{
    public static void Check(double lower, double upper)
    {
        if (!(lower <= upper) || !double.IsFinite(upper - lower))
        {
            throw new ArgumentException(
                $"RReLU: {lower} to {upper} is not an interval of slopes; give finite ends, lower and upper, the lower one first.");
        }
    }
}
