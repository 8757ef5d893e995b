using DeepLearning.Data;

namespace DeepLearning.Samples.FashionMnist;

/// <summary>A change to a training image that leaves its class the same: it makes many images of one, and none is learned by heart.</summary>
internal static class Augmentation
{
    /// <summary>Every other image in a mirror. While a sample is read, Generator.Default is one that the loader seeds for that sample.</summary>
    public static Example Mirror(Example example) =>
        Generator.Default.NextDouble() < 0.5 ? example with { Input = example.Input.Flip(2) } : example;
}
