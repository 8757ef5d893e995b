using DeepLearning.Initializers;
using DeepLearning.Layers;

namespace DeepLearning.Models;

/// <summary>
/// The starting values of DCGAN and CycleGAN: kernels normal of deviation 0.02, weights of batch norms normal around 1, biases 0.
/// </summary>
internal static class DCGANInit
{
    public static void Start(Module module, Generator? generator)
    {
        foreach (Module part in module.Modules())
        {
            switch (part)
            {
                case Conv2d conv:
                    Kernels(conv.Weight, conv.Bias, generator);
                    break;
                case ConvTranspose2d conv:
                    Kernels(conv.Weight, conv.Bias, generator);
                    break;
                case BatchNorm2d { Weight: { } weight }:
                    Initialize.Normal(weight, 1, 0.02, generator);
                    break;
                default:
                    break;
            }
        }
    }

    /// <summary>The number of doublings from 4 pixels to a size.</summary>
    public static int Doublings(string block, int imageSize)
    {
        if (imageSize < 8 || !int.IsPow2(imageSize))
        {
            throw new ArgumentOutOfRangeException(
                nameof(imageSize), imageSize, $"{block}: the image's side must be a power of two, 8 or more.");
        }

        return int.Log2(imageSize) - 2;
    }

    private static void Kernels(Tensor weight, Tensor? bias, Generator? generator)
    {
        Initialize.Normal(weight, 0, 0.02, generator);
        if (bias is not null)
        {
            Initialize.Zeros(bias);
        }
    }
}
