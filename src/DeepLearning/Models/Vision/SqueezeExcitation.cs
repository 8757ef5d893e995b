using DeepLearning.Layers;

namespace DeepLearning.Models;

/// <summary>
/// Squeeze and excitation (Hu, Shen and Sun 2018, "Squeeze-and-excitation networks"): x · σ(W₂ relu(W₁ mean(x))), with the mean over the
/// pixels; each channel is scaled by what all channels say. [batch, channels, height, width] in and out. Keys of the state dictionary:
/// <c>fc1</c>, <c>fc2</c>, 1×1 convolutions as torchvision's.
/// </summary>
public sealed class SqueezeExcitation : Layer
{
    /// <summary>Makes the layer.</summary>
    /// <param name="channels">The channels.</param>
    /// <param name="squeezed">The channels between the two maps; a sixteenth, at least one, when null.</param>
    /// <param name="generator">The source of the starting values; <see cref="Generator.Default"/> when null.</param>
    /// <exception cref="ArgumentException">A number is not positive.</exception>
    public SqueezeExcitation(int channels, int? squeezed = null, Generator? generator = null)
    {
        int between = squeezed ?? Math.Max(channels / 16, 1);
        Fc1 = new Conv2d(channels, between, 1, generator: generator);
        Fc2 = new Conv2d(between, channels, 1, generator: generator);
    }

    /// <summary>The first map.</summary>
    public Conv2d Fc1 { get; }

    /// <summary>The second.</summary>
    public Conv2d Fc2 { get; }

    /// <inheritdoc/>
    protected internal override string Details => $"{Fc1.InChannels}→{Fc1.OutChannels}";

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor input)
    {
        VisionInit.Image(this, input, Fc1.InChannels);
        return input * Fc2.Forward(Fc1.Forward(input.AdaptiveAvgPool2d(1)).Relu()).Sigmoid();
    }
}
