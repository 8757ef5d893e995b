namespace DeepLearning;

public partial class Tensor
{
    /// <summary>
    /// Three-dimensional transposed convolution (PyTorch's <c>conv_transpose3d</c>): what a convolution of the same weight does to the
    /// gradient of its output. Starting from y = bias, every input adds a kernel: y[n, o, i · stride + p · dilation − padding, …] +=
    /// weight[c, o, p, q, r] · x[n, c, i, j, k].
    /// </summary>
    /// <param name="weight">The kernels, [in, out / groups, depth, height, width].</param>
    /// <param name="bias">Added to each output channel, [out]; none when null.</param>
    /// <param name="stride">The distance between the kernels that neighboring inputs add; 1 when null.</param>
    /// <param name="padding">What is left out of the output at both ends of each axis.</param>
    /// <param name="outputPadding">
    /// Added to the length of the output, at its end: the convolution of several lengths has the same output, and this chooses among them.
    /// </param>
    /// <param name="groups">The channels are cut into this many groups, and outputs see only the inputs of their group.</param>
    /// <param name="dilation">The distance between neighboring taps of a kernel; 1 when null.</param>
    /// <returns>
    /// [N, out, D', H', W'] for an input [N, in, D, H, W], or without N for an input without it, where
    /// D' = (D − 1) · stride − 2 · padding + dilation · (depth − 1) + outputPadding + 1. 16-bit floats are summed in float32.
    /// </returns>
    /// <exception cref="ShapeException">Shapes do not fit each other, or the output would have no elements.</exception>
    /// <exception cref="DTypeException">The operands are not of one floating-point type.</exception>
    /// <exception cref="ArgumentException">
    /// A stride, dilation or the number of groups is below 1, a padding negative, or the output padding neither below the stride nor below
    /// the dilation.
    /// </exception>
    public Tensor ConvTranspose3d(
        Tensor weight, Tensor? bias = null, PerAxis? stride = null, PerAxis padding = default, PerAxis outputPadding = default,
        int groups = 1, PerAxis? dilation = null) => SpatialConvolution.RunTransposed(
            this, weight, bias, stride ?? 1, padding, outputPadding, dilation ?? 1, groups, axes: 3);
}
