namespace DeepLearning;

public partial class Tensor
{
    /// <summary>
    /// The greatest elements along an axis and their first positions; a NaN is the greatest. The gradient goes to that position alone.
    /// </summary>
    /// <param name="axis">The axis; negative counts from the end.</param>
    /// <param name="keepDim">Keep the axis with length 1.</param>
    /// <exception cref="ShapeException">The axis is out of range or has no elements.</exception>
    public ValuesAndIndices Max(int axis, bool keepDim = false) => ExtremeAlong(true, axis, keepDim, "Max");

    /// <summary>
    /// The least elements along an axis and their first positions; a NaN is the least. The gradient goes to that position alone.
    /// </summary>
    /// <param name="axis">The axis; negative counts from the end.</param>
    /// <param name="keepDim">Keep the axis with length 1.</param>
    /// <exception cref="ShapeException">The axis is out of range or has no elements.</exception>
    public ValuesAndIndices Min(int axis, bool keepDim = false) => ExtremeAlong(false, axis, keepDim, "Min");

    /// <summary>
    /// The first position of the greatest element, in row-major order, as a zero-dimensional int64 tensor; a NaN is the greatest.
    /// </summary>
    /// <exception cref="ShapeException">The tensor has no elements.</exception>
    public Tensor ArgMax() => Detach().Reshape(-1).ExtremeAlong(true, 0, false, "ArgMax").Indices;

    /// <summary>The first positions of the greatest elements along an axis, int64; a NaN is the greatest.</summary>
    /// <param name="axis">The axis; negative counts from the end.</param>
    /// <param name="keepDim">Keep the axis with length 1.</param>
    /// <exception cref="ShapeException">The axis is out of range or has no elements.</exception>
    public Tensor ArgMax(int axis, bool keepDim = false) => Detach().ExtremeAlong(true, axis, keepDim, "ArgMax").Indices;

    /// <summary>
    /// The first position of the least element, in row-major order, as a zero-dimensional int64 tensor; a NaN is the least.
    /// </summary>
    /// <exception cref="ShapeException">The tensor has no elements.</exception>
    public Tensor ArgMin() => Detach().Reshape(-1).ExtremeAlong(false, 0, false, "ArgMin").Indices;

    /// <summary>The first positions of the least elements along an axis, int64; a NaN is the least.</summary>
    /// <param name="axis">The axis; negative counts from the end.</param>
    /// <param name="keepDim">Keep the axis with length 1.</param>
    /// <exception cref="ShapeException">The axis is out of range or has no elements.</exception>
    public Tensor ArgMin(int axis, bool keepDim = false) => Detach().ExtremeAlong(false, axis, keepDim, "ArgMin").Indices;

    private ValuesAndIndices ExtremeAlong(bool greatest, int axis, bool keepDim, string operation)
    {
        axis = AxisRows.NotEmpty(this, axis, operation);
        Tensor rows = AxisRows.Of(this, axis);
        Tensor values = AxisRows.Like(rows, 1, rows.DType), positions = AxisRows.Like(rows, 1, DType.Int64);
        RowOperations.Extreme(greatest, rows, values, positions);
        Recording.Of(
            new RowsOperation(
                operation, "axis", -1, 1, greatest
                    ? static (x, _, y, at) => RowOperations.Extreme(true, x, y, at)
                    : static (x, _, y, at) => RowOperations.Extreme(false, x, y, at)),
            [values, positions], [rows]);
        return AxisRows.Pick(
            this, axis, AxisRows.Back(values, this, axis, DType), AxisRows.Back(positions, this, axis, DType.Int64), keepDim);
    }
}
