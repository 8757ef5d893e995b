using DeepLearning.Layers;

namespace DeepLearning.Models;

/// <summary>
/// A residual block of CycleGAN's generator (Johnson, Alahi and Li 2016): x + norm(conv(relu(norm(conv(x))))), 3×3 over reflected edges,
/// instance norms. [batch, channels, height, width] in and out. Keys of the state dictionary: <c>block.1.weight</c> …, as the authors'.
/// </summary>
public sealed class CycleGANResidual : Layer
{
    private readonly int _channels;

    /// <summary>Makes the block.</summary>
    /// <param name="channels">The channels.</param>
    /// <param name="generator">The source of the starting values; <see cref="Generator.Default"/> when null.</param>
    /// <exception cref="ArgumentException">The number of channels is not positive.</exception>
    public CycleGANResidual(int channels, Generator? generator = null)
    {
        _channels = channels;
        Block = new Sequential(
            new ReflectionPad2d(1), new Conv2d(channels, channels, 3, generator: generator), new InstanceNorm2d(channels), new ReLU(),
            new ReflectionPad2d(1), new Conv2d(channels, channels, 3, generator: generator), new InstanceNorm2d(channels));
    }

    /// <summary>The layers beside the identity.</summary>
    public Sequential Block { get; }

    /// <inheritdoc/>
    protected internal override string Details => $"{_channels}";

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor input)
    {
        BlockChecks.Shape(this, input, nameof(input), ("batch", -1), ("channels", _channels), ("height", -1), ("width", -1));
        return input + Block.Forward(input);
    }
}
