namespace DeepLearning;

public partial class Tensor
{
    /// <summary>The different elements in order, where each element went, and how often each occurs.</summary>
    public UniqueValues Unique()
    {
        ValuesAndIndices sorted = Detach().Reshape(-1).Sort();
        UniqueValues runs = sorted.Values.UniqueConsecutive();
        Tensor inverse = ZerosLike(runs.Inverse).ScatterInPlace(0, sorted.Indices, runs.Inverse);
        return runs with { Inverse = inverse.Reshape(Shape) };
    }

    /// <summary>
    /// The different slices along an axis, in the order of their first different elements; where each slice went, and how often each
    /// occurs.
    /// </summary>
    /// <param name="axis">The axis; negative counts from the end.</param>
    /// <exception cref="ShapeException">The axis is out of range.</exception>
    public UniqueValues Unique(int axis)
    {
        axis = Shape.Axis(axis, Rank, "Unique");
        Tensor slices = Rank == 0 ? Detach().Reshape(1) : Detach().MoveAxis(axis, 0);
        int length = slices.Size(0);
        if (length == 0)
        {
            return new UniqueValues(Detach().Clone(), Zeros([0], DType.Int64, Device), Zeros([0], DType.Int64, Device));
        }

        int width = (int)(slices.Count / length);
        Tensor rows = slices.Reshape(length, width), order = Arange(0, length, device: Device);
        for (int column = width - 1; column >= 0; column--)
        {
            // Sorting is stable, so the order by later columns remains where this one is equal.
            order = order.IndexSelect(0, rows.Select(1, column).IndexSelect(0, order).ArgSort());
        }

        Tensor sorted = rows.IndexSelect(0, order);
        Tensor changes = sorted.Narrow(0, 1, length - 1).NotEqualTo(sorted.Narrow(0, 0, length - 1)).Any(1);
        Tensor starts = Cat([Full([1], true, DType.Bool, Device), changes]);
        Tensor positions = starts.CumSum(0).Subtract(FromScalar(1L, device: Device));
        Tensor values = slices.IndexSelect(0, order.MaskedSelect(starts));
        return new UniqueValues(
            Rank == 0 ? values : values.MoveAxis(0, axis), ZerosLike(positions).ScatterInPlace(0, order, positions), positions.BinCount());
    }

    /// <summary>
    /// The elements in row-major order with repetitions of a neighbor left out, where each element went, and how long each run is.
    /// </summary>
    public UniqueValues UniqueConsecutive()
    {
        Tensor flat = Detach().Reshape(-1);
        if (Count == 0)
        {
            return new UniqueValues(flat.Clone(), Zeros(Shape, DType.Int64, Device), Zeros([0], DType.Int64, Device));
        }

        int length = flat.Size(0);
        Tensor changes = flat.Narrow(0, 1, length - 1).NotEqualTo(flat.Narrow(0, 0, length - 1));
        Tensor starts = Cat([Full([1], true, DType.Bool, Device), changes]);
        Tensor inverse = starts.CumSum(0).Subtract(FromScalar(1L, device: Device));
        return new UniqueValues(flat.MaskedSelect(starts), inverse.Reshape(Shape), inverse.BinCount());
    }
}
