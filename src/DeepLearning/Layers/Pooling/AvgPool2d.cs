namespace DeepLearning.Layers;

/// <summary>The mean of each window, [N, C, H, W] → [N, C, H', W'], or without N: see <see cref="Tensor.AvgPool2d"/>.</summary>
/// <param name="kernelSize">The height and width of a window.</param>
/// <param name="stride">The distance between windows; the kernel's size when null.</param>
/// <param name="padding">Zeros around the image; at most half the kernel.</param>
/// <param name="ceilMode">Whether a last window that reaches over the end counts too.</param>
/// <param name="countIncludePad">Whether the zeros of the padding count as elements of a window.</param>
/// <param name="divisorOverride">What sums are divided by, instead of the number of elements.</param>
public sealed class AvgPool2d(
    PerAxis kernelSize, PerAxis? stride = null, PerAxis padding = default, bool ceilMode = false, bool countIncludePad = true,
    int? divisorOverride = null)
    : AvgPool(2, kernelSize, stride, padding, ceilMode, countIncludePad, divisorOverride);
