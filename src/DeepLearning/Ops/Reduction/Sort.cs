namespace DeepLearning;

public partial class Tensor
{
    /// <summary>
    /// The elements in order along an axis and where they stood. Equal elements keep their order; NaN counts as the greatest.
    /// </summary>
    /// <param name="axis">The axis; negative counts from the end.</param>
    /// <param name="descending">From the greatest to the least.</param>
    /// <exception cref="ShapeException">The axis is out of range.</exception>
    public ValuesAndIndices Sort(int axis = -1, bool descending = false)
    {
        axis = Shape.Axis(axis, Rank, "Sort");
        Tensor rows = AxisRows.Of(this, axis);
        Tensor values = EmptyLike(rows), positions = Allocate(rows.Layout, DType.Int64, Device);
        Backend.SortRows(rows, descending, values, positions);
        Recording.Of(
            new RowsOperation(
                "Sort", "descending", descending, rows.Size(-1),
                static (x, order, y, at) => x.Backend.SortRows(x, order.ToDouble() != 0, y, at)),
            [values, positions], [rows]);
        return AxisRows.PickRows(this, axis, values, positions, keepDim: true);
    }

    /// <summary>The positions that would sort the elements along an axis, int64; equal elements keep their order.</summary>
    /// <param name="axis">The axis; negative counts from the end.</param>
    /// <param name="descending">From the greatest to the least.</param>
    /// <exception cref="ShapeException">The axis is out of range.</exception>
    public Tensor ArgSort(int axis = -1, bool descending = false) => Detach().Sort(axis, descending).Indices;

    /// <summary>The k greatest (or least) elements along an axis, in order, and where they stood.</summary>
    /// <param name="k">How many; of a single number 0 and 1 both give it.</param>
    /// <param name="axis">The axis; negative counts from the end.</param>
    /// <param name="largest">The greatest, from the greatest on; else the least, from the least on.</param>
    /// <exception cref="ShapeException">The axis is out of range, or has fewer than k elements.</exception>
    public ValuesAndIndices TopK(int k, int axis = -1, bool largest = true)
    {
        axis = Shape.Axis(axis, Rank, "TopK");
        Tensor rows = AxisRows.Of(this, axis);
        if (k < 0 || k > rows.Size(-1))
        {
            throw new ShapeException($"TopK: axis {axis} of a tensor {Shape} has {rows.Size(-1)} elements; k = {k} does not fit.");
        }

        // A single number has no axis to become shorter: it is its own greatest, for k = 0 as for k = 1.
        k = Rank == 0 ? 1 : k;
        Tensor values = AxisRows.Like(rows, k, rows.DType), positions = AxisRows.Like(rows, k, DType.Int64);
        RowOperations.Top(rows, largest, values, positions);
        Recording.Of(
            new RowsOperation(
                "TopK", "largest", largest, k, static (x, order, y, at) => RowOperations.Top(x, order.ToDouble() != 0, y, at)),
            [values, positions], [rows]);
        return AxisRows.PickRows(this, axis, values, positions, keepDim: true);
    }

    /// <summary>The k-th least element along an axis (from 1) and where it stands.</summary>
    /// <param name="k">Which one, 1 to the axis's length.</param>
    /// <param name="axis">The axis; negative counts from the end.</param>
    /// <param name="keepDim">Keep the axis with length 1.</param>
    /// <exception cref="ShapeException">The axis is out of range, or has no k-th element.</exception>
    public ValuesAndIndices KthValue(int k, int axis = -1, bool keepDim = false)
    {
        axis = Shape.Axis(axis, Rank, "KthValue");
        Tensor rows = AxisRows.Of(this, axis);
        if (k < 1 || k > rows.Size(-1))
        {
            throw new ShapeException($"KthValue: axis {axis} of a tensor {Shape} has the elements 1 to {rows.Size(-1)}, not {k}.");
        }

        return AxisRows.Select(this, rows, k - 1, axis, keepDim);
    }
}
