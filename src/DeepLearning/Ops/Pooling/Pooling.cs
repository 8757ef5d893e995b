using DeepLearning.Backends;

namespace DeepLearning;

/// <summary>
/// What the poolings over one to three spatial axes have in common: images [N, C, axes ..] or [C, axes ..] are seen as [planes, size].
/// </summary>
internal static class Pooling
{
    /// <summary>Windows of one size at equal distances.</summary>
    public static PoolWindows Regular(
        Tensor x, PerAxis kernel, PerAxis? stride, PerAxis padding, PerAxis dilation, bool ceilMode, bool countPadding, int axes,
        string operation)
    {
        CheckImages(x, axes, operation);
        PerAxis step = stride ?? kernel;
        CheckWindows(axes, kernel, step, padding, dilation, operation);
        Span<PoolAxis> windows = [PoolAxis.None, PoolAxis.None, PoolAxis.None];
        for (int axis = 0; axis < axes; axis++)
        {
            int source = x.Size(x.Rank - axes + axis);
            long outputs = PoolAxis.CountWindows(source, kernel[axis], step[axis], padding[axis], dilation[axis], ceilMode);
            PoolAxis? found = outputs < 1 ? null : PoolAxis.Windows(
                source, (int)outputs, kernel[axis], step[axis], padding[axis], dilation[axis], countPadding);
            windows[3 - axes + axis] = found is not null && found.FindEmpty() < 0 ? found : throw new ShapeException(
                $"{operation}: windows of {kernel} every {step}" + (dilation == 1 ? "" : $" with dilation {dilation}")
                + (padding == 0 ? "" : $" and padding {padding}") + $" do not fit an input {x.Shape}; use a smaller kernel"
                + (dilation == 1 ? "." : " or dilation."));
        }

        return new PoolWindows(axes, windows[0], windows[1], windows[2]);
    }

    /// <summary>Refuses windows that fit no input at all.</summary>
    public static void CheckWindows(int axes, PerAxis kernel, PerAxis stride, PerAxis padding, PerAxis dilation, string operation)
    {
        kernel.Check(axes, 1, "kernel size", operation);
        stride.Check(axes, 1, "stride", operation);
        dilation.Check(axes, 1, "dilation", operation);
        padding.Check(axes, 0, "padding", operation);
        for (int axis = 0; axis < axes; axis++)
        {
            if (padding[axis] > kernel[axis] / 2)
            {
                throw new ArgumentException(
                    $"{operation}: a padding of {padding} does not fit a kernel of {kernel}; it must be at most half of it.",
                    nameof(padding));
            }
        }
    }

    /// <summary>Refuses a divisor that no sum can be divided by.</summary>
    public static void CheckDivisor(int? divisor, string operation)
    {
        if (divisor == 0)
        {
            throw new ArgumentOutOfRangeException(nameof(divisor), $"{operation}: the divisor must not be 0.");
        }
    }

    /// <summary>Windows that cover the image evenly; null keeps an axis.</summary>
    public static PoolWindows Adaptive(Tensor x, ReadOnlySpan<int?> sizes, string operation)
    {
        int axes = sizes.Length;
        CheckSizes(sizes, operation);
        CheckImages(x, axes, operation);
        Span<PoolAxis> windows = [PoolAxis.None, PoolAxis.None, PoolAxis.None];
        for (int axis = 0; axis < axes; axis++)
        {
            int source = x.Size(x.Rank - axes + axis);
            windows[3 - axes + axis] = PoolAxis.Adaptive(source, sizes[axis] ?? source);
        }

        return new PoolWindows(axes, windows[0], windows[1], windows[2]);
    }

    /// <summary>Refuses negative sizes of an output; null keeps an axis.</summary>
    public static void CheckSizes(ReadOnlySpan<int?> sizes, string operation)
    {
        foreach (int? size in sizes)
        {
            if (size < 0)
            {
                string axes = sizes.Length switch { 1 => "", 2 => " (height, width)", _ => " (depth, height, width)" };
                throw OptionChecks.Wrong(
                    $"{operation}: an output size{axes} of ({string.Join(", ", sizes.ToArray())}) does not fit; it must not be negative, "
                    + "or null to keep the input's.", "outputSize");
            }
        }
    }

    /// <summary>The shape of a pooling's result.</summary>
    public static int[] ResultShape(Tensor x, in PoolWindows windows) =>
        [.. x.Layout.Lengths.AsSpan(0, x.Rank - windows.Axes), .. windows.OutputLengths];

    /// <summary>Images as contiguous [planes, size], not recorded.</summary>
    public static Tensor Planes(Tensor x, int axes)
    {
        Tensor source = x.Detach().Contiguous();
        int planes = (int)Shape.CountOf(x.Layout.Lengths.AsSpan(0, x.Rank - axes));
        int size = (int)Shape.CountOf(x.Layout.Lengths.AsSpan(x.Rank - axes));
        return source.ViewAs(new Layout([planes, size], [size, 1], source.Layout.Offset));
    }

    /// <summary>Images as [planes, depth, height, width], recorded.</summary>
    public static Tensor Volumes(Tensor x, in PoolWindows windows) => x.Reshape(
        (int)Shape.CountOf(x.Layout.Lengths.AsSpan(0, x.Rank - windows.Axes)),
        windows.Depth.Source, windows.Vertical.Source, windows.Horizontal.Source);

    /// <summary>The elements of a volume that one window of an axis sees.</summary>
    public static Tensor Window(Tensor x, PoolAxis windows, int output, int axis)
    {
        int length = (windows.End[output] - windows.First[output] + windows.Step - 1) / windows.Step;
        return x.NarrowAxis(axis, windows.First[output], length, windows.Step);
    }

    /// <summary>Refuses what is not a batch of images, or a single one, of a floating-point type.</summary>
    public static void CheckImages(Tensor x, int axes, string operation)
    {
        if ((x.Rank != axes + 1 && x.Rank != axes + 2) || x.Layout.Lengths.AsSpan(x.Rank - axes - 1).Contains(0))
        {
            (string letters, string each) = axes switch
            {
                1 => ("L", "channel and element"),
                2 => ("H, W", "channel, row and column"),
                _ => ("D, H, W", "channel, plane, row and column"),
            };
            throw new ShapeException(
                $"{operation}: an input {x.Shape} does not fit; it must be [N, C, {letters}] or [C, {letters}] with at least one {each}.");
        }

        if (!x.DType.IsFloatingPoint())
        {
            throw new DTypeException(
                $"{operation}: an input of {x.DType.Name()} does not fit; convert it to a floating-point type with To(...).");
        }

        if (Shape.CountOf(x.Layout.Lengths.AsSpan(x.Rank - axes)) > int.MaxValue)
        {
            throw new ShapeException($"{operation}: an image of an input {x.Shape} has too many elements; it may have {int.MaxValue}.");
        }
    }
}
