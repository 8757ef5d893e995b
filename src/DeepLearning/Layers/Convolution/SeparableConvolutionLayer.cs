namespace DeepLearning.Layers;

/// <summary>What the depthwise separable convolutions have in common: a convolution of each channel, then one that mixes them.</summary>
public abstract class SeparableConvolutionLayer : Layer
{
    private protected SeparableConvolutionLayer(ConvolutionLayer depthwise, ConvolutionLayer pointwise) =>
        (Depthwise, Pointwise) = (depthwise, pointwise);

    /// <summary>The convolution of every channel by itself, without a bias.</summary>
    public ConvolutionLayer Depthwise { get; }

    /// <summary>The convolution of a single tap that mixes the channels.</summary>
    public ConvolutionLayer Pointwise { get; }

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor input) => Pointwise.Forward(Depthwise.Forward(input));

    /// <summary>The channels between the two. The numbers are checked here, as those of this layer, before its parts check them.</summary>
    private protected static int Expanded(
        string layer, int axes, int inChannels, int outChannels, int depthMultiplier, PerAxis kernelSize, PerAxis? stride,
        PerAxis? dilation, DType dtype)
    {
        OptionChecks.Floating(dtype, layer);
        OptionChecks.AtLeast(inChannels, 1, layer);
        OptionChecks.AtLeast(outChannels, 1, layer);
        OptionChecks.AtLeast(depthMultiplier, 1, layer);
        kernelSize.Check(axes, 1, "kernel size", layer);
        stride?.Check(axes, 1, "stride", layer);
        dilation?.Check(axes, 1, "dilation", layer);
        return checked(inChannels * depthMultiplier);
    }
}
