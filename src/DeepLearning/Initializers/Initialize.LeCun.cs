namespace DeepLearning.Initializers;

public static partial class Initialize
{
    /// <summary>
    /// Fills with numbers uniform in ±√(3 / fan_in), whose deviation is 1 / √fan_in (LeCun et al., "Efficient backprop", 1998).
    /// </summary>
    /// <param name="tensor">The weight to fill, at least two axes.</param>
    /// <param name="generator">The source of randomness; <see cref="Generator.Default"/> when null.</param>
    /// <returns>The tensor.</returns>
    /// <exception cref="ShapeException">The tensor has fewer than two axes.</exception>
    public static Tensor LeCunUniform(Tensor tensor, Generator? generator = null)
    {
        double bound = Math.Sqrt(3.0 / Math.Max(Fans(tensor, "LeCunUniform").In, 1));
        return Uniform(tensor, -bound, bound, generator);
    }

    /// <summary>
    /// Fills with normal numbers of mean 0 and deviation 1 / √fan_in, as self-normalizing networks want it; see <see cref="LeCunUniform"/>.
    /// </summary>
    /// <param name="tensor">The weight to fill, at least two axes.</param>
    /// <param name="generator">The source of randomness; <see cref="Generator.Default"/> when null.</param>
    /// <returns>The tensor.</returns>
    /// <exception cref="ShapeException">The tensor has fewer than two axes.</exception>
    public static Tensor LeCunNormal(Tensor tensor, Generator? generator = null) =>
        Normal(tensor, 0, Math.Sqrt(1.0 / Math.Max(Fans(tensor, "LeCunNormal").In, 1)), generator);
}
