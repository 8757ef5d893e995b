namespace DeepLearning.Layers;

/// <summary>
/// Two-dimensional depthwise separable convolution, [N, in, H, W] → [N, out, H', W'], or without N: a <see cref="Conv2d"/> of every channel
/// by itself, then one of a single tap that mixes the channels and adds the bias. Keras's <c>SeparableConv2D</c>; Chollet, "Xception: Deep
/// learning with depthwise separable convolutions", 2017.
/// </summary>
public sealed class SeparableConv2d : SeparableConvolutionLayer
{
    /// <summary>Makes the layer.</summary>
    /// <param name="inChannels">The channels of the input.</param>
    /// <param name="outChannels">The channels of the output.</param>
    /// <param name="kernelSize">The height and width of the depthwise kernels.</param>
    /// <param name="stride">The distance between neighboring outputs; 1 when null.</param>
    /// <param name="padding">What is added around the input.</param>
    /// <param name="dilation">The distance between neighboring taps of a depthwise kernel; 1 when null.</param>
    /// <param name="depthMultiplier">How many depthwise kernels each channel has.</param>
    /// <param name="bias">Whether a bias is added to the output.</param>
    /// <param name="paddingMode">What the padding consists of; zeros with <see cref="PadMode.Constant"/>.</param>
    /// <param name="dtype">The type of the parameters.</param>
    /// <param name="generator">The source of the starting values; <see cref="Generator.Default"/> when null.</param>
    /// <exception cref="ArgumentException">
    /// A number of channels, a kernel size, a stride, a dilation or the multiplier is below 1, a padding is negative, or "same" padding
    /// comes with a stride.
    /// </exception>
    public SeparableConv2d(
        int inChannels, int outChannels, PerAxis kernelSize, PerAxis? stride = null, Padding padding = default, PerAxis? dilation = null,
        int depthMultiplier = 1, bool bias = true, PadMode paddingMode = PadMode.Constant, DType dtype = DType.Float32,
        Generator? generator = null)
        : base(
            new Conv2d(
                inChannels,
                Expanded(nameof(SeparableConv2d), 2, inChannels, outChannels, depthMultiplier, kernelSize, stride, dilation, dtype),
                kernelSize, stride, padding, dilation, inChannels, false, paddingMode, dtype, generator),
            new Conv2d(
                checked(inChannels * depthMultiplier), outChannels, 1, bias: bias, dtype: dtype, generator: generator))
    {
    }
}
