using DeepLearning.Data;

namespace DeepLearning.Samples.FashionMnist;

/// <summary>
/// A change to a training image that leaves its class the same: each epoch sees other images, and none is learned by heart.
/// </summary>
internal static class Augmentation
{
    /// <summary>
    /// About every other image in a mirror: of a batch, a coin is thrown for each image. While a batch is read, the loader makes
    /// <see cref="Generator.Default"/> one that depends on the seed, the epoch and the batch only.
    /// </summary>
    public static Example Mirror(Example batch)
    {
        Tensor images = batch.Input; // [batch, 1, height, width], or without the first axis
        Tensor coins = Tensor.Rand([.. images.Shape.AsSpan()[..^3], 1, 1, 1]);
        return batch with { Input = Tensor.Where(coins < 0.5, images.Flip(-1), images) };
    }
}
