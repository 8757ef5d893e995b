namespace DeepLearning.Samples.FashionMnist;

internal static class Pixels
{
    private const double Mean = 0.2860, Deviation = 0.3530;

    /// <summary>
    /// Pixels less their mean over the training images, divided by their standard deviation. The models do it themselves, so that whoever
    /// loads one can give it plain pixels.
    /// </summary>
    public static Tensor Normalize(Tensor pixels) => (pixels - Mean) / Deviation;
}
