namespace DeepLearning.Layers;

/// <summary>
/// The means of windows that cover the volume evenly, [N, C, D, H, W] → [N, C, depth, height, width], or without N: see
/// <see cref="Tensor.AdaptiveAvgPool3d(int?, int?, int?)"/>. With size 1 the mean of the whole volume.
/// </summary>
/// <param name="depth">The depth of the output; the input's when null.</param>
/// <param name="height">The height of the output; the input's when null.</param>
/// <param name="width">The width of the output; the input's when null.</param>
public sealed class AdaptiveAvgPool3d(int? depth, int? height, int? width) : AdaptiveAvgPool([depth, height, width])
{
    /// <summary>Makes the layer for cubic outputs.</summary>
    /// <param name="size">The depth, height and width of the output.</param>
    public AdaptiveAvgPool3d(int size)
        : this(size, size, size)
    {
    }
}
