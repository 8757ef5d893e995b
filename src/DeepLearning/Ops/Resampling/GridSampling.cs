namespace DeepLearning;

/// <summary>
/// Reading of images at places that are tensors themselves. Every output is a sum over neighbors: for each of them a row of all channels is
/// taken from the image, whose channels stand last, and weighed. A frame of zeros around the image is what lies outside.
/// </summary>
internal static class GridSampling
{
    private const string Operation = "GridSample";

    /// <summary>Refuses what cannot be sampled.</summary>
    public static void Check(Tensor x, Tensor grid, InterpolationMode mode, GridPadding padding)
    {
        int axes = x.Rank - 2;
        if (mode is not (InterpolationMode.Bilinear or InterpolationMode.Nearest or InterpolationMode.Bicubic)
            || (mode == InterpolationMode.Bicubic && axes == 3))
        {
            throw new ArgumentException(
                $"{Operation}: mode {mode} does not fit an input {x.Shape}; it must be Bilinear, Nearest or, over two axes, Bicubic.",
                nameof(mode));
        }

        if (!Enum.IsDefined(padding))
        {
            throw new ArgumentOutOfRangeException(nameof(padding), padding, $"{Operation}: this is none of the paddings.");
        }

        if (axes is not (2 or 3) || grid.Rank != x.Rank || grid.Size(0) != x.Size(0)
            || grid.Size(-1) != axes || x.Layout.Lengths.AsSpan(2).Contains(0))
        {
            throw new ShapeException(
                $"{Operation}: an input {x.Shape} and a grid {grid.Shape} do not fit; they must be [N, C, H, W] and [N, H', W', 2], or "
                + "[N, C, D, H, W] and [N, D', H', W', 3], without an empty spatial axis of the input.");
        }

        if (!x.DType.IsFloatingPoint() || grid.DType != x.DType)
        {
            throw new DTypeException(
                $"{Operation}: an input of {x.DType.Name()} and a grid of {grid.DType.Name()} do not fit; both must be of one "
                + "floating-point type.");
        }

        Broadcasting.CheckDevices(x, grid, Operation);
    }

    /// <summary>The centers of so many elements between −1 and 1.</summary>
    public static Tensor Places(int length, bool alignCorners, DType dtype, Device device)
    {
        Tensor places = length == 1 ? Tensor.Zeros([1], dtype, device) : Tensor.Linspace(-1, 1, length, dtype, device);
        return alignCorners ? places : places * ((length - 1.0) / length);
    }

    /// <summary>The image at the places of the grid, both of a type that is computed in.</summary>
    public static Tensor Run(Tensor x, Tensor grid, InterpolationMode mode, GridPadding padding, bool alignCorners)
    {
        int axes = x.Rank - 2, batch = x.Size(0), channels = x.Size(1);
        int[] outputs = grid.Layout.Lengths[1..^1];
        int points = (int)Shape.CountOf(outputs);
        Tensor places = grid.Reshape(batch, points, axes);
        Neighbor[][] neighbors = new Neighbor[axes][];
        long framed = 1;
        for (int axis = axes - 1; axis >= 0; axis--)
        {
            int length = x.Size(axis + 2);
            Tensor along = places.Select(2, axes - 1 - axis);
            neighbors[axis] = AxisSampling.Neighbors(along, length, framed, mode, padding, alignCorners);
            framed *= length + 2L;
        }

        int[] order = [0, .. Enumerable.Range(2, axes), 1], frame = [0, 0, .. Enumerable.Repeat(1, 2 * axes)];
        Tensor rows = x.Permute(order).Pad(frame).Reshape((int)(batch * framed), channels);
        Tensor starts = (Tensor.Arange(0, batch, dtype: DType.Int64, device: x.Device) * framed).Reshape(batch, 1);
        Tensor? sum = null;
        foreach (Neighbor one in Combined(neighbors))
        {
            Tensor position = (one.Position + starts).Reshape(batch * points).Contiguous();
            Tensor values = rows.TakeAt(Selection.OfAxis(rows, 0, position));
            values = one.Weight is null ? values : values * one.Weight.Reshape(batch * points, 1);
            sum = sum is null ? values : sum + values;
        }

        return sum!.Reshape(batch, points, channels).Transpose(1, 2).Reshape([batch, channels, .. outputs]);
    }

