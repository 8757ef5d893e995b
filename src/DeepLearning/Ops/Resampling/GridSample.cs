namespace DeepLearning;

/// <summary>What lies beyond the edges of an image that <see cref="Tensor.GridSample"/> reads.</summary>
public enum GridPadding
{
    /// <summary>Zeros.</summary>
    Zeros,

    /// <summary>The nearest element of the edge.</summary>
    Border,

    /// <summary>The image mirrored at its edges, as often as it takes.</summary>
    Reflection,
}

public partial class Tensor
{
    /// <summary>
    /// An image or a volume read at given places, as PyTorch's <c>grid_sample</c>: the sampler of Jaderberg and others, "Spatial
    /// transformer networks", 2015. Differentiable by the image and by the places.
    /// </summary>
    /// <param name="grid">
    /// Where each output lies, [N, H', W', 2] or [N, D', H', W', 3]: x (along the width), y and z, from −1 at one edge to 1 at the other.
    /// </param>
    /// <param name="mode">Bilinear (over three axes, too), Nearest, or Bicubic (over two axes).</param>
    /// <param name="padding">What lies beyond the edges.</param>
    /// <param name="alignCorners">Whether −1 and 1 are the centers of the outer elements, or their outer edges.</param>
    /// <returns>[N, C, H', W'] for an input [N, C, H, W], or [N, C, D', H', W'] for [N, C, D, H, W].</returns>
    /// <exception cref="ShapeException">The shapes do not fit each other, or the input has an empty axis.</exception>
    /// <exception cref="DTypeException">The two are not of one floating-point type.</exception>
    /// <exception cref="ArgumentException">The mode is none of the three, or Bicubic over three axes.</exception>
    public Tensor GridSample(
        Tensor grid, InterpolationMode mode = InterpolationMode.Bilinear, GridPadding padding = GridPadding.Zeros,
        bool alignCorners = false)
    {
        if (Autocast.Enabled)
        {
            using Autocast.Operation cast = Autocast.Enter("GridSample", this, grid);
            return cast.Of(this).GridSample(cast.Of(grid), mode, padding, alignCorners);
        }

        ArgumentNullException.ThrowIfNull(grid);
        GridSampling.Check(this, grid, mode, padding);
        DType compute = DType.Compute();
        return GridSampling.Run(To(compute), grid.To(compute), mode, padding, alignCorners).To(DType);
    }

    /// <summary>
    /// The places of an affine map's outputs, for <see cref="GridSample"/>: theta · (x, y, 1) of each output's own place, this tensor being
    /// theta.
    /// </summary>
    /// <param name="size">The shape of the output: [N, C, H, W] for theta [N, 2, 3], [N, C, D, H, W] for theta [N, 3, 4].</param>
    /// <param name="alignCorners">Whether −1 and 1 are the centers of the outer elements, or their outer edges.</param>
    /// <returns>[N, H, W, 2] or [N, D, H, W, 3].</returns>
    /// <exception cref="ShapeException">Theta and the size do not fit each other, or a length is below 1.</exception>
    /// <exception cref="DTypeException">Theta is not of a floating-point type.</exception>
    public Tensor AffineGrid(ReadOnlySpan<int> size, bool alignCorners = false)
    {
        int axes = size.Length - 2;
        if (axes is not (2 or 3) || size.ContainsAnyInRange(int.MinValue, 0)
            || !Shape.AsSpan().SequenceEqual([size[0], axes, axes + 1]))
        {
            throw new ShapeException(
                $"AffineGrid: theta {Shape} does not fit a size {Shape.Format(size)}; they must be [N, 2, 3] and [N, C, H, W], or "
                + "[N, 3, 4] and [N, C, D, H, W], with no length below 1.");
        }

        if (!DType.IsFloatingPoint())
        {
            throw new DTypeException(
                $"AffineGrid: theta of {DType.Name()} does not fit; convert it to a floating-point type with To(...).");
        }

        int[] lengths = size[2..].ToArray();
        Tensor theta = To(DType.Compute());
        Tensor[] columns = new Tensor[axes + 1];
        for (int axis = 0; axis < axes; axis++)
        {
            int[] shape = new int[axes];
            Array.Fill(shape, 1);
            shape[axis] = lengths[axis];
            columns[axes - 1 - axis] =
                GridSampling.Places(lengths[axis], alignCorners, theta.DType, Device).Reshape(shape).Expand(lengths);
        }

        columns[axes] = Ones(lengths, theta.DType, Device);
        Tensor places = Stack(columns, axes).Reshape(-1, axes + 1);
        return places.MatMul(theta.Transpose(1, 2)).Reshape([size[0], .. lengths, axes]).To(DType);
    }
}
