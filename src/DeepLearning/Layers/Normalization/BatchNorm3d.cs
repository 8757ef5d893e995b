namespace DeepLearning.Layers;

/// <summary>Batch normalization of [batch, channels, depth, height, width]; see <see cref="BatchNorm"/>.</summary>
public sealed class BatchNorm3d : BatchNorm
{
    /// <summary>Makes the layer.</summary>
    /// <param name="channels">The length of the input's axis 1.</param>
    /// <param name="eps">Added to the variance.</param>
    /// <param name="momentum">The weight of the new figures in the running ones; null for the mean of all batches.</param>
    /// <param name="affine">Whether there are a weight and a bias.</param>
    /// <param name="trackRunningStats">Whether running figures are kept; without, evaluation too uses the batch's.</param>
    /// <param name="dtype">The type of parameters and running figures.</param>
    public BatchNorm3d(
        int channels, double eps = 1e-5, double? momentum = 0.1, bool affine = true, bool trackRunningStats = true,
        DType dtype = DType.Float32)
        : base(channels, eps, momentum, affine, trackRunningStats, dtype)
    {
    }

    private protected override (bool Fits, string Wanted) Expects(int rank) => (rank == 5, $"[batch, {Channels}, depth, height, width]");
}
