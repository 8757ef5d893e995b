namespace DeepLearning;

public partial class Tensor
{
    /// <summary>The mean of each window of a sequence, channel by channel.</summary>
    /// <param name="kernelSize">The length of a window.</param>
    /// <param name="stride">The distance between windows; the kernel's size when null.</param>
    /// <param name="padding">Zeros at both ends; at most half the kernel.</param>
    /// <param name="ceilMode">Whether a last window that reaches over the end counts too.</param>
    /// <param name="countIncludePad">Whether the zeros of the padding count as elements of a window.</param>
    /// <returns>
    /// [N, C, L'] for an input [N, C, L], or without N, where L' = ⌊(L + 2 · padding − kernel) / stride⌋ + 1, rounded up instead of down
    /// with <paramref name="ceilMode"/>.
    /// </returns>
    /// <exception cref="ShapeException">The input has another rank, or no window fits.</exception>
    /// <exception cref="DTypeException">The input is not of a floating-point type.</exception>
    /// <exception cref="ArgumentException">A size or stride is below 1, or the padding not in 0 to half the kernel.</exception>
    public Tensor AvgPool1d(
        PerAxis kernelSize, PerAxis? stride = null, PerAxis padding = default, bool ceilMode = false, bool countIncludePad = true) =>
        AveragePooling.Run(this, Pooling.Regular(this, kernelSize, stride, padding, 1, ceilMode, countIncludePad, 1, "AvgPool1d"), null);

    /// <summary>
    /// The mean of each of L' windows that cover a sequence evenly: window i spans ⌊i · L / L'⌋ to ⌈(i + 1) · L / L'⌉ − 1.
    /// </summary>
    /// <param name="size">L'; the input's when null.</param>
    /// <returns>[N, C, L'] for an input [N, C, L], or without N.</returns>
    /// <exception cref="ShapeException">The input has another rank.</exception>
    /// <exception cref="DTypeException">The input is not of a floating-point type.</exception>
    /// <exception cref="ArgumentException">The size is negative.</exception>
    public Tensor AdaptiveAvgPool1d(int? size) => AveragePooling.Run(this, Pooling.Adaptive(this, [size], "AdaptiveAvgPool1d"), null);
}
