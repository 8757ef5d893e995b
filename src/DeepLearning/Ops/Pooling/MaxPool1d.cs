namespace DeepLearning;

public partial class Tensor
{
    /// <summary>
    /// The greatest element of each window of a sequence, channel by channel; NaN counts as the greatest. Padding never wins.
    /// </summary>
    /// <param name="kernelSize">The length of a window.</param>
    /// <param name="stride">The distance between windows; the kernel's size when null.</param>
    /// <param name="padding">How far windows reach over the edge; at most half the kernel.</param>
    /// <param name="dilation">The distance between the elements of a window; 1 when null.</param>
    /// <param name="ceilMode">Whether a last window that reaches over the end counts too.</param>
    /// <returns>
    /// [N, C, L'] for an input [N, C, L], or without N, where
    /// L' = ⌊(L + 2 · padding − dilation · (kernel − 1) − 1) / stride⌋ + 1, rounded up instead of down with <paramref name="ceilMode"/>.
    /// Among equals the gradient goes to the first.
    /// </returns>
    /// <exception cref="ShapeException">The input has another rank, or no window fits.</exception>
    /// <exception cref="DTypeException">The input is not of a floating-point type.</exception>
    /// <exception cref="ArgumentException">A size, stride or dilation is below 1, or the padding not in 0 to half the kernel.</exception>
    public Tensor MaxPool1d(
        PerAxis kernelSize, PerAxis? stride = null, PerAxis padding = default, PerAxis? dilation = null, bool ceilMode = false) =>
        MaxPooling.Run(this, Pooling.Regular(this, kernelSize, stride, padding, dilation ?? 1, ceilMode, false, 1, "MaxPool1d"), false)
            .Values;

    /// <summary>
    /// As <see cref="MaxPool1d"/>, with the positions of the elements: the element's number in its channel, int64, as PyTorch returns them.
    /// </summary>
    /// <param name="kernelSize">The length of a window.</param>
    /// <param name="stride">The distance between windows; the kernel's size when null.</param>
    /// <param name="padding">How far windows reach over the edge; at most half the kernel.</param>
    /// <param name="dilation">The distance between the elements of a window; 1 when null.</param>
    /// <param name="ceilMode">Whether a last window that reaches over the end counts too.</param>
    /// <exception cref="ShapeException">The input has another rank, or no window fits.</exception>
    /// <exception cref="DTypeException">The input is not of a floating-point type.</exception>
    /// <exception cref="ArgumentException">A size, stride or dilation is below 1, or the padding not in 0 to half the kernel.</exception>
    public ValuesAndIndices MaxPool1dWithIndices(
        PerAxis kernelSize, PerAxis? stride = null, PerAxis padding = default, PerAxis? dilation = null, bool ceilMode = false) =>
        MaxPooling.Run(
            this, Pooling.Regular(this, kernelSize, stride, padding, dilation ?? 1, ceilMode, false, 1, "MaxPool1dWithIndices"), true);
}
