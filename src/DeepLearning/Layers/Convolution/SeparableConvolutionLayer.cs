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

    /// <summary>The channels between the two.</summary>
    private protected static int Expanded(int inChannels, int depthMultiplier)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(inChannels, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(depthMultiplier, 1);
        return checked(inChannels * depthMultiplier);
    }
}
