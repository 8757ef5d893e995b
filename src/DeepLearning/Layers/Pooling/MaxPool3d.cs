namespace DeepLearning.Layers;

/// <summary>
/// The greatest element of each window, [N, C, D, H, W] → [N, C, D', H', W'], or without N: see <see cref="Tensor.MaxPool3d"/>.
/// </summary>
/// <param name="kernelSize">The depth, height and width of a window.</param>
/// <param name="stride">The distance between windows; the kernel's size when null.</param>
/// <param name="padding">How far windows reach over the edge; at most half the kernel.</param>
/// <param name="dilation">The distance between the elements of a window; 1 when null.</param>
/// <param name="ceilMode">Whether a last window that reaches over the end counts too.</param>
public sealed class MaxPool3d(
    PerAxis kernelSize, PerAxis? stride = null, PerAxis padding = default, PerAxis? dilation = null, bool ceilMode = false)
    : MaxPool(3, kernelSize, stride, padding, dilation, ceilMode);
