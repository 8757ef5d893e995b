namespace DeepLearning;

public partial class Tensor
{
    /// <summary>
    /// Three-dimensional convolution (cross-correlation, as PyTorch's <c>conv3d</c>):
    /// y[n, o, i, j, k] = bias[o] + Σ over c, p, q, r of weight[o, c, p, q, r] · x[n, c, i · stride + p · dilation − padding, …],
    /// with zeros outside of x.
    /// </summary>
    /// <param name="weight">The kernels, [out, in / groups, depth, height, width].</param>
    /// <param name="bias">Added to each output channel, [out]; none when null.</param>
    /// <param name="stride">The distance between neighboring outputs; 1 when null.</param>
    /// <param name="padding">Zeros around the input.</param>
    /// <param name="dilation">The distance between neighboring taps of a kernel; 1 when null.</param>
    /// <param name="groups">
    /// The channels are cut into this many groups, and outputs see only the inputs of their group; as many as channels is a depthwise
    /// convolution.
    /// </param>
    /// <returns>
    /// [N, out, D', H', W'] for an input [N, in, D, H, W], or without N for an input without it, where
    /// D' = ⌊(D + 2 · padding − dilation · (depth − 1) − 1) / stride⌋ + 1. 16-bit floats are summed in float32.
    /// </returns>
    /// <exception cref="ShapeException">Shapes do not fit each other, or the kernel is larger than the padded input.</exception>
    /// <exception cref="DTypeException">The operands are not of one floating-point type.</exception>
    /// <exception cref="ArgumentException">A stride, dilation or the number of groups is below 1, or a padding negative.</exception>
    public Tensor Conv3d(
        Tensor weight, Tensor? bias = null, PerAxis? stride = null, Padding padding = default, PerAxis? dilation = null, int groups = 1) =>
        SpatialConvolution.Run(this, weight, bias, stride ?? 1, padding, dilation ?? 1, groups, axes: 3);
}
