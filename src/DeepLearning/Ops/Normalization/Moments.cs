namespace DeepLearning;

/// <summary>Mean and variance as normalizations compose them.</summary>
internal static class Moments
{
    /// <summary>
    /// x − mean(x), the biased variance, and the mean in float64 without a record; the axes keep length 1. The mean is taken twice, since
    /// the first is rounded, which is much beside a small deviation.
    /// </summary>
    public static (Tensor Centered, Tensor Variance, Tensor Mean) Of(Tensor x, int[] axes)
    {
        Tensor rough = x.Mean(axes, keepDim: true), near = x - rough, rest = near.Mean(axes, keepDim: true), centered = near - rest;
        Tensor mean = rough.Detach().To(DType.Float64) + rest.Detach().To(DType.Float64);
        return (centered, centered.Square().Mean(axes, keepDim: true), mean);
    }
}
