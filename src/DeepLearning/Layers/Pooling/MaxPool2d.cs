namespace DeepLearning.Layers;

/// <summary>The greatest element of each window, [N, C, H, W] → [N, C, H', W'], or without N: see <see cref="Tensor.MaxPool2d"/>.</summary>
/// <param name="kernelSize">The height and width of a window.</param>
/// <param name="stride">The distance between windows; the kernel's size when null.</param>
/// <param name="padding">How far windows reach over the edge; at most half the kernel.</param>
/// <param name="dilation">The distance between the elements of a window; 1 when null.</param>
/// <param name="ceilMode">Whether a last window that reaches over the end counts too.</param>
public sealed class MaxPool2d(
    PerAxis kernelSize, PerAxis? stride = null, PerAxis padding = default, PerAxis? dilation = null, bool ceilMode = false) : Layer
{
    /// <summary>The height and width of a window.</summary>
    public PerAxis KernelSize => kernelSize;

    /// <summary>The distance between windows.</summary>
    public PerAxis Stride => stride ?? kernelSize;

    /// <summary>How far windows reach over the edge.</summary>
    public PerAxis Padding => padding;

    /// <summary>The distance between the elements of a window.</summary>
    public PerAxis Dilation => dilation ?? 1;

    /// <inheritdoc/>
    protected internal override string Details =>
        $"kernel {KernelSize}" + (Stride == KernelSize ? "" : $", stride {Stride}") + (Padding == 0 ? "" : $", padding {Padding}")
        + (Dilation == 1 ? "" : $", dilation {Dilation}") + (ceilMode ? ", ceil" : "");

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor input) => input.MaxPool2d(KernelSize, Stride, Padding, Dilation, ceilMode);
}
