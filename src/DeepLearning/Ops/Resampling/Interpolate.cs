using DeepLearning.Backends;

namespace DeepLearning;

/// <summary>What <see cref="Tensor.Interpolate"/>, <see cref="Tensor.GridSample"/> and the layer Upsample take from neighbors.</summary>
public enum InterpolationMode
{
    /// <summary>The neighbor before: source element ⌊i · scale⌋.</summary>
    Nearest,

    /// <summary>The nearest neighbor, measured between the centers: ⌊(i + ½) · scale⌋.</summary>
    NearestExact,

    /// <summary>A line between two neighbors, over one axis.</summary>
    Linear,

    /// <summary>Lines between two neighbors along each of two axes.</summary>
    Bilinear,

    /// <summary>Cubic curves through four neighbors along each of two axes (Keys 1981, a = −3/4).</summary>
    Bicubic,

    /// <summary>Lines between two neighbors along each of three axes.</summary>
    Trilinear,

    /// <summary>The mean of what an output covers, as adaptive average pooling gives.</summary>
    Area,
}

public partial class Tensor
{
    /// <summary>Images, sequences or volumes in another size: PyTorch's <c>interpolate</c>.</summary>
    /// <param name="size">The new lengths; or give <paramref name="scaleFactor"/>.</param>
    /// <param name="scaleFactor">The new lengths' ratio to the old ones, rounded down; above 0.</param>
    /// <param name="mode">How an element is made from its neighbors.</param>
    /// <param name="alignCorners">
    /// For Linear, Bilinear, Bicubic and Trilinear: whether the centers of the outer elements keep their places. Otherwise their edges do.
    /// </param>
    /// <param name="recomputeScaleFactor">
    /// Whether the distances between outputs follow from the lengths, which were rounded, instead of from the factor itself.
    /// </param>
    /// <param name="antialias">
    /// For Bilinear and Bicubic: whether a shrinking image is filtered by as much as it shrinks, as Pillow does.
    /// </param>
    /// <returns>
    /// [N, C, L'] for an input [N, C, L] (Nearest, NearestExact, Linear, Area), [N, C, H', W'] for [N, C, H, W] (Nearest, NearestExact,
    /// Bilinear, Bicubic, Area), [N, C, D', H', W'] for [N, C, D, H, W] (Nearest, NearestExact, Trilinear, Area).
    /// </returns>
    /// <exception cref="ShapeException">
    /// The input has a rank that the mode is not for, or an empty axis, or size or factor are for another number of axes.
    /// </exception>
    /// <exception cref="DTypeException">
    /// The input is not of a floating-point type, which only Nearest and NearestExact need not have.
    /// </exception>
    /// <exception cref="ArgumentException">
    /// Not exactly one of size and factor is given, one of them is out of range, or an option does not fit the mode.
    /// </exception>
    public Tensor Interpolate(
        PerAxis? size = null, ScalePerAxis? scaleFactor = null, InterpolationMode mode = InterpolationMode.Nearest,
        bool alignCorners = false, bool recomputeScaleFactor = false, bool antialias = false)
    {
        if (Autocast.Enabled)
        {
            using Autocast.Operation cast = Autocast.Enter("Interpolate");
            return cast.Of(this).Interpolate(size, scaleFactor, mode, alignCorners, recomputeScaleFactor, antialias);
        }

        Interpolation.Check(size, scaleFactor, mode, alignCorners, recomputeScaleFactor, antialias);
        return Interpolation.Run(this, size, scaleFactor, mode, alignCorners, recomputeScaleFactor, antialias);
    }
}

/// <summary>Resizing by the rules of PyTorch.</summary>
internal static class Interpolation
{
    private const string Operation = "Interpolate";

    /// <summary>Rows and columns, together, up to which PyTorch has another kernel for nearest neighbors.</summary>
    private const int SmallImage = 128;

    /// <summary>Refuses options that fit no input.</summary>
    public static void Check(
        PerAxis? size, ScalePerAxis? scaleFactor, InterpolationMode mode, bool alignCorners, bool recomputeScaleFactor, bool antialias,
        string operation = Operation)
    {
        if (!Enum.IsDefined(mode))
        {
            throw new ArgumentOutOfRangeException(nameof(mode), mode, $"{operation}: this is none of the modes.");
        }

        if (size is null == scaleFactor is null)
        {
            throw new ArgumentException(
                $"{operation}: {(size is null ? "neither" : "both")} of size and scale factor given; give one of them.", nameof(size));
        }

        if (alignCorners && (mode is InterpolationMode.Nearest or InterpolationMode.NearestExact or InterpolationMode.Area))
        {
            throw new ArgumentException(
                $"{operation}: corners can be aligned in the modes Linear, Bilinear, Bicubic and Trilinear, not in {mode}.",
                nameof(alignCorners));
        }

        if (recomputeScaleFactor && size is not null)
        {
            throw new ArgumentException(
                $"{operation}: with a size there is no scale factor to recompute; leave one of them out.", nameof(recomputeScaleFactor));
        }

        if (antialias && mode is not (InterpolationMode.Bilinear or InterpolationMode.Bicubic))
        {
            throw new ArgumentException($"{operation}: antialias is for the modes Bilinear and Bicubic, not {mode}.", nameof(antialias));
        }
    }

