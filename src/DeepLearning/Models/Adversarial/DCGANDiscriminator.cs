using DeepLearning.Layers;

namespace DeepLearning.Models;

/// <summary>
/// The discriminator of DCGAN (Radford, Metz and Chintala 2016): convolutions of stride 2 with batch norm and leaky ReLU down to 4×4, and
/// one that gives the score. With spectral norm (Miyato et al. 2018) every convolution's weight is divided by its greatest singular value,
/// and there is no batch norm; without either it is a critic for a gradient penalty.
/// </summary>
/// <remarks>
/// [batch, channels, size, size] in, logits [batch] out. Keys of the state dictionary: <c>main.0.weight</c> …, as PyTorch's example.
/// </remarks>
public sealed class DCGANDiscriminator : Layer
{
    private readonly int _channels, _size;

    /// <summary>Makes the discriminator.</summary>
    /// <param name="imageChannels">The channels of the image.</param>
    /// <param name="imageSize">Its side: a power of two, 8 or more.</param>
    /// <param name="width">The channels after the first layer; twice as many after each further one.</param>
    /// <param name="batchNorm">Whether there are batch norms, where there is no spectral norm.</param>
    /// <param name="spectralNorm">Whether weights are divided by their greatest singular values.</param>
    /// <param name="generator">The source of the starting values; <see cref="Generator.Default"/> when null.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is not positive, or the size is not a power of two.</exception>
    public DCGANDiscriminator(
        int imageChannels = 3, int imageSize = 64, int width = 64, bool batchNorm = true, bool spectralNorm = false,
        Generator? generator = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(imageChannels);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        int halvings = DCGANInit.Doublings(nameof(DCGANDiscriminator), imageSize), channels = imageChannels;
        (_channels, _size) = (imageChannels, imageSize);
        bool norms = batchNorm && !spectralNorm;
        Main = new Sequential();
        for (int i = 0; i < halvings; i++)
        {
            int next = width << i;
            Main.Add(new Conv2d(channels, next, 4, 2, 1, bias: !norms, generator: generator));
            if (norms && i > 0)
            {
                Main.Add(new BatchNorm2d(next));
            }

            Main.Add(new LeakyReLU(0.2));
            channels = next;
        }

        Main.Add(new Conv2d(channels, 1, 4, bias: !norms, generator: generator));
        DCGANInit.Start(this, generator);
        if (spectralNorm)
        {
            foreach (Conv2d conv in Main.OfType<Conv2d>())
            {
                conv.SpectralNorm(generator: generator);
            }
        }
    }

    /// <summary>The layers.</summary>
    public Sequential Main { get; }

    /// <inheritdoc/>
    protected internal override string Details => $"{_channels}×{_size}×{_size}";

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor input)
    {
        BlockChecks.Shape(this, input, nameof(input), ("batch", -1), ("channels", _channels), ("height", _size), ("width", _size));
        return Main.Forward(input).Reshape(input.Size(0));
    }
}