    /// <summary>Every combination of neighbors along the axes.</summary>
    private static IEnumerable<Neighbor> Combined(ReadOnlyMemory<Neighbor[]> axes)
    {
        Neighbor[] own = axes.Span[0];
        return axes.Length == 1 ? own : own.SelectMany(one => Combined(axes[1..]).Select(other => one.With(other)));
    }
}

/// <summary>A neighbor of every place: its part of the position in the framed image, and its weight; null for 1.</summary>
internal readonly record struct Neighbor(Tensor Position, Tensor? Weight)
{
    /// <summary>The neighbor that is this one along one axis and another along another.</summary>
    public Neighbor With(Neighbor other) => new(
        Position + other.Position, Weight is null ? other.Weight : other.Weight is null ? Weight : Weight * other.Weight);
}

/// <summary>The neighbors of places along one axis.</summary>
internal static class AxisSampling
{
    /// <summary>The neighbors of places from −1 to 1 on an axis of a length, whose elements lie a distance apart.</summary>
    public static Neighbor[] Neighbors(
        Tensor along, int length, long distance, InterpolationMode mode, GridPadding padding, bool alignCorners)
    {
        Tensor place = alignCorners ? (along + 1) / 2 * (length - 1) : (((along + 1) * length) - 1) / 2;
        if (mode == InterpolationMode.Bicubic)
        {
            // The curve is through the places as they are; what it reads is brought inside.
            Tensor start = place.Detach().Floor(), part = place - start, rest = 1 - part;
            Tensor[] weights = [Far(part + 1), Near(part), Near(rest), Far(rest + 1)];
            return [.. weights.Select((weight, k) => new Neighbor(
                Position(Inside(start + (k - 1), length, padding, alignCorners), length, distance), weight))];
        }

        place = Inside(place, length, padding, alignCorners);
        if (mode == InterpolationMode.Nearest)
        {
            Tensor nearest = place.Round();
            return [new Neighbor(Position(nearest.Detach(), length, distance), GradMode.Records(place) ? One(nearest) : null)];
        }

        Tensor first = place.Detach().Floor(), next = first + 1;
        return
        [
            new Neighbor(Position(first, length, distance), next - place),
            new Neighbor(Position(next, length, distance), place - first),
        ];
    }

    /// <summary>Places brought into the image, where the padding asks for it.</summary>
    private static Tensor Inside(Tensor place, int length, GridPadding padding, bool alignCorners) => padding switch
    {
        GridPadding.Border => Clipped(place, length),
        GridPadding.Reflection => Clipped(Reflected(place, length, alignCorners), length),
        _ => place,
    };

    /// <summary>At most on the outer elements, where there is no derivative any more; NaN lies on the first.</summary>
    private static Tensor Clipped(Tensor place, int length)
    {
        Tensor seen = place.Detach(), inside = seen.Greater(0).LogicalAnd(seen.Less(length - 1));
        return Tensor.Where(inside, place, seen.GreaterOrEqual(length - 1).To(place.DType) * (length - 1));
    }

    /// <summary>Mirrored at the centers of the outer elements, or at their outer edges.</summary>
    private static Tensor Reflected(Tensor place, int length, bool alignCorners)
    {
        double low = alignCorners ? 0 : -0.5, span = alignCorners ? length - 1 : length;
        if (span == 0)
        {
            return place * 0.0;
        }

        Tensor from = place - low, distance = Tensor.Where(from.Detach().Less(0), -from, from);
        Tensor beyond = distance.Fmod(span), isEven = (distance.Detach() / span).Floor().Fmod(2).EqualTo(0);
        return Tensor.Where(isEven, beyond, span - beyond) + low;
    }

    /// <summary>The position in the framed image; anything outside lies on the frame.</summary>
    private static Tensor Position(Tensor element, int length, long distance)
    {
        using GradMode.Region region = GradMode.NoGrad();
        return (element.Clamp(-1, length) + 1).To(DType.Int64) * distance;
    }

    // A step has the derivative 0, which is not none at all.
    private static Tensor One(Tensor nearest) =>
        Tensor.Where(nearest.Detach().IsFinite(), nearest - nearest.Detach(), Tensor.ZerosLike(nearest)) + 1;

    private static Tensor Near(Tensor x) => (((1.25 * x) - 2.25) * x * x) + 1;

    private static Tensor Far(Tensor x) => (((((-0.75 * x) + 3.75) * x) - 6) * x) + 3;
}
