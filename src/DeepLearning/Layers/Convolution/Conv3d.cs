namespace DeepLearning.Layers;

/// <summary>
/// Three-dimensional convolution, [N, in, D, H, W] → [N, out, D', H', W'], or without N: see <see cref="Tensor.Conv3d"/>.
/// PyTorch's <c>nn.Conv3d</c>.
/// </summary>
public sealed class Conv3d : ConvolutionLayer
{
    /// <summary>Makes the layer.</summary>
    /// <param name="inChannels">The channels of the input.</param>
    /// <param name="outChannels">The channels of the output.</param>
    /// <param name="kernelSize">The depth, height and width of the kernels.</param>
    /// <param name="stride">The distance between neighboring outputs; 1 when null.</param>
    /// <param name="padding">What is added around the input.</param>
    /// <param name="dilation">The distance between neighboring taps of a kernel; 1 when null.</param>
    /// <param name="groups">The groups into which the channels are cut; outputs see only the inputs of their group.</param>
    /// <param name="bias">Whether a bias is added.</param>
    /// <param name="paddingMode">What the padding consists of; zeros with <see cref="PadMode.Constant"/>.</param>
    /// <param name="dtype">The type of the parameters.</param>
    /// <param name="generator">The source of the starting values; <see cref="Generator.Default"/> when null.</param>
    /// <exception cref="ArgumentException">
    /// A number of channels, a kernel size, a stride, a dilation or the number of groups is below 1, a padding is negative, the channels
    /// are not a multiple of the groups, or "same" padding comes with a stride.
    /// </exception>
    public Conv3d(
        int inChannels, int outChannels, PerAxis kernelSize, PerAxis? stride = null, Padding padding = default, PerAxis? dilation = null,
        int groups = 1, bool bias = true, PadMode paddingMode = PadMode.Constant, DType dtype = DType.Float32, Generator? generator = null)
        : base(
            axes: 3, isTransposed: false, inChannels, outChannels, kernelSize, stride, padding, dilation, groups, bias, paddingMode, dtype,
            generator)
    {
    }

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor input)
    {
        (Tensor x, Padding padding) = Padded(input);
        return x.Conv3d(Weight, Bias, Stride, padding, Dilation, Groups);
    }
}
