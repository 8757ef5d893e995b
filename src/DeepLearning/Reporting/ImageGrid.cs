namespace DeepLearning.Reporting;

/// <summary>Puts the images of a batch side by side into one.</summary>
public static class ImageGrid
{
    /// <summary>Makes one image of a batch, row by row (torchvision's <c>make_grid</c>).</summary>
    /// <param name="images">[count, height, width] or [count, channels, height, width].</param>
    /// <param name="columns">Images per row.</param>
    /// <param name="padding">Pixels around every image.</param>
    /// <param name="padValue">The value of those pixels.</param>
    /// <returns>
    /// [channels, rows · (height + padding) + padding, columns · (width + padding) + padding], without the channel axis where the batch has
    /// none; of the same element type.
    /// </returns>
    /// <exception cref="ShapeException">The tensor is not a batch of images, or an empty one.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There are no columns, or the padding is negative.</exception>
    /// <exception cref="DTypeException">The images are of an integer type that does not hold the number.</exception>
    public static Tensor Make(Tensor images, int columns = 8, int padding = 2, Scalar padValue = default)
    {
        ArgumentNullException.ThrowIfNull(images);
        ArgumentOutOfRangeException.ThrowIfLessThan(columns, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(padding);
        if (images.Rank is not (3 or 4) || images.Count == 0)
        {
            throw new ShapeException(
                $"ImageGrid.Make: {images.Shape} is no batch of images; that is [count, height, width] or "
                    + "[count, channels, height, width].");
        }

        int count = images.Size(0), height = images.Size(-2) + padding, width = images.Size(-1) + padding;
        columns = Math.Min(columns, count);
        int rows = (count + columns - 1) / columns;
        ReadOnlySpan<int> size = [rows * height + padding, columns * width + padding];
        images.DType.CheckHolds(padValue, "ImageGrid.Make");
        Tensor grid = Tensor.Full(images.Rank == 4 ? [images.Size(1), .. size] : size, padValue, images.DType, images.Device);
        using GradMode.Region region = GradMode.NoGrad();
        for (int i = 0; i < count; i++)
        {
            int top = i / columns * height + padding, left = i % columns * width + padding;
            grid.Narrow(-2, top, images.Size(-2)).Narrow(-1, left, images.Size(-1)).CopyFrom(images[i].Detach());
        }

        return grid;
    }
}
