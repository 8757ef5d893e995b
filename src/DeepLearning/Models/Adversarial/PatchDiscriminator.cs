using DeepLearning.Layers;

namespace DeepLearning.Models;

/// <summary>
/// PatchGAN (Isola et al. 2017, "Image-to-image translation with conditional adversarial networks"): 4×4 convolutions whose scores each
/// judge one patch, of 70×70 pixels with three layers. CycleGAN's discriminator, with instance norms.
/// </summary>
/// <remarks>[batch, channels, height, width] in, logits [batch, 1, h, w] out. Keys of the state dictionary: <c>model.0.weight</c> …, as the
/// authors'.</remarks>
public sealed class PatchDiscriminator : Layer
{
    private readonly int _channels, _layers;

    /// <summary>Makes the discriminator.</summary>
    /// <param name="inChannels">The channels of the image.</param>
    /// <param name="width">The channels after the first layer.</param>
    /// <param name="layers">The convolutions of stride 2.</param>
    /// <param name="generator">The source of the starting values; <see cref="Generator.Default"/> when null.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is not positive.</exception>
    public PatchDiscriminator(int inChannels = 3, int width = 64, int layers = 3, Generator? generator = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(inChannels);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(layers);
        (_channels, _layers) = (inChannels, layers);
        Model = new Sequential(new Conv2d(inChannels, width, 4, 2, 1, generator: generator), new LeakyReLU(0.2));
        int channels = width;
        for (int i = 1; i <= layers; i++)
        {
            int next = width * Math.Min(1 << i, 8);
            Model.Add(new Conv2d(channels, next, 4, i < layers ? 2 : 1, 1, generator: generator));
            Model.Add(new InstanceNorm2d(next));
            Model.Add(new LeakyReLU(0.2));
            channels = next;
        }

        Model.Add(new Conv2d(channels, 1, 4, 1, 1, generator: generator));
        DCGANInit.Start(this, generator);
    }

    /// <summary>The layers.</summary>
    public Sequential Model { get; }

    /// <inheritdoc/>
    protected internal override string Details => $"{_channels}, {_layers} layers";

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor input)
    {
        BlockChecks.Shape(this, input, nameof(input), ("batch", -1), ("channels", _channels), ("height", -1), ("width", -1));
        int least = 3 << _layers;
        if (input.Size(2) < least || input.Size(3) < least)
        {
            throw new ShapeException($"{Kind}: input {input.Shape} is too small; its height and width must be {least} or more.");
        }

        return Model.Forward(input);
    }
}
