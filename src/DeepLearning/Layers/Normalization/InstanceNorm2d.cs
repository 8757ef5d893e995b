namespace DeepLearning.Layers;

/// <summary>
/// Instance normalization of [batch, channels, height, width] or [channels, height, width]; see <see cref="InstanceNorm"/>.
/// </summary>
public sealed class InstanceNorm2d : InstanceNorm
{
    /// <summary>Makes the layer.</summary>
    /// <param name="channels">The length of the input's channel axis.</param>
    /// <param name="eps">Added to the variance.</param>
    /// <param name="momentum">The weight of the new figures in the running ones; null leaves them as they are.</param>
    /// <param name="affine">Whether there are a weight and a bias.</param>
    /// <param name="trackRunningStats">Whether running figures are kept, and used in evaluation.</param>
    /// <param name="dtype">The type of parameters and running figures.</param>
    public InstanceNorm2d(
        int channels, double eps = 1e-5, double? momentum = 0.1, bool affine = false, bool trackRunningStats = false,
        DType dtype = DType.Float32)
        : base(channels, eps, momentum, affine, trackRunningStats, dtype)
    {
    }

    private protected override (int Rank, string Axes) Expects => (4, "height, width");
}
