namespace DeepLearning.Layers;

/// <summary>
/// One-dimensional transposed convolution, [N, in, L] → [N, out, L'], or without N: see <see cref="Tensor.ConvTranspose1d"/>. PyTorch's
/// <c>nn.ConvTranspose1d</c>.
/// </summary>
public sealed class ConvTranspose1d : TransposedConvolutionLayer
{
    /// <summary>Makes the layer.</summary>
    /// <param name="inChannels">The channels of the input.</param>
    /// <param name="outChannels">The channels of the output.</param>
    /// <param name="kernelSize">The length of the kernels.</param>
    /// <param name="stride">The distance between the kernels that neighboring inputs add; 1 when null.</param>
    /// <param name="padding">What is left out of the output at both ends of each axis.</param>
    /// <param name="outputPadding">Added to the lengths of the output, at their ends.</param>
    /// <param name="groups">The groups into which the channels are cut; outputs see only the inputs of their group.</param>
    /// <param name="bias">Whether a bias is added.</param>
    /// <param name="dilation">The distance between neighboring taps of a kernel; 1 when null.</param>
    /// <param name="dtype">The type of the parameters.</param>
    /// <param name="generator">The source of the starting values; <see cref="Generator.Default"/> when null.</param>
    /// <exception cref="ArgumentException">
    /// A number of channels, a kernel size, a stride, a dilation or the number of groups is below 1, a padding is negative, the output
    /// padding neither below the stride nor below the dilation, or the channels are not a multiple of the groups.
    /// </exception>
    public ConvTranspose1d(
        int inChannels, int outChannels, PerAxis kernelSize, PerAxis? stride = null, PerAxis padding = default,
        PerAxis outputPadding = default, int groups = 1, bool bias = true, PerAxis? dilation = null, DType dtype = DType.Float32,
        Generator? generator = null)
        : base(
            axes: 1, inChannels, outChannels, kernelSize, stride, padding, outputPadding, groups, bias, dilation, dtype, generator)
    {
    }

    private protected override Tensor Convolve(Tensor input, PerAxis outputPadding) =>
        input.ConvTranspose1d(Weight, Bias, Stride, Padding.Amount, outputPadding, Groups, Dilation);
}
