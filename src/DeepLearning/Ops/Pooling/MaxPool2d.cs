namespace DeepLearning;

public partial class Tensor
{
    /// <summary>The greatest element of each window, channel by channel; NaN counts as the greatest. Padding never wins.</summary>
    /// <param name="kernelSize">The height and width of a window.</param>
    /// <param name="stride">The distance between windows; the kernel's size when null.</param>
    /// <param name="padding">How far windows reach over the edge; at most half the kernel.</param>
    /// <param name="dilation">The distance between the elements of a window; 1 when null.</param>
    /// <param name="ceilMode">Whether a last window that reaches over the end counts too.</param>
    /// <returns>
    /// [N, C, H', W'] for an input [N, C, H, W], or without N, where H' = ⌊(H + 2 · padding − dilation · (kernel − 1) − 1) / stride⌋ + 1,
    /// rounded up instead of down with <paramref name="ceilMode"/>. Among equals the gradient goes to the first.
    /// </returns>
    /// <exception cref="ShapeException">The input has another rank, or no window fits.</exception>
    /// <exception cref="DTypeException">The input is not of a floating-point type.</exception>
    /// <exception cref="ArgumentException">A size, stride or dilation is below 1, or the padding not in 0 to half the kernel.</exception>
    public Tensor MaxPool2d(
        PerAxis kernelSize, PerAxis? stride = null, PerAxis padding = default, PerAxis? dilation = null, bool ceilMode = false) =>
        MaxPooling.Run(this, Pooling.Regular(this, kernelSize, stride, padding, dilation ?? 1, ceilMode, false, 2, "MaxPool2d"), false)
            .Values;

    /// <summary>As <see cref="MaxPool2d"/>, with the positions of the elements: row · W + column, int64, as PyTorch returns them.</summary>
    /// <param name="kernelSize">The height and width of a window.</param>
    /// <param name="stride">The distance between windows; the kernel's size when null.</param>
    /// <param name="padding">How far windows reach over the edge; at most half the kernel.</param>
    /// <param name="dilation">The distance between the elements of a window; 1 when null.</param>
    /// <param name="ceilMode">Whether a last window that reaches over the end counts too.</param>
    /// <exception cref="ShapeException">The input has another rank, or no window fits.</exception>
    /// <exception cref="DTypeException">The input is not of a floating-point type.</exception>
    /// <exception cref="ArgumentException">A size, stride or dilation is below 1, or the padding not in 0 to half the kernel.</exception>
    public ValuesAndIndices MaxPool2dWithIndices(
        PerAxis kernelSize, PerAxis? stride = null, PerAxis padding = default, PerAxis? dilation = null, bool ceilMode = false) =>
        MaxPooling.Run(
            this, Pooling.Regular(this, kernelSize, stride, padding, dilation ?? 1, ceilMode, false, 2, "MaxPool2dWithIndices"), true);

    /// <summary>
    /// The greatest element of each of H' × W' windows that cover the image evenly: window i spans ⌊i · H / H'⌋ to ⌈(i + 1) · H / H'⌉ − 1.
    /// </summary>
    /// <param name="height">H'; the input's when null.</param>
    /// <param name="width">W'; the input's when null.</param>
    /// <returns>[N, C, H', W'] for an input [N, C, H, W], or without N.</returns>
    /// <exception cref="ShapeException">The input has another rank.</exception>
    /// <exception cref="DTypeException">The input is not of a floating-point type.</exception>
    /// <exception cref="ArgumentException">A size is negative.</exception>
    public Tensor AdaptiveMaxPool2d(int? height, int? width) =>
        MaxPooling.Run(this, Pooling.Adaptive(this, [height, width], "AdaptiveMaxPool2d"), false).Values;

    /// <summary>The greatest element of each of size × size windows that cover the image evenly.</summary>
    /// <param name="size">The height and width of the output.</param>
    /// <returns>[N, C, size, size] for an input [N, C, H, W], or without N.</returns>
    /// <exception cref="ShapeException">The input has another rank.</exception>
    /// <exception cref="DTypeException">The input is not of a floating-point type.</exception>
    /// <exception cref="ArgumentException">The size is negative.</exception>
    public Tensor AdaptiveMaxPool2d(int size) => AdaptiveMaxPool2d(size, size);
}
