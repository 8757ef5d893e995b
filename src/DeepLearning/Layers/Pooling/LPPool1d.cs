namespace DeepLearning.Layers;

/// <summary>(Σ xᵖ)^(1/p) of each window, [N, C, L] → [N, C, L'], or without N: see <see cref="Tensor.LpPool1d"/>.</summary>
/// <param name="normType">The power p.</param>
/// <param name="kernelSize">The length of a window.</param>
/// <param name="stride">The distance between windows; the kernel's size when null.</param>
/// <param name="ceilMode">Whether a last window that reaches over the end counts too.</param>
public sealed class LPPool1d(double normType, PerAxis kernelSize, PerAxis? stride = null, bool ceilMode = false)
    : LPPool(1, normType, kernelSize, stride, ceilMode);
