using DeepLearning.Layers;

namespace DeepLearning.Models;

/// <summary>
/// The block of MobileNet v1 (Howard et al. 2017, "MobileNets", figure 3): a 3×3 convolution of each channel by itself and a 1×1 one across
/// them, each with batch norm and ReLU. [batch, in, height, width] in, [batch, out, height/stride, width/stride] out. Keys of the state
/// dictionary: <c>depthwise</c>, <c>bn1</c>, <c>pointwise</c>, <c>bn2</c>.
/// </summary>
public sealed class DepthwiseSeparableBlock : Layer
{
    /// <summary>Makes the block.</summary>
    /// <param name="inChannels">The channels of the input.</param>
    /// <param name="outChannels">The channels of the output.</param>
    /// <param name="stride">By what the sides are divided.</param>
    /// <param name="generator">The source of the starting values; <see cref="Generator.Default"/> when null.</param>
    /// <exception cref="ArgumentException">A number is not positive.</exception>
    public DepthwiseSeparableBlock(int inChannels, int outChannels, int stride = 1, Generator? generator = null)
    {
        Depthwise = new Conv2d(inChannels, inChannels, 3, stride, 1, groups: inChannels, bias: false, generator: generator);
        Bn1 = new BatchNorm2d(inChannels);
        Pointwise = new Conv2d(inChannels, outChannels, 1, bias: false, generator: generator);
        Bn2 = new BatchNorm2d(outChannels);
        VisionInit.Start(this, generator);
    }

    /// <summary>The convolution of each channel.</summary>
    public Conv2d Depthwise { get; }

    /// <summary>Its norm.</summary>
    public BatchNorm2d Bn1 { get; }

    /// <summary>The convolution across channels.</summary>
    public Conv2d Pointwise { get; }

    /// <summary>Its norm.</summary>
    public BatchNorm2d Bn2 { get; }

    /// <inheritdoc/>
    protected internal override string Details => $"{Pointwise.InChannels}→{Pointwise.OutChannels}";

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor input)
    {
        VisionInit.Image(this, input, Depthwise.InChannels);
        Tensor x = Bn1.Forward(Depthwise.Forward(input)).Relu();
        return Bn2.Forward(Pointwise.Forward(x)).Relu();
    }
}