    /// <summary>The resized input; its options were checked.</summary>
    public static Tensor Run(
        Tensor x, PerAxis? size, ScalePerAxis? scaleFactor, InterpolationMode mode, bool alignCorners, bool recomputeScaleFactor,
        bool antialias)
    {
        int axes = CheckInput(x, mode);
        int[] source = x.Layout.Lengths.AsSpan(2).ToArray(), outputs = new int[axes];
        CheckCount(x, axes, "size", $"{size}", size?.Count ?? 1);
        CheckCount(x, axes, "scale factor", $"{scaleFactor}", scaleFactor?.Count ?? 1);
        size?.Check(axes, 1, "size", Operation);
        scaleFactor?.Check(axes, double.PositiveInfinity, "scale factor", Operation);
        for (int axis = 0; axis < axes; axis++)
        {
            outputs[axis] = size?[axis] ?? Shape.AxisLength((Int128)Math.Floor(source[axis] * scaleFactor!.Value[axis]), Operation);
            if (outputs[axis] < 1)
            {
                throw new ShapeException(
                    $"{Operation}: a scale factor of {scaleFactor} leaves nothing of axis {axis + 2} of an input {x.Shape}; use a larger "
                    + "one.");
            }
        }

        if (mode == InterpolationMode.Area)
        {
            return AveragePooling.Run(x, Pooling.Adaptive(x, Array.ConvertAll(outputs, static length => (int?)length), Operation), null);
        }

        ResampleAxis[] resampled = new ResampleAxis[axes];
        bool isSmall = axes == 2 && (mode is InterpolationMode.Nearest or InterpolationMode.NearestExact)
            && outputs[0] + (long)outputs[1] <= SmallImage;
        for (int axis = 0; axis < axes; axis++)
        {
            double? factor = recomputeScaleFactor ? null : scaleFactor?[axis];
            resampled[axis] = isSmall
                ? InterpolationAxis.OfSmall(source[axis], outputs[axis], factor, mode == InterpolationMode.NearestExact)
                : x.DType == DType.Float64
                ? InterpolationAxis.Of<double>(source[axis], outputs[axis], factor, mode, alignCorners, antialias)
                : InterpolationAxis.Of<float>(source[axis], outputs[axis], factor, mode, alignCorners, antialias);
        }

        // A factor that leaves a fraction places elements otherwise than the lengths do.
        bool byFactor = !recomputeScaleFactor && !alignCorners && scaleFactor is { } scale
            && Enumerable.Range(0, axes).Any(axis => source[axis] * scale[axis] != outputs[axis]);
        return x.DType.IsFloatingPoint()
            ? Resampling.Run(x.To(x.DType.Compute()), resampled, Describe(mode, alignCorners, antialias, byFactor)).To(x.DType)
            : Picked(x, resampled);
    }

    /// <summary>Elements of any type, one axis after the other.</summary>
    private static Tensor Picked(Tensor x, ResampleAxis[] axes)
    {
        for (int axis = 0; axis < axes.Length; axis++)
        {
            x = axes[axis].IsSame ? x : x.IndexSelect(axis + 2, Tensor.From(axes[axis].First).To(x.Device));
        }

        return x;
    }

    /// <summary>Refuses numbers for another count of axes than the input has.</summary>
    private static void CheckCount(Tensor x, int axes, string what, string given, int count)
    {
        if (count > 1 && count != axes)
        {
            throw new ShapeException(
                $"{Operation}: a {what} of {given} has {count} numbers, and an input {x.Shape} has {axes} to resize; it must be one"
                + (axes == 1 ? "." : $", or {axes} of them."));
        }
    }

    private static int CheckInput(Tensor x, InterpolationMode mode)
    {
        (bool fits, string wanted) = mode switch
        {
            InterpolationMode.Linear => (x.Rank == 3, "[N, C, L]"),
            InterpolationMode.Bilinear or InterpolationMode.Bicubic => (x.Rank == 4, "[N, C, H, W]"),
            InterpolationMode.Trilinear => (x.Rank == 5, "[N, C, D, H, W]"),
            _ => (x.Rank is 3 or 4 or 5, "[N, C, L], [N, C, H, W] or [N, C, D, H, W]"),
        };
        if (!fits || x.Layout.Lengths.AsSpan(1).Contains(0))
        {
            throw new ShapeException(
                $"{Operation}: an input {x.Shape} does not fit mode {mode}; it must be {wanted} without an empty axis behind the batch.");
        }

        if (!x.DType.IsFloatingPoint() && mode is not (InterpolationMode.Nearest or InterpolationMode.NearestExact))
        {
            throw new DTypeException(
                $"{Operation}: an input of {x.DType.Name()} does not fit mode {mode}; convert it to a floating-point type with To(...).");
        }

        return x.Rank - 2;
    }

    private static string Describe(InterpolationMode mode, bool alignCorners, bool antialias, bool byFactor) =>
        $"{mode}{(alignCorners ? ", aligned corners" : "")}{(antialias ? ", antialiased" : "")}{(byFactor ? ", by factor" : "")}";
}
