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
    int? divisorOverride = null) : Layer
{
    /// <summary>The height and width of a window.</summary>
    public PerAxis KernelSize => kernelSize;

    /// <summary>The distance between windows.</summary>
    public PerAxis Stride => stride ?? kernelSize;

    /// <summary>Zeros around the image.</summary>
    public PerAxis Padding => padding;

    /// <inheritdoc/>
    protected internal override string Details =>
        $"kernel {KernelSize}" + (Stride == KernelSize ? "" : $", stride {Stride}") + (Padding == 0 ? "" : $", padding {Padding}")
        + (ceilMode ? ", ceil" : "") + (countIncludePad ? "" : ", padding not counted")
        + (divisorOverride is { } divisor ? FormattableString.Invariant($", divisor {divisor}") : "");

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor input) =>
        input.AvgPool2d(KernelSize, Stride, Padding, ceilMode, countIncludePad, divisorOverride);
}
