using DeepLearning.Data;

namespace DeepLearning.Samples.Mnist;

/// <summary>
/// A change to a training image that leaves its digit the same: each epoch sees other images, and none is learned by heart.
/// </summary>
internal static class Augmentation
{
    private const int Most = 1;

    /// <summary>The image moved by up to a pixel in each direction.</summary>
    public static Example Shift(Example example)
    {
        Tensor image = example.Input; // [1, height, width]
        (int height, int width) = (image.Size(1), image.Size(2));
        (int y, int x) = (Random(2 * Most + 1), Random(2 * Most + 1));
        Tensor padded = image.Pad([Most, Most, Most, Most]);
        return example with { Input = padded[.., y..(y + height), x..(x + width)] };
    }

    // While a sample is read, the loader makes Generator.Default one that depends on the seed, the epoch and the sample only.
    private static int Random(int count) => (int)(count * Generator.Default.NextDouble());
}
