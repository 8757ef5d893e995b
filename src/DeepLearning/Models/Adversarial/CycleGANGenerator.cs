using DeepLearning.Layers;

namespace DeepLearning.Models;

/// <summary>
/// The generator of CycleGAN (Zhu et al. 2017, "Unpaired image-to-image translation using cycle-consistent adversarial networks"): a 7×7
/// convolution, two of stride 2, residual blocks, two transposed ones and a 7×7, with instance norms; tanh at the end.
/// </summary>
/// <remarks>
/// [batch, channels, height, width], sides that are multiples of 4, in; [batch, out channels, height, width] in −1 to 1 out. Keys of the
/// state dictionary: <c>main.1.weight</c> …
/// </remarks>
public sealed class CycleGANGenerator : Layer
{
    private readonly int _channels;

    /// <summary>Makes the generator.</summary>
    /// <param name="inChannels">The channels of the input.</param>
    /// <param name="outChannels">The channels of the output.</param>
    /// <param name="width">The channels after the first layer.</param>
    /// <param name="blocks">The residual blocks: 9 for images of 256 pixels, 6 for 128.</param>
    /// <param name="generator">The source of the starting values; <see cref="Generator.Default"/> when null.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is not positive.</exception>
    public CycleGANGenerator(int inChannels = 3, int outChannels = 3, int width = 64, int blocks = 9, Generator? generator = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(inChannels);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(outChannels);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        ArgumentOutOfRangeException.ThrowIfNegative(blocks);
        _channels = inChannels;
        Main = new Sequential(
            new ReflectionPad2d(3), new Conv2d(inChannels, width, 7, generator: generator), new InstanceNorm2d(width), new ReLU());
        for (int channels = width; channels < 4 * width; channels *= 2)
        {
            Main.Add(new Conv2d(channels, 2 * channels, 3, 2, 1, generator: generator));
            Main.Add(new InstanceNorm2d(2 * channels));
            Main.Add(new ReLU());
        }

        for (int i = 0; i < blocks; i++)
        {
            Main.Add(new CycleGANResidual(4 * width, generator));
        }

        for (int channels = 4 * width; channels > width; channels /= 2)
        {
            Main.Add(new ConvTranspose2d(channels, channels / 2, 3, 2, 1, 1, generator: generator));
            Main.Add(new InstanceNorm2d(channels / 2));
            Main.Add(new ReLU());
        }

        Main.Add(new ReflectionPad2d(3));
        Main.Add(new Conv2d(width, outChannels, 7, generator: generator));
        Main.Add(new Tanh());
        DCGANInit.Start(this, generator);
    }

    /// <summary>The layers.</summary>
    public Sequential Main { get; }

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor input)
    {
        BlockChecks.Shape(this, input, nameof(input), ("batch", -1), ("channels", _channels), ("height", -1), ("width", -1));
        if (input.Size(2) % 4 != 0 || input.Size(3) % 4 != 0)
        {
            throw new ShapeException($"{Kind}: input {input.Shape} does not fit; its height and width must be multiples of 4.");
        }

        return Main.Forward(input);
    }
}
