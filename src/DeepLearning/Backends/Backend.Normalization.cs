namespace DeepLearning.Backends;

/// <summary>Normalization over rows (layer norm) and over channels (batch norm). Operands are contiguous and of one computed
/// type, but the means and variances, which are float64.</summary>
internal abstract partial class Backend
{
    /// <summary>
    /// y = (x − mean) · rstd · weight + bias for rows of x [rows, length]; stores the mean and rstd = 1/√(variance + eps) of each row
    /// (biased variance).
    /// </summary>
    public virtual void LayerNorm(Tensor x, Tensor? weight, Tensor? bias, double eps, Tensor y, Tensor mean, Tensor rstd)
    {
        Copy(x.Mean([1]), mean);
        Copy((x - mean.Unsqueeze(1)).Square().Mean([1]).Add(eps).Rsqrt(), rstd);
        Tensor result = (x - mean.Unsqueeze(1)) * rstd.Unsqueeze(1);
        result = weight is null ? result : result * weight;
        Copy(bias is null ? result : result + bias, y);
    }

    /// <summary>dx = rstd (g − mean(g) − x̂ mean(g x̂)), g = dy · weight; dweight = Σ dy x̂ and dbias = Σ dy over the rows; each where not
    /// null.</summary>
    public virtual void LayerNormBackward(
        Tensor x, Tensor? weight, Tensor mean, Tensor rstd, Tensor dy, Tensor? dx, Tensor? dweight, Tensor? dbias)
    {
        Tensor normalized = (x - mean.Unsqueeze(1)) * rstd.Unsqueeze(1);
        if (dx is not null)
        {
            Tensor g = weight is null ? dy : dy * weight;
            Tensor centered = g - g.Mean([1], keepDim: true) - (normalized * (g * normalized).Mean([1], keepDim: true));
            Copy(centered * rstd.Unsqueeze(1), dx);
        }

        if (dweight is not null)
        {
            Copy((dy * normalized).Sum(0), dweight);
        }

        if (dbias is not null)
        {
            Copy(dy.Sum(0), dbias);
        }
    }

    /// <summary>
    /// y = (x − mean) · rstd · weight + bias for channels of x [batch, channels, length]; stores each channel's mean and biased variance.
    /// </summary>
    public virtual void BatchNorm(Tensor x, Tensor? weight, Tensor? bias, double eps, Tensor y, Tensor mean, Tensor variance)
    {
        Copy(x.Mean([0, 2]), mean);
        Copy((x - mean.Unsqueeze(1)).Square().Mean([0, 2]), variance);
        Tensor result = (x - mean.Unsqueeze(1)) * (variance + eps).Rsqrt().Unsqueeze(1);
        result = weight is null ? result : result * weight.Unsqueeze(1);
        Copy(bias is null ? result : result + bias.Unsqueeze(1), y);
    }

    /// <summary>y = (x − mean) · scale + shift for channels of x [batch, channels, length]; mean, scale and shift are float64
    /// [channels].</summary>
    public virtual void NormalizeChannels(Tensor x, Tensor mean, Tensor scale, Tensor shift, Tensor y) =>
        Copy(((x - mean.Unsqueeze(1)) * scale.Unsqueeze(1)) + shift.Unsqueeze(1), y);

    /// <summary>The gradients of <see cref="BatchNorm"/>, as those of <see cref="LayerNormBackward"/> with means over batch and
    /// length.</summary>
    public virtual void BatchNormBackward(
        Tensor x, Tensor? weight, Tensor mean, Tensor variance, double eps, Tensor dy, Tensor? dx, Tensor? dweight, Tensor? dbias)
    {
        Tensor rstd = (variance + eps).Rsqrt().Unsqueeze(1);
        Tensor normalized = (x - mean.Unsqueeze(1)) * rstd;
        if (dx is not null)
        {
            Tensor g = weight is null ? dy : dy * weight.Unsqueeze(1);
            Tensor centered = g - g.Mean([0, 2], keepDim: true) - (normalized * (g * normalized).Mean([0, 2], keepDim: true));
            Copy(centered * rstd, dx);
        }

        if (dweight is not null)
        {
            Copy((dy * normalized).Sum([0, 2]), dweight);
        }

        if (dbias is not null)
        {
            Copy(dy.Sum([0, 2]), dbias);
        }
    }
}
