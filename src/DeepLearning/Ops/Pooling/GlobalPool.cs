namespace DeepLearning;

public partial class Tensor
{
    /// <summary>The mean of each channel over all axes behind it.</summary>
    /// <param name="keepDim">Keep these axes with length 1, as <see cref="AdaptiveAvgPool2d(int)"/> of size 1 does.</param>
    /// <returns>[N, C], or [N, C, 1, …], for an input [N, C, …] with any number of axes behind the channels.</returns>
    /// <exception cref="ShapeException">The input has no axis behind the channels, or no element in a channel.</exception>
    /// <exception cref="DTypeException">The input is not of a floating-point type.</exception>
    public Tensor GlobalAvgPool(bool keepDim = false) =>
        GlobalPooling.Shaped(this, AveragePooling.Run(
            GlobalPooling.Sequences(this, "GlobalAvgPool"), Backends.PoolWindows.Whole(GlobalPooling.Size(this)), null), keepDim);

    /// <summary>The greatest element of each channel over all axes behind it; NaN counts as the greatest.</summary>
    /// <param name="keepDim">Keep these axes with length 1, as <see cref="AdaptiveMaxPool2d(int)"/> of size 1 does.</param>
    /// <returns>[N, C], or [N, C, 1, …], for an input [N, C, …] with any number of axes behind the channels.</returns>
    /// <exception cref="ShapeException">The input has no axis behind the channels, or no element in a channel.</exception>
    /// <exception cref="DTypeException">The input is not of a floating-point type.</exception>
    public Tensor GlobalMaxPool(bool keepDim = false) =>
        GlobalPooling.Shaped(this, MaxPooling.Run(
            GlobalPooling.Sequences(this, "GlobalMaxPool"), Backends.PoolWindows.Whole(GlobalPooling.Size(this)), false).Values, keepDim);
}

/// <summary>Images of any number of axes as sequences, and back.</summary>
internal static class GlobalPooling
{
    /// <summary>[N, C, …] as [N, C, L].</summary>
    public static Tensor Sequences(Tensor x, string operation)
    {
        if (x.Rank < 3)
        {
            throw new ShapeException(
                $"{operation}: an input {x.Shape} does not fit; it must be [N, C, …] with at least one axis behind the channels.");
        }

        Tensor flat = x.Flatten(2);
        Pooling.CheckImages(flat, 1, operation);
        return flat;
    }

    /// <summary>The elements of a channel.</summary>
    public static int Size(Tensor x) => Shape.AxisLength(Shape.CountOf(x.Layout.Lengths.AsSpan(2)), "GlobalPool");

    /// <summary>[N, C, 1] as [N, C], or with an axis of length 1 for each that was there.</summary>
    public static Tensor Shaped(Tensor x, Tensor pooled, bool keepDim)
    {
        int[] lengths = new int[keepDim ? x.Rank : 2];
        Array.Fill(lengths, 1);
        (lengths[0], lengths[1]) = (x.Size(0), x.Size(1));
        return pooled.Reshape(lengths);
    }
}
