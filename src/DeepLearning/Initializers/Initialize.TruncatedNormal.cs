namespace DeepLearning.Initializers;

public static partial class Initialize
{
    /// <summary>Where double precision tells the probability of an end from 0 or 1.</summary>
    private const double FurthestEnd = 8;

    /// <summary>
    /// Fills with normally distributed numbers of an interval: √2 · std · erf⁻¹(u) + mean, u being uniform between the values of the
    /// distribution at both ends. PyTorch's <c>trunc_normal_</c>: the ends are numbers, not multiples of the deviation.
    /// </summary>
    /// <param name="tensor">The tensor to fill.</param>
    /// <param name="mean">The mean, before numbers outside are left out.</param>
    /// <param name="std">The standard deviation, before numbers outside are left out; above 0.</param>
    /// <param name="low">The lower end.</param>
    /// <param name="high">The upper end.</param>
    /// <param name="generator">The source of randomness; <see cref="Generator.Default"/> when null.</param>
    /// <returns>The tensor.</returns>
    /// <exception cref="ArgumentException">The deviation is not above 0, the ends do not follow one another, or they lie where the
    /// distribution has nothing: more than 8 deviations on one side of the mean.</exception>
    public static Tensor TruncatedNormal(
        Tensor tensor, double mean = 0, double std = 1, double low = -2, double high = 2, Generator? generator = null)
    {
        Check(tensor);
        OptionChecks.Finite(mean, "Initialize.TruncatedNormal");
        OptionChecks.Positive(OptionChecks.Finite(std, "Initialize.TruncatedNormal"), "Initialize.TruncatedNormal", nameof(std));
        if (!(low < high) || low > mean + (FurthestEnd * std) || high < mean - (FurthestEnd * std))
        {
            throw new ArgumentException(
                FormattableString.Invariant($"Initialize.TruncatedNormal: [{low}, {high}] is not an interval within {FurthestEnd} ")
                + FormattableString.Invariant($"deviations of a normal distribution of mean {mean} and deviation {std}."),
                nameof(low));
        }

        double[] ends = Tensor.From([(low - mean) / std, (high - mean) / std]).Divide(Math.Sqrt(2)).Erf().ToArray<double>();
        Tensor values = Tensor.Uniform(ends[0], ends[1], tensor.Shape, DType.Float64, generator).ErfInv();
        return Write(tensor, values.Multiply(std * Math.Sqrt(2)).Add(mean).Clamp(low, high));
    }
}
