namespace DeepLearning;

public partial class Tensor
{
    /// <summary>The mean of each window, channel by channel.</summary>
    /// <param name="kernelSize">The height and width of a window.</param>
    /// <param name="stride">The distance between windows; the kernel's size when null.</param>
    /// <param name="padding">Zeros around the image; at most half the kernel.</param>
    /// <param name="ceilMode">Whether a last window that reaches over the end counts too.</param>
    /// <param name="countIncludePad">Whether the zeros of the padding count as elements of a window.</param>
    /// <param name="divisorOverride">What sums are divided by, instead of the number of elements.</param>
    /// <returns>
    /// [N, C, H', W'] for an input [N, C, H, W], or without N, where H' = ⌊(H + 2 · padding − kernel) / stride⌋ + 1, rounded up instead of
    /// down with <paramref name="ceilMode"/>.
    /// </returns>
    /// <exception cref="ShapeException">The input has another rank, or no window fits.</exception>
    /// <exception cref="DTypeException">The input is not of a floating-point type.</exception>
    /// <exception cref="ArgumentException">
    /// A size or stride is below 1, the padding not in 0 to half the kernel, or the divisor 0.
    /// </exception>
    public Tensor AvgPool2d(
        PerAxis kernelSize, PerAxis? stride = null, PerAxis padding = default, bool ceilMode = false, bool countIncludePad = true,
        int? divisorOverride = null)
    {
        Pooling.CheckDivisor(divisorOverride, "AvgPool2d");
        return AveragePooling.Run(
            this, Pooling.Regular(this, kernelSize, stride, padding, 1, ceilMode, countIncludePad, 2, "AvgPool2d"), divisorOverride);
    }

    /// <summary>
    /// The mean of each of H' × W' windows that cover the image evenly: window i spans ⌊i · H / H'⌋ to ⌈(i + 1) · H / H'⌉ − 1.
    /// </summary>
    /// <param name="height">H'; the input's when null.</param>
    /// <param name="width">W'; the input's when null.</param>
    /// <returns>[N, C, H', W'] for an input [N, C, H, W], or without N.</returns>
    /// <exception cref="ShapeException">The input has another rank.</exception>
    /// <exception cref="DTypeException">The input is not of a floating-point type.</exception>
    /// <exception cref="ArgumentException">A size is negative.</exception>
    public Tensor AdaptiveAvgPool2d(int? height, int? width) =>
        AveragePooling.Run(this, Pooling.Adaptive(this, [height, width], "AdaptiveAvgPool2d"), null);

    /// <summary>The mean of each of size × size windows that cover the image evenly; with size 1 the mean of the image.</summary>
    /// <param name="size">The height and width of the output.</param>
    /// <returns>[N, C, size, size] for an input [N, C, H, W], or without N.</returns>
    /// <exception cref="ShapeException">The input has another rank.</exception>
    /// <exception cref="DTypeException">The input is not of a floating-point type.</exception>
    /// <exception cref="ArgumentException">The size is negative.</exception>
    public Tensor AdaptiveAvgPool2d(int size) => AdaptiveAvgPool2d(size, size);
}
