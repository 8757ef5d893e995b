namespace DeepLearning.Backends;

/// <summary>
/// Normalization over rows (layer and root-mean-square norm), over channels (batch norm) and over groups of them (group norm), where the
/// device has kernels for it. Operands are contiguous and of one computed type, but the means and variances, which are float64.
/// </summary>
internal abstract partial class Backend
{
    /// <summary>
    /// y = (x − mean) · rstd · weight + bias for rows of x [rows, length]; stores the mean and rstd = 1/√(variance + eps) of each row
    /// (biased variance).
    /// </summary>
    /// <returns>Whether it was done.</returns>
    public virtual bool TryLayerNorm(Tensor x, Tensor? weight, Tensor? bias, double eps, Tensor y, Tensor mean, Tensor rstd) => false;

    /// <summary>
    /// dx = rstd (g − mean(g) − x̂ mean(g x̂)), g = dy · weight; dweight = Σ dy x̂ and dbias = Σ dy over the rows; each where not null.
    /// </summary>
    /// <returns>Whether it was done.</returns>
    public virtual bool TryLayerNormBackward(
        Tensor x, Tensor? weight, Tensor mean, Tensor rstd, Tensor dy, Tensor? dx, Tensor? dweight, Tensor? dbias) => false;

    /// <summary>
    /// y = (x − mean) · rstd · weight + bias for channels of x [batch, channels, length]; stores each channel's mean and biased variance.
    /// </summary>
    /// <returns>Whether it was done.</returns>
    public virtual bool TryBatchNorm(Tensor x, Tensor? weight, Tensor? bias, double eps, Tensor y, Tensor mean, Tensor variance) => false;

    /// <summary>
    /// y = (x − mean) · scale + shift for channels of x [batch, channels, length]; mean, scale and shift are float64 [channels].
    /// </summary>
    /// <returns>Whether it was done.</returns>
    public virtual bool TryNormalizeChannels(Tensor x, Tensor mean, Tensor scale, Tensor shift, Tensor y) => false;

    /// <summary>
    /// The gradients of <see cref="TryBatchNorm"/>, as those of <see cref="TryLayerNormBackward"/> with means over batch and length.
    /// </summary>
    /// <returns>Whether it was done.</returns>
    public virtual bool TryBatchNormBackward(
        Tensor x, Tensor? weight, Tensor mean, Tensor variance, double eps, Tensor dy, Tensor? dx, Tensor? dweight, Tensor? dbias) =>
        false;

    /// <summary>
    /// y = x · rstd · weight for rows of x [rows, length]; stores rstd = 1/√(mean(x²) + eps) of each row, in float64.
    /// </summary>
    /// <returns>Whether it was done.</returns>
    public virtual bool TryRmsNorm(Tensor x, Tensor? weight, double eps, Tensor y, Tensor rstd) => false;

    /// <summary>dx = rstd (g − x̂ mean(g x̂)), g = dy · weight; dweight = Σ dy x̂ over the rows; each where not null.</summary>
    /// <returns>Whether it was done.</returns>
    public virtual bool TryRmsNormBackward(Tensor x, Tensor? weight, Tensor rstd, Tensor dy, Tensor? dx, Tensor? dweight) => false;

    /// <summary>
    /// y = (x − mean) · rstd · weight + bias for groups of the channels of x [batch, channels, length]; stores the mean and the biased
    /// variance of each group of each sample, [batch · groups].
    /// </summary>
    /// <returns>Whether it was done.</returns>
    public virtual bool TryGroupNorm(
        Tensor x, int groups, Tensor? weight, Tensor? bias, double eps, Tensor y, Tensor mean, Tensor variance) => false;

    /// <summary>
    /// The gradients of <see cref="TryGroupNorm"/>, as those of <see cref="TryLayerNormBackward"/> with means over a group of a sample.
    /// </summary>
    /// <returns>Whether it was done.</returns>
    public virtual bool TryGroupNormBackward(
        Tensor x, int groups, Tensor? weight, Tensor mean, Tensor variance, double eps, Tensor dy, Tensor? dx, Tensor? dweight,
        Tensor? dbias) => false;
}
