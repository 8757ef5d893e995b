using DeepLearning.Layers;

namespace DeepLearning.Models;

/// <summary>
/// The block of ResNet-50 and deeper (He et al. 2016, figure 5): 1×1 to fewer channels, 3×3, 1×1 to four times as many, with batch norms.
/// The stride is in the 3×3 convolution, as torchvision has it. Keys of the state dictionary: <c>conv1</c> … <c>bn3</c>,
/// <c>downsample.0</c>, <c>downsample.1</c>, as torchvision's.
/// </summary>
public sealed class Bottleneck : ResNetBlock
{
    /// <summary>Of how many times the inner channels the output is.</summary>
    public const int Expansion = 4;

    /// <summary>Makes the block.</summary>
    /// <param name="inChannels">The channels of the input.</param>
    /// <param name="channels">The inner channels; the output has <see cref="Expansion"/> times as many.</param>
    /// <param name="stride">By what the sides are divided.</param>
    /// <param name="shortcut">How the way past fits the output.</param>
    /// <param name="generator">The source of the starting values; <see cref="Generator.Default"/> when null.</param>
    /// <exception cref="ArgumentException">A number is not positive, or a padding shortcut would lose channels.</exception>
    public Bottleneck(
        int inChannels, int channels, int stride = 1, ResNetShortcut shortcut = ResNetShortcut.Projection, Generator? generator = null)
        : base(inChannels, channels * Expansion, stride, shortcut, generator)
    {
        Conv1 = new Conv2d(inChannels, channels, 1, bias: false, generator: generator);
        Bn1 = new BatchNorm2d(channels);
        Conv2 = new Conv2d(channels, channels, 3, stride, 1, bias: false, generator: generator);
        Bn2 = new BatchNorm2d(channels);
        Conv3 = new Conv2d(channels, channels * Expansion, 1, bias: false, generator: generator);
        Bn3 = new BatchNorm2d(channels * Expansion);
    }

    /// <summary>The first convolution, 1×1.</summary>
    public Conv2d Conv1 { get; }

    /// <summary>Its norm.</summary>
    public BatchNorm2d Bn1 { get; }

    /// <summary>The second convolution, 3×3, with the stride.</summary>
    public Conv2d Conv2 { get; }

    /// <summary>Its norm.</summary>
    public BatchNorm2d Bn2 { get; }

    /// <summary>The third convolution, 1×1.</summary>
    public Conv2d Conv3 { get; }

    /// <summary>Its norm.</summary>
    public BatchNorm2d Bn3 { get; }

    private protected override Tensor Body(Tensor input)
    {
        Tensor x = Bn1.Forward(Conv1.Forward(input)).Relu();
        return Bn3.Forward(Conv3.Forward(Bn2.Forward(Conv2.Forward(x)).Relu()));
    }
}
