using DeepLearning.Backends;

namespace DeepLearning;

public partial class Tensor
{
    /// <summary>
    /// What each window of a two-dimensional convolution reads, as a column: [N, C, H, W] → [N, C · height · width, L], or without N, for
    /// L = H' · W' windows in row-major order. A convolution is a product with these columns. PyTorch's <c>F.unfold</c>;
    /// <see cref="Unfold"/> is the view of the windows of one axis, PyTorch's <c>Tensor.unfold</c>.
    /// </summary>
    /// <param name="kernelSize">The height and width of a window.</param>
    /// <param name="dilation">The distance between the elements of a window; 1 when null.</param>
    /// <param name="padding">Zeros around the image.</param>
    /// <param name="stride">The distance between windows; 1 when null.</param>
    /// <returns>
    /// Row (c · height + p) · width + q, column i · W' + j is x[n, c, i · stride + p · dilation − padding, …], where
    /// H' = ⌊(H + 2 · padding − dilation · (height − 1) − 1) / stride⌋ + 1.
    /// </returns>
    /// <exception cref="ShapeException">The input has another rank, or no window fits.</exception>
    /// <exception cref="DTypeException">The input is not of a floating-point type.</exception>
    /// <exception cref="ArgumentException">A size, stride or dilation is below 1, or a padding negative.</exception>
    public Tensor Im2Col(PerAxis kernelSize, PerAxis? dilation = null, PerAxis padding = default, PerAxis? stride = null) =>
        ImageColumns.Take(this, kernelSize, dilation ?? 1, padding, stride ?? 1);

    /// <summary>
    /// The sum of overlapping windows, the transpose of <see cref="Im2Col"/>: [N, C · height · width, L] → [N, C, H, W], or without N. Each
    /// element of the image is the sum of what the columns hold for it. PyTorch's <c>F.fold</c>.
    /// </summary>
    /// <param name="outputSize">The height and width of the image.</param>
    /// <param name="kernelSize">The height and width of a window.</param>
    /// <param name="dilation">The distance between the elements of a window; 1 when null.</param>
    /// <param name="padding">Zeros around the image that the windows reach over, and that are left out.</param>
    /// <param name="stride">The distance between windows; 1 when null.</param>
    /// <exception cref="ShapeException">
    /// The input has another rank, its rows are not those of whole windows, or its columns not those of the image's windows.
    /// </exception>
    /// <exception cref="DTypeException">The input is not of a floating-point type.</exception>
    /// <exception cref="ArgumentException">A size, stride or dilation is below 1, or a padding negative.</exception>
    public Tensor Col2Im(
        PerAxis outputSize, PerAxis kernelSize, PerAxis? dilation = null, PerAxis padding = default, PerAxis? stride = null) =>
        ImageColumns.Add(this, outputSize, kernelSize, dilation ?? 1, padding, stride ?? 1);
}

/// <summary>Windows of images as columns. Both ways are linear and each other's transpose, so they are each other's gradient.</summary>
file static class ImageColumns
{
    public static Tensor Take(Tensor x, PerAxis kernelSize, PerAxis dilation, PerAxis padding, PerAxis stride)
    {
        CheckWindow("Im2Col", kernelSize, dilation, padding, stride);
        CheckType("Im2Col", x);
        if (x.Rank is not (3 or 4))
        {
            throw new ShapeException($"Im2Col: an input {x.Shape} does not fit; it is [N, C, H, W] or [C, H, W].");
        }

        int[] lengths = x.Layout.Lengths;
        ConvolutionShape sizes = Sizes("Im2Col", lengths[^2], lengths[^1], kernelSize, dilation, padding, stride);
        sizes = sizes with { Batch = x.Rank == 4 ? lengths[0] : 1, InputChannels = lengths[^3] };
        _ = Shape.AxisLength(sizes.OutputSize, "Im2Col");
        _ = Shape.AxisLength((long)sizes.InputChannels * sizes.Taps, "Im2Col");
        Tensor compute = x.To(x.DType.Compute());
        Tensor columns = Fused.Run(new Im2ColOp(sizes), [x.Rank == 4 ? compute : compute.Unsqueeze(0)]);
        return (x.Rank == 4 ? columns : columns.Squeeze(0)).To(x.DType);
    }

    public static Tensor Add(Tensor x, PerAxis outputSize, PerAxis kernelSize, PerAxis dilation, PerAxis padding, PerAxis stride)
    {
        CheckWindow("Col2Im", kernelSize, dilation, padding, stride);
        outputSize.Check(2, 1, "output size", "Col2Im");
        CheckType("Col2Im", x);
        ConvolutionShape sizes = Sizes("Col2Im", outputSize[0], outputSize[1], kernelSize, dilation, padding, stride);
        int[] lengths = x.Layout.Lengths;
        if (x.Rank is not (2 or 3) || lengths[^2] % sizes.Taps != 0 || lengths[^1] != sizes.OutputSize)
        {
            throw new ShapeException(
                $"Col2Im: an input {x.Shape} does not fit windows of {kernelSize} in an image of {outputSize}; it is [N, rows, "
                + $"{sizes.OutputSize}] or [rows, {sizes.OutputSize}] for {sizes.OutputHeight} x {sizes.OutputWidth} windows, its rows a "
                + $"multiple of {sizes.Taps}.");
        }

        sizes = sizes with { Batch = x.Rank == 3 ? lengths[0] : 1, InputChannels = lengths[^2] / sizes.Taps };
        Tensor compute = x.To(x.DType.Compute());
        Tensor image = Fused.Run(new Col2ImOp(sizes), [x.Rank == 3 ? compute : compute.Unsqueeze(0)]);
        return (x.Rank == 3 ? image : image.Squeeze(0)).To(x.DType);
    }

    private static void CheckWindow(string operation, PerAxis kernelSize, PerAxis dilation, PerAxis padding, PerAxis stride)
    {
        kernelSize.Check(2, 1, "kernel size", operation);
        dilation.Check(2, 1, "dilation", operation);
        padding.Check(2, 0, "padding", operation);
        stride.Check(2, 1, "stride", operation);
    }

    private static void CheckType(string operation, Tensor x)
    {
        if (!x.DType.IsFloatingPoint())
        {
            throw new DTypeException($"{operation}: an input of {x.DType.Name()} does not fit; it must be of a floating-point type.");
        }
    }

    private static ConvolutionShape Sizes(
        string operation, int height, int width, PerAxis kernelSize, PerAxis dilation, PerAxis padding, PerAxis stride)
    {
        SpatialAxis vertical = new(height, kernelSize[0], stride[0], padding[0], dilation[0]);
        SpatialAxis horizontal = new(width, kernelSize[1], stride[1], padding[1], dilation[1]);
        return vertical.Outputs == 0 || horizontal.Outputs == 0
            ? throw new ShapeException(
                $"{operation}: a window that reaches over {vertical.Reach} x {horizontal.Reach} does not fit an image of "
                + $"{vertical.PaddedInput} x {horizontal.PaddedInput} with its padding; pad more, or use a smaller kernel or dilation.")
            : new ConvolutionShape { Height = vertical, Width = horizontal };
    }
}

