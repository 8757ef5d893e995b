namespace DeepLearning.Layers;

/// <summary>The mean of each window, [N, C, L] → [N, C, L'], or without N: see <see cref="Tensor.AvgPool1d"/>.</summary>
/// <param name="kernelSize">The length of a window.</param>
/// <param name="stride">The distance between windows; the kernel's size when null.</param>
/// <param name="padding">Zeros at both ends; at most half the kernel.</param>
/// <param name="ceilMode">Whether a last window that reaches over the end counts too.</param>
/// <param name="countIncludePad">Whether the zeros of the padding count as elements of a window.</param>
public sealed class AvgPool1d(
    PerAxis kernelSize, PerAxis? stride = null, PerAxis padding = default, bool ceilMode = false, bool countIncludePad = true)
    : AvgPool(1, kernelSize, stride, padding, ceilMode, countIncludePad, null);
