namespace DeepLearning.Layers;

/// <summary>
/// The greatest elements of windows that cover the image evenly, [N, C, H, W] → [N, C, height, width], or without N: see
/// <see cref="Tensor.AdaptiveMaxPool2d(int?, int?)"/>.
/// </summary>
/// <param name="height">The height of the output; the input's when null.</param>
/// <param name="width">The width of the output; the input's when null.</param>
public sealed class AdaptiveMaxPool2d(int? height, int? width) : AdaptiveMaxPool([height, width])
{
    /// <summary>Makes the layer for square outputs.</summary>
    /// <param name="size">The height and width of the output.</param>
    public AdaptiveMaxPool2d(int size)
        : this(size, size)
    {
    }
}
