namespace DeepLearning;

public partial class Tensor
{
    /// <summary>The tensor repeated along its axes, as a copy: <c>[1, 2].Repeat(2)</c> is <c>[1, 2, 1, 2]</c>.</summary>
    /// <param name="repeats">How often along each axis; more numbers than axes add outer axes.</param>
    /// <exception cref="ShapeException">There are fewer numbers than axes, or one is negative.</exception>
    public Tensor Repeat(params ReadOnlySpan<int> repeats)
    {
        if (repeats.Length < Rank || repeats.ContainsAnyInRange(int.MinValue, -1))
        {
            throw new ShapeException(
                $"Repeat: a tensor {Shape} needs at least {Rank} non-negative numbers, one an axis, not {Shape.Format(repeats)}.");
        }

        // Each axis becomes a pair [repeats, length]: the first is stretched without a copy, then both are joined in the only copy.
        int added = repeats.Length - Rank;
        int[] pairs = new int[2 * repeats.Length], stretched = new int[2 * repeats.Length], result = new int[repeats.Length];
        for (int axis = 0; axis < repeats.Length; axis++)
        {
            int length = axis < added ? 1 : Size(axis - added);
            (pairs[2 * axis], pairs[(2 * axis) + 1]) = (1, length);
            (stretched[2 * axis], stretched[(2 * axis) + 1]) = (repeats[axis], length);
            result[axis] = Shape.AxisLength((long)repeats[axis] * length, "Repeat");
        }

        return View(pairs).Expand(stretched).Clone().Reshape(result);
    }

    /// <summary>The tensor repeated along its axes; unlike <see cref="Repeat"/>, fewer numbers than axes mean the last ones.</summary>
    /// <param name="repeats">How often along each axis.</param>
    /// <exception cref="ShapeException">A number is negative.</exception>
    public Tensor Tile(params ReadOnlySpan<int> repeats)
    {
        if (repeats.Length >= Rank)
        {
            return Repeat(repeats);
        }

        int[] all = new int[Rank];
        all.AsSpan().Fill(1);
        repeats.CopyTo(all.AsSpan(Rank - repeats.Length));
        return Repeat(all);
    }

    /// <summary>Each element repeated next to itself: <c>[1, 2].RepeatInterleave(2)</c> is <c>[1, 1, 2, 2]</c>.</summary>
    /// <param name="repeats">How often.</param>
    /// <param name="axis">The axis; all elements as one vector when null.</param>
    /// <exception cref="ShapeException">The axis is out of range, or the number negative.</exception>
    public Tensor RepeatInterleave(int repeats, int? axis = null)
    {
        if (repeats < 0)
        {
            throw new ShapeException($"RepeatInterleave: the number of repeats cannot be negative: {repeats}.");
        }

        Tensor x = axis is null ? Flatten() : this;
        int a = x.AxisOf(axis ?? 0, "RepeatInterleave");
        int[] stretched = [.. x.Layout.Lengths.AsSpan(0, a + 1), repeats, .. x.Layout.Lengths.AsSpan(a + 1)];
        return x.Unsqueeze(a + 1).Expand(stretched).Clone().Flatten(a, a + 1);
    }

    /// <summary>Each element repeated next to itself, with its own number of repeats.</summary>
    /// <param name="repeats">An integer tensor: one number, or one for each position of the axis.</param>
    /// <param name="axis">The axis; all elements as one vector when null.</param>
    /// <exception cref="ShapeException">The axis is out of range, or the numbers do not fit it or are negative.</exception>
    /// <exception cref="DTypeException">The numbers are not integers.</exception>
    public Tensor RepeatInterleave(Tensor repeats, int? axis = null)
    {
        ArgumentNullException.ThrowIfNull(repeats);
        IndexTensors.CheckType(repeats, "RepeatInterleave");
        Tensor x = axis is null ? Flatten() : this;
        int a = x.AxisOf(axis ?? 0, "RepeatInterleave");
        int length = x.Size(a);
        if (repeats.Rank > 1 || (repeats.Count != 1 && repeats.Count != length))
        {
            throw new ShapeException(
                $"RepeatInterleave: repeats {repeats.Shape} do not fit axis {a} of length {length} of a tensor {x.Shape}; "
                + $"use one number or a vector of {length}.");
        }

        long[] counts = repeats.Expand(length).ToArray<long>();
        List<long> positions = [];
        for (int i = 0; i < length; i++)
        {
            if (counts[i] < 0)
            {
                throw new ShapeException($"RepeatInterleave: the number of repeats at position {i} is negative: {counts[i]}.");
            }

            positions.AddRange(Enumerable.Repeat((long)i, checked((int)counts[i])));
        }

        return x.TakeAt(Selection.OfAxis(x, a, From(positions.ToArray()).To(x.Device)));
    }
}
