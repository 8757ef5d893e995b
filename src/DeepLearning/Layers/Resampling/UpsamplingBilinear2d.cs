namespace DeepLearning.Layers;

/// <summary>
/// Images in another size, by lines between neighbors, the centers of the outer elements in their places: <see cref="Upsample"/> with
/// PyTorch's older name.
/// </summary>
/// <param name="size">The new height and width; or give <paramref name="scaleFactor"/>.</param>
/// <param name="scaleFactor">The new lengths' ratio to the old ones, rounded down.</param>
public sealed class UpsamplingBilinear2d(PerAxis? size = null, ScalePerAxis? scaleFactor = null)
    : Upsample(size, scaleFactor, InterpolationMode.Bilinear, true);
