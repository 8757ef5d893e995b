namespace DeepLearning.Backends;

/// <summary>Convolution over one to three spatial axes of contiguous float32 or float64, where the device has kernels for it.</summary>
internal abstract partial class Backend
{
    /// <summary>y = x ⋆ weight + bias</summary>
    /// <returns>Whether it was done.</returns>
    public virtual bool TryConvolve(in ConvolutionShape shape, Tensor x, Tensor weight, Tensor? bias, Tensor y) => false;

    /// <summary>dx = the gradient of x from that of y, plus a bias for each channel: a transposed convolution of dy</summary>
    /// <returns>Whether it was done.</returns>
    public virtual bool TryConvolveInputGradient(in ConvolutionShape shape, Tensor dy, Tensor weight, Tensor? bias, Tensor dx) => false;

    /// <summary>dw = the gradient of the weight from that of y</summary>
    /// <returns>Whether it was done.</returns>
    public virtual bool TryConvolveWeightGradient(in ConvolutionShape shape, Tensor x, Tensor dy, Tensor dw) => false;

    /// <summary>y = the windows of images as columns</summary>
    /// <returns>Whether it was done.</returns>
    public virtual bool TryImageToColumns(in ConvolutionShape shape, Tensor x, Tensor y) => false;

    /// <summary>y = the sum of windows that are columns of x, over two axes</summary>
    /// <returns>Whether it was done.</returns>
    public virtual bool TryColumnsToImage(in ConvolutionShape shape, Tensor x, Tensor y) => false;
}
