using DeepLearning.Layers;

namespace DeepLearning.Models;

/// <summary>
/// The block of ResNet-18 and -34 (He et al. 2016, figure 5): two 3×3 convolutions with batch norms. Keys of the state dictionary:
/// <c>conv1</c>, <c>bn1</c>, <c>conv2</c>, <c>bn2</c>, <c>downsample.0</c>, <c>downsample.1</c>, as torchvision's.
/// </summary>
public sealed class BasicBlock : ResNetBlock
{
    /// <summary>Makes the block.</summary>
    /// <param name="inChannels">The channels of the input.</param>
    /// <param name="channels">The channels of the output.</param>
    /// <param name="stride">By what the sides are divided.</param>
    /// <param name="shortcut">How the way past fits the output.</param>
    /// <param name="generator">The source of the starting values; <see cref="Generator.Default"/> when null.</param>
    /// <exception cref="ArgumentException">A number is not positive, or a padding shortcut would lose channels.</exception>
    public BasicBlock(
        int inChannels, int channels, int stride = 1, ResNetShortcut shortcut = ResNetShortcut.Projection, Generator? generator = null)
        : base(inChannels, channels, stride, shortcut, generator)
    {
        Conv1 = new Conv2d(inChannels, channels, 3, stride, 1, bias: false, generator: generator);
        Bn1 = new BatchNorm2d(channels);
        Conv2 = new Conv2d(channels, channels, 3, padding: 1, bias: false, generator: generator);
        Bn2 = new BatchNorm2d(channels);
    }

    /// <summary>The first convolution, with the stride.</summary>
    public Conv2d Conv1 { get; }

    /// <summary>Its norm.</summary>
    public BatchNorm2d Bn1 { get; }

    /// <summary>The second convolution.</summary>
    public Conv2d Conv2 { get; }

    /// <summary>Its norm.</summary>
    public BatchNorm2d Bn2 { get; }

    private protected override Tensor Body(Tensor input) =>
        Bn2.Forward(Conv2.Forward(Bn1.Forward(Conv1.Forward(input)).Relu()));
}
