namespace DeepLearning.Layers;

/// <summary>
/// The means of windows that cover the image evenly, [N, C, H, W] → [N, C, height, width], or without N: see
/// <see cref="Tensor.AdaptiveAvgPool2d(int?, int?)"/>. With size 1 the mean of the whole image.
/// </summary>
/// <param name="height">The height of the output; the input's when null.</param>
/// <param name="width">The width of the output; the input's when null.</param>
public sealed class AdaptiveAvgPool2d(int? height, int? width) : AdaptiveAvgPool([height, width])
{
    /// <summary>Makes the layer for square outputs.</summary>
    /// <param name="size">The height and width of the output.</param>
    public AdaptiveAvgPool2d(int size)
        : this(size, size)
    {
    }
}
