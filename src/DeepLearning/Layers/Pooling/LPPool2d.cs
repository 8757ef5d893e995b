namespace DeepLearning.Layers;

/// <summary>(Σ xᵖ)^(1/p) of each window, [N, C, H, W] → [N, C, H', W'], or without N: see <see cref="Tensor.LpPool2d"/>.</summary>
/// <param name="normType">The power p.</param>
/// <param name="kernelSize">The height and width of a window.</param>
/// <param name="stride">The distance between windows; the kernel's size when null.</param>
/// <param name="ceilMode">Whether a last window that reaches over the end counts too.</param>
public sealed class LPPool2d(double normType, PerAxis kernelSize, PerAxis? stride = null, bool ceilMode = false)
    : LPPool(2, normType, kernelSize, stride, ceilMode);
