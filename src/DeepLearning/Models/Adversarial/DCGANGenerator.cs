using DeepLearning.Layers;

namespace DeepLearning.Models;

/// <summary>
/// The generator of DCGAN (Radford, Metz and Chintala 2016, "Unsupervised representation learning with deep convolutional generative
/// adversarial networks"): a transposed convolution to 4×4, then doublings with batch norm and ReLU, tanh at the end. Doublings are
/// transposed convolutions of stride 2, or nearest-neighbor upsampling and a convolution (Odena, Dumoulin and Olah 2016), which makes no
/// checkerboards.
/// </summary>
/// <remarks>
/// [batch, latent] in, [batch, channels, size, size] in −1 to 1 out. Keys of the state dictionary: <c>main.0.weight</c> …, as PyTorch's
/// example has them for transposed convolutions.
/// </remarks>
public sealed class DCGANGenerator : Layer
{
    /// <summary>Makes the generator.</summary>
    /// <param name="latent">The length of the noise.</param>
    /// <param name="imageChannels">The channels of the image.</param>
    /// <param name="imageSize">Its side: a power of two, 8 or more.</param>
    /// <param name="width">The channels before the last layer; twice as many before each doubling.</param>
    /// <param name="upsampling">Whether doublings are upsampling and a convolution.</param>
    /// <param name="generator">The source of the starting values; <see cref="Generator.Default"/> when null.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is not positive, or the size is not a power of two.</exception>
    public DCGANGenerator(
        int latent = 100, int imageChannels = 3, int imageSize = 64, int width = 64, bool upsampling = false, Generator? generator = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(latent);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(imageChannels);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        int doublings = DCGANInit.Doublings(nameof(DCGANGenerator), imageSize), channels = width << (doublings - 1);
        Latent = latent;
        Main = new Sequential(
            new ConvTranspose2d(latent, channels, 4, bias: false, generator: generator), new BatchNorm2d(channels), new ReLU());
        for (int i = 1; i <= doublings; i++)
        {
            bool isLast = i == doublings;
            int next = isLast ? imageChannels : channels / 2;
            if (upsampling)
            {
                Main.Add(new Upsample(scaleFactor: 2));
                Main.Add(new Conv2d(channels, next, 3, padding: 1, bias: isLast, generator: generator));
            }
            else
            {
                Main.Add(new ConvTranspose2d(channels, next, 4, 2, 1, bias: false, generator: generator));
            }

            if (!isLast)
            {
                Main.Add(new BatchNorm2d(next));
                Main.Add(new ReLU());
            }

            channels = next;
        }

        Main.Add(new Tanh());
        DCGANInit.Start(this, generator);
    }

    /// <summary>The length of the noise.</summary>
    public int Latent { get; }

    /// <summary>The layers.</summary>
    public Sequential Main { get; }

    /// <inheritdoc/>
    protected internal override string Details => $"{Latent}";

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor input)
    {
        BlockChecks.Shape(this, input, nameof(input), ("batch", -1), ("latent", Latent));
        return Main.Forward(input.Reshape(input.Size(0), Latent, 1, 1));
    }
}
