using DeepLearning.Layers;

namespace DeepLearning.Models;

/// <summary>A residual block (He et al. 2016, "Deep residual learning for image recognition"): relu(F(x) + shortcut(x)).</summary>
/// <remarks>[batch, in, height, width] in, [batch, out, height/stride, width/stride] out.</remarks>
public abstract class ResNetBlock : Layer
{
    private readonly int _inChannels;

    private protected ResNetBlock(
        int inChannels, int outChannels, int stride, ResNetShortcut shortcut, Generator? generator)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(inChannels);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(outChannels);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(stride);
        (_inChannels, OutChannels, Stride) = (inChannels, outChannels, stride);
        if (stride == 1 && inChannels == outChannels)
        {
            return;
        }

        if (shortcut == ResNetShortcut.Padding && outChannels < inChannels)
        {
            throw new ArgumentException(
                $"{GetType().Name}: a padding shortcut cannot go from {inChannels} to {outChannels} channels; take a "
                + "projection.", nameof(shortcut));
        }

        Downsample = shortcut == ResNetShortcut.Padding
            ? new Sequential(new PaddingShortcut(stride, inChannels, outChannels))
            : new Sequential(
                new Conv2d(inChannels, outChannels, 1, stride, bias: false, generator: generator), new BatchNorm2d(outChannels));
    }

    /// <summary>The channels of the output.</summary>
    public int OutChannels { get; }

    /// <summary>By what the sides are divided.</summary>
    public int Stride { get; }

    /// <summary>The way past, or null where it is the identity.</summary>
    public Sequential? Downsample { get; }

    /// <inheritdoc/>
    protected internal override string Details => $"{_inChannels}→{OutChannels}, stride {Stride}";

    /// <inheritdoc/>
    protected sealed override Tensor Compute(Tensor input)
    {
        VisionInit.Image(this, input, _inChannels);
        return (Body(input) + (Downsample is null ? input : Downsample.Forward(input))).Relu();
    }

    private protected abstract Tensor Body(Tensor input);
}
