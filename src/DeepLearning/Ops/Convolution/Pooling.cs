using DeepLearning.Backends;

namespace DeepLearning;

/// <summary>What the poolings have in common: images [N, C, H, W] or [C, H, W] are seen as [planes, H, W].</summary>
public partial class Tensor
{
    /// <summary>The windows of a pooling along both axes.</summary>
    private readonly record struct PoolWindows(PoolAxis Vertical, PoolAxis Horizontal)
    {
        /// <summary>Says what the windows are; adaptive ones follow from the shapes.</summary>
        public void Describe(OperationAttributes attributes)
        {
            if (Vertical.Kernel == 0)
            {
                attributes.Add("output_size", [Vertical.Outputs, Horizontal.Outputs]);
                return;
            }

            attributes.Add("kernel", [Vertical.Kernel, Horizontal.Kernel]).Add("stride", [Vertical.Stride, Horizontal.Stride])
                .Add("padding", [Vertical.Padding, Horizontal.Padding]).Add("dilation", [Vertical.Step, Horizontal.Step]);
        }
    }

    /// <summary>The layout of a pooling's result.</summary>
    private static int[] PooledShape(Tensor x, in PoolWindows windows) =>
        [.. x.Layout.Lengths.AsSpan(0, x.Rank - 2), windows.Vertical.Outputs, windows.Horizontal.Outputs];

    private static PoolWindows RegularWindows(
        Tensor x, Pair kernel, Pair stride, Pair padding, Pair dilation, bool ceilMode, bool countPadding, string operation)
    {
        CheckImages(x, operation);
        CheckPositive(kernel, "kernel size", operation);
        CheckPositive(stride, "stride", operation);
        CheckPositive(dilation, "dilation", operation);
        CheckNotNegative(padding, operation);
        if (padding.Height > kernel.Height / 2 || padding.Width > kernel.Width / 2)
        {
            throw new ArgumentException(
                $"{operation}: a padding of {padding} does not fit a kernel of {kernel}; it must be at most half of it.", nameof(padding));
        }

        int height = x.Layout.Lengths[^2], width = x.Layout.Lengths[^1];
        long rows = PoolAxis.CountWindows(height, kernel.Height, stride.Height, padding.Height, dilation.Height, ceilMode);
        long columns = PoolAxis.CountWindows(width, kernel.Width, stride.Width, padding.Width, dilation.Width, ceilMode);
        if (rows < 1 || columns < 1)
        {
            throw Unfit();
        }

        PoolWindows windows = new(
            PoolAxis.Windows(height, (int)rows, kernel.Height, stride.Height, padding.Height, dilation.Height, countPadding),
            PoolAxis.Windows(width, (int)columns, kernel.Width, stride.Width, padding.Width, dilation.Width, countPadding));
        return windows.Vertical.FindEmpty() < 0 && windows.Horizontal.FindEmpty() < 0 ? windows : throw Unfit();

        ShapeException Unfit() => new(
            $"{operation}: windows of {kernel} every {stride}" + (dilation == 1 ? "" : $" with dilation {dilation}")
            + (padding == 0 ? "" : $" and padding {padding}") + $" do not fit an input {x.Shape}; use a smaller kernel"
            + (dilation == 1 ? "." : " or dilation."));
    }

    private static PoolWindows AdaptiveWindows(Tensor x, int? height, int? width, string operation)
    {
        CheckImages(x, operation);
        if (height < 0 || width < 0)
        {
            throw new ArgumentException(
                $"{operation}: an output size of ({height}, {width}) does not fit; it must not be negative, or null to keep the input's.");
        }

        return new PoolWindows(
            PoolAxis.Adaptive(x.Layout.Lengths[^2], height ?? x.Layout.Lengths[^2]),
            PoolAxis.Adaptive(x.Layout.Lengths[^1], width ?? x.Layout.Lengths[^1]));
    }

    private static void CheckImages(Tensor x, string operation)
    {
        if (x.Rank is not (3 or 4) || x.Layout.Lengths[^3] == 0 || x.Layout.Lengths[^2] == 0 || x.Layout.Lengths[^1] == 0)
        {
            throw new ShapeException(
                $"{operation}: an input {x.Shape} does not fit; it must be [N, C, H, W] or [C, H, W] with at least one channel, row and "
                + "column.");
        }

        if (!x.DType.IsFloatingPoint())
        {
            throw new DTypeException(
                $"{operation}: an input of {x.DType.Name()} does not fit; convert it to a floating-point type with To(...).");
        }

        if ((long)x.Layout.Lengths[^2] * x.Layout.Lengths[^1] > int.MaxValue)
        {
            throw new ShapeException($"{operation}: an image of an input {x.Shape} has too many elements; it may have {int.MaxValue}.");
        }
    }

    /// <summary>[.., H, W] → [planes, H, W], contiguous and not recorded.</summary>
    private static Tensor Planes(Tensor x)
    {
        Tensor source = x.Detach().Contiguous();
        int height = x.Layout.Lengths[^2], width = x.Layout.Lengths[^1];
        int planes = (int)Shape.CountOf(x.Layout.Lengths.AsSpan(0, x.Rank - 2));
        return source.ViewAs(new Layout([planes, height, width], [(long)height * width, width, 1], source.Layout.Offset));
    }
}
