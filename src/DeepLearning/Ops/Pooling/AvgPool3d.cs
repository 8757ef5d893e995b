namespace DeepLearning;

public partial class Tensor
{
    /// <summary>The mean of each window of a volume, channel by channel.</summary>
    /// <param name="kernelSize">The depth, height and width of a window.</param>
    /// <param name="stride">The distance between windows; the kernel's size when null.</param>
    /// <param name="padding">Zeros around the volume; at most half the kernel.</param>
    /// <param name="ceilMode">Whether a last window that reaches over the end counts too.</param>
    /// <param name="countIncludePad">Whether the zeros of the padding count as elements of a window.</param>
    /// <param name="divisorOverride">What sums are divided by, instead of the number of elements.</param>
    /// <returns>
    /// [N, C, D', H', W'] for an input [N, C, D, H, W], or without N, where D' = ⌊(D + 2 · padding − kernel) / stride⌋ + 1, rounded up
    /// instead of down with <paramref name="ceilMode"/>.
    /// </returns>
    /// <exception cref="ShapeException">The input has another rank, or no window fits.</exception>
    /// <exception cref="DTypeException">The input is not of a floating-point type.</exception>
    /// <exception cref="ArgumentException">
    /// A size or stride is below 1, the padding not in 0 to half the kernel, or the divisor 0.
    /// </exception>
    public Tensor AvgPool3d(
        PerAxis kernelSize, PerAxis? stride = null, PerAxis padding = default, bool ceilMode = false, bool countIncludePad = true,
        int? divisorOverride = null)
    {
        Pooling.CheckDivisor(divisorOverride, "AvgPool3d");
        return AveragePooling.Run(
            this, Pooling.Regular(this, kernelSize, stride, padding, 1, ceilMode, countIncludePad, 3, "AvgPool3d"), divisorOverride);
    }

    /// <summary>
    /// The mean of each of D' × H' × W' windows that cover the volume evenly: window i spans ⌊i · D / D'⌋ to ⌈(i + 1) · D / D'⌉ − 1.
    /// </summary>
    /// <param name="depth">D'; the input's when null.</param>
    /// <param name="height">H'; the input's when null.</param>
    /// <param name="width">W'; the input's when null.</param>
    /// <returns>[N, C, D', H', W'] for an input [N, C, D, H, W], or without N.</returns>
    /// <exception cref="ShapeException">The input has another rank.</exception>
    /// <exception cref="DTypeException">The input is not of a floating-point type.</exception>
    /// <exception cref="ArgumentException">A size is negative.</exception>
    public Tensor AdaptiveAvgPool3d(int? depth, int? height, int? width) =>
        AveragePooling.Run(this, Pooling.Adaptive(this, [depth, height, width], "AdaptiveAvgPool3d"), null);

    /// <summary>The mean of each of size × size × size windows that cover the volume evenly; with size 1 the mean of the volume.</summary>
    /// <param name="size">The depth, height and width of the output.</param>
    /// <returns>[N, C, size, size, size] for an input [N, C, D, H, W], or without N.</returns>
    /// <exception cref="ShapeException">The input has another rank.</exception>
    /// <exception cref="DTypeException">The input is not of a floating-point type.</exception>
    /// <exception cref="ArgumentException">The size is negative.</exception>
    public Tensor AdaptiveAvgPool3d(int size) => AdaptiveAvgPool3d(size, size, size);
}
