namespace DeepLearning.Backends;

/// <summary>
/// Weighted sums of neighbors along the last two axes of [planes, height, width], where the device has a kernel for them.
/// </summary>
internal abstract partial class Backend
{
    /// <summary>y = x with both axes resampled; of float32 or float64.</summary>
    /// <returns>Whether it was done.</returns>
    public virtual bool TryResample(ResampleAxis vertical, ResampleAxis horizontal, Tensor x, Tensor y) => false;
}
