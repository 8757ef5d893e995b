namespace DeepLearning;

public partial class Tensor
{
    /// <summary>
    /// The partial inverse of <see cref="MaxPool1dWithIndices"/>: each element goes to its position, all others are 0. Of several for one
    /// position the last stays.
    /// </summary>
    /// <param name="indices">The positions in the output's channel, int64 or int32, of this tensor's shape.</param>
    /// <param name="kernelSize">The length of a window of the pooling.</param>
    /// <param name="stride">The distance between its windows; the kernel's size when null.</param>
    /// <param name="padding">How far its windows reached over the ends.</param>
    /// <param name="outputSize">
    /// The length of the output, or the whole shape of it: (L − 1) · stride − 2 · padding + kernel when null, and less than a stride from
    /// that otherwise.
    /// </param>
    /// <returns>[N, C, L'] for an input [N, C, L], or without N.</returns>
    /// <exception cref="ShapeException">
    /// The input has another rank, the indices another shape, or the output's size does not fit.
    /// </exception>
    /// <exception cref="IndexException">A position is negative or beyond the output.</exception>
    /// <exception cref="DTypeException">The input is not of a floating-point type, or the indices are not of an integer type.</exception>
    /// <exception cref="ArgumentException">A size or stride is below 1, or the padding negative.</exception>
    public Tensor MaxUnpool1d(
        Tensor indices, PerAxis kernelSize, PerAxis? stride = null, PerAxis padding = default, ReadOnlySpan<int> outputSize = default) =>
        MaxUnpooling.Run(this, indices, kernelSize, stride, padding, outputSize, 1);

    /// <summary>The partial inverse of <see cref="MaxPool2dWithIndices"/>; see <see cref="MaxUnpool1d"/>.</summary>
    /// <param name="indices">The positions row · W' + column in the output's channel, int64 or int32, of this tensor's shape.</param>
    /// <param name="kernelSize">The height and width of a window of the pooling.</param>
    /// <param name="stride">The distance between its windows; the kernel's size when null.</param>
    /// <param name="padding">How far its windows reached over the edge.</param>
    /// <param name="outputSize">The height and width of the output, or the whole shape of it.</param>
    /// <returns>[N, C, H', W'] for an input [N, C, H, W], or without N.</returns>
    /// <inheritdoc cref="MaxUnpool1d" path="/exception"/>
    public Tensor MaxUnpool2d(
        Tensor indices, PerAxis kernelSize, PerAxis? stride = null, PerAxis padding = default, ReadOnlySpan<int> outputSize = default) =>
        MaxUnpooling.Run(this, indices, kernelSize, stride, padding, outputSize, 2);

    /// <summary>The partial inverse of <see cref="MaxPool3dWithIndices"/>; see <see cref="MaxUnpool1d"/>.</summary>
    /// <param name="indices">
    /// The positions (plane · H' + row) · W' + column in the output's channel, int64 or int32, of this tensor's shape.
    /// </param>
    /// <param name="kernelSize">The depth, height and width of a window of the pooling.</param>
    /// <param name="stride">The distance between its windows; the kernel's size when null.</param>
    /// <param name="padding">How far its windows reached over the edge.</param>
    /// <param name="outputSize">The depth, height and width of the output, or the whole shape of it.</param>
    /// <returns>[N, C, D', H', W'] for an input [N, C, D, H, W], or without N.</returns>
    /// <inheritdoc cref="MaxUnpool1d" path="/exception"/>
    public Tensor MaxUnpool3d(
        Tensor indices, PerAxis kernelSize, PerAxis? stride = null, PerAxis padding = default, ReadOnlySpan<int> outputSize = default) =>
        MaxUnpooling.Run(this, indices, kernelSize, stride, padding, outputSize, 3);
}

/// <summary>The inverse of max pooling over one to three spatial axes, as far as there is one.</summary>
internal static class MaxUnpooling
{
    /// <summary>Zeros with each element at its position.</summary>
    public static Tensor Run(
        Tensor x, Tensor indices, PerAxis kernel, PerAxis? stride, PerAxis padding, ReadOnlySpan<int> outputSize, int axes)
    {
        string operation = $"MaxUnpool{axes}d";
        ArgumentNullException.ThrowIfNull(indices);
        Pooling.CheckImages(x, axes, operation);
        CheckWindows(axes, kernel, stride ?? kernel, padding, operation);
        Broadcasting.CheckDevices(x, indices, operation);
        if (indices.Shape != x.Shape)
        {
            throw new ShapeException(
                $"{operation}: indices {indices.Shape} do not fit an input {x.Shape}; they must have the same shape.");
        }

        int[] lengths = [.. x.Layout.Lengths.AsSpan(0, x.Rank - axes), .. Output(x, kernel, stride ?? kernel, padding, outputSize, axes)];
        int planes = (int)Shape.CountOf(lengths.AsSpan(0, x.Rank - axes));
        int size = Shape.AxisLength(Shape.CountOf(lengths.AsSpan(x.Rank - axes)), operation);
        int windows = (int)Shape.CountOf(x.Layout.Lengths.AsSpan(x.Rank - axes));
        Tensor zeros = Tensor.Zeros([planes, size], x.DType, x.Device), values = x.Reshape(planes, windows);
        Tensor places = IndexTensors.Checked(indices.Reshape(planes, windows), 1, size, operation, allowsNegative: false);
        return zeros.ScatterChecked(1, places, values, ScatterMode.Set, operation, false).Reshape(lengths);
    }

    /// <summary>Refuses windows that no pooling has.</summary>
    public static void CheckWindows(int axes, PerAxis kernel, PerAxis stride, PerAxis padding, string operation)
    {
        kernel.Check(axes, 1, "kernel size", operation);
        stride.Check(axes, 1, "stride", operation);
        padding.Check(axes, 0, "padding", operation);
    }

    private static int[] Output(Tensor x, PerAxis kernel, PerAxis stride, PerAxis padding, ReadOnlySpan<int> asked, int axes)
    {
        int[] usual = new int[axes];
        for (int axis = 0; axis < axes; axis++)
        {
            long length = ((x.Size(x.Rank - axes + axis) - 1L) * stride[axis]) + kernel[axis] - (2L * padding[axis]);
            usual[axis] = Shape.AxisLength(Math.Max(length, 0), "MaxUnpool");
        }

        if (asked.IsEmpty)
        {
            return usual;
        }

        int[] given = asked.Length == x.Rank ? asked[^axes..].ToArray() : asked.ToArray();
        bool fits = given.Length == axes
            && (asked.Length == axes || asked[..^axes].SequenceEqual(x.Layout.Lengths.AsSpan(0, x.Rank - axes)));
        for (int axis = 0; axis < axes && fits; axis++)
        {
            fits = given[axis] >= 0 && Math.Abs((long)given[axis] - usual[axis]) < stride[axis];
        }

        return fits ? given : throw new ShapeException(
            $"MaxUnpool{axes}d: an output size of {Shape.Format(asked)} does not fit an input {x.Shape} that was pooled by windows of "
            + $"{kernel} every {stride}; it must be less than a stride from {Shape.Format(usual)}.");
    }
}