/// <summary>The windows of images as columns; input: the images.</summary>
file readonly record struct Im2ColOp(ConvolutionShape Sizes) : IFusedOp
{
    public static bool HasRecordedGradient => true;

    public string Name => "Im2Col";

    public void Describe(OperationAttributes attributes) => Sizes.DescribeWindows(attributes);

    public static bool Keeps(int input, ReadOnlySpan<Tensor?> inputs) => false;

    /// <summary>One tap of the window after the other reads a strided part of the padded images.</summary>
    public Tensor Compose(ReadOnlySpan<Tensor?> inputs)
    {
        (SpatialAxis height, SpatialAxis width) = (Sizes.Height, Sizes.Width);
        Tensor x = inputs[0]!.Pad([width.Padding, width.Padding, height.Padding, height.Padding]);
        Tensor[] taps = new Tensor[Sizes.Taps];
        for (int tap = 0; tap < taps.Length; tap++)
        {
            (int row, int column) = Math.DivRem(tap, width.Kernel);
            taps[tap] = x.NarrowAxis(2, row * height.Dilation, height.Output, height.Stride)
                .NarrowAxis(3, column * width.Dilation, width.Output, width.Stride);
        }

        return Tensor.Stack(taps, 2).Reshape(Sizes.ColumnLengths);
    }

    public Tensor? TryForward(ReadOnlySpan<Tensor?> inputs, ref KeptTensors kept)
    {
        Tensor x = inputs[0]!, y = Tensor.Allocate(Sizes.ColumnLengths, x.DType, x.Device);
        return x.Backend.TryImageToColumns(Sizes, x, y) ? y : null;
    }

    public bool TryBackward(FusedNode node, Tensor gradient, Span<Tensor?> gradients)
    {
        gradients[0] = Fused.Run(new Col2ImOp(Sizes), [gradient]);
        return true;
    }
}

/// <summary>The sum of windows; input: the windows as columns.</summary>
file readonly record struct Col2ImOp(ConvolutionShape Sizes) : IFusedOp
{
    public static bool HasRecordedGradient => true;

    public string Name => "Col2Im";

    public void Describe(OperationAttributes attributes) =>
        Sizes.DescribeWindows(attributes.Add("outputSize", [Sizes.InputHeight, Sizes.InputWidth]));

    public static bool Keeps(int input, ReadOnlySpan<Tensor?> inputs) => false;

    public Tensor Compose(ReadOnlySpan<Tensor?> inputs)
    {
        Im2ColOp take = new(Sizes);
        return Composition.Transpose(x => take.Compose([x]), Sizes.InputLengths, inputs[0]!);
    }

    public Tensor? TryForward(ReadOnlySpan<Tensor?> inputs, ref KeptTensors kept)
    {
        Tensor x = inputs[0]!, y = Tensor.Allocate(Sizes.InputLengths, x.DType, x.Device);
        return x.Backend.TryColumnsToImage(Sizes, x, y) ? y : null;
    }

    public bool TryBackward(FusedNode node, Tensor gradient, Span<Tensor?> gradients)
    {
        gradients[0] = Fused.Run(new Im2ColOp(Sizes), [gradient]);
        return true;
    }
}

internal abstract partial class Backend
{
    /// <summary>y = the windows of images as columns</summary>
    /// <returns>Whether it was done.</returns>
    public virtual bool TryImageToColumns(in ConvolutionShape shape, Tensor x, Tensor y) => false;

    /// <summary>y = the sum of windows that are columns of x, over two axes</summary>
    /// <returns>Whether it was done.</returns>
    public virtual bool TryColumnsToImage(in ConvolutionShape shape, Tensor x, Tensor y) => false;
}
