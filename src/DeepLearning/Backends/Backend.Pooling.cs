namespace DeepLearning.Backends;

/// <summary>
/// Pooling over the spatial axes of tensors [planes, spatial axes ..] of float32 and float64, where the device has kernels for it.
/// </summary>
internal abstract partial class Backend
{
    /// <summary>
    /// y = the greatest element of each window, NaN above all; <paramref name="indices"/> (int32), where not null, its position in the
    /// plane: the first of equals, the last of several NaN.
    /// </summary>
    /// <returns>Whether it was done.</returns>
    public virtual bool TryMaxPool(PoolWindows windows, Tensor x, Tensor y, Tensor? indices) => false;

    /// <summary>dx [planes, size] = for each element the sum of the gradients dy [planes, windows] of the windows that took it</summary>
    /// <returns>Whether it was done.</returns>
    public virtual bool TryMaxPoolBackward(Tensor dy, Tensor indices, Tensor dx) => false;

    /// <summary>y = the sum of each window over <paramref name="divisor"/>, or over its count where that is null</summary>
    /// <returns>Whether it was done.</returns>
    public virtual bool TryAveragePool(PoolWindows windows, int? divisor, Tensor x, Tensor y) => false;

    /// <summary>dx = the gradient of x from that of y: each is shared out over its window</summary>
    /// <returns>Whether it was done.</returns>
    public virtual bool TryAveragePoolBackward(PoolWindows windows, int? divisor, Tensor dy, Tensor dx) => false;
}
