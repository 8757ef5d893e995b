namespace DeepLearning.Layers;

/// <summary>The mean of each window, [N, C, D, H, W] → [N, C, D', H', W'], or without N: see <see cref="Tensor.AvgPool3d"/>.</summary>
/// <param name="kernelSize">The depth, height and width of a window.</param>
/// <param name="stride">The distance between windows; the kernel's size when null.</param>
/// <param name="padding">Zeros around the volume; at most half the kernel.</param>
/// <param name="ceilMode">Whether a last window that reaches over the end counts too.</param>
/// <param name="countIncludePad">Whether the zeros of the padding count as elements of a window.</param>
/// <param name="divisorOverride">What sums are divided by, instead of the number of elements.</param>
public sealed class AvgPool3d(
    PerAxis kernelSize, PerAxis? stride = null, PerAxis padding = default, bool ceilMode = false, bool countIncludePad = true,
    int? divisorOverride = null)
    : AvgPool(3, kernelSize, stride, padding, ceilMode, countIncludePad, divisorOverride);
