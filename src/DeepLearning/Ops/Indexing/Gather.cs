namespace DeepLearning;

public partial class Tensor
{
    /// <summary>
    /// Elements picked along an axis: y[i, j, k] = x[i, index[i, j, k], k] for axis 1 of three. No broadcasting; see <see
    /// cref="TakeAlongDim"/>.
    /// </summary>
    /// <param name="axis">The axis; negative counts from the end.</param>
    /// <param name="index">Positions, int64 or int32, of this tensor's rank; other axes may be shorter than this tensor's.</param>
    /// <returns>A tensor of the index's shape.</returns>
    /// <exception cref="ShapeException">The axis is out of range, or the index does not fit.</exception>
    /// <exception cref="IndexException">A position is negative or beyond the axis.</exception>
    /// <exception cref="DTypeException">The index is not of an integer type.</exception>
    public Tensor Gather(int axis, Tensor index)
    {
        axis = Shape.Axis(axis, Rank, "Gather");
        Tensor places = this.AxisIndex(axis, index, "Gather");
        return this.GatherChecked(axis, places);
    }

    /// <summary>
    /// A copy with values written along an axis: y[i, index[i, j, k], k] = values[i, j, k] for axis 1 of three. Of values for one place the
    /// last in row-major order stays; the gradient of <paramref name="values"/> is defined only where places differ.
    /// </summary>
    /// <param name="axis">The axis; negative counts from the end.</param>
    /// <param name="index">Positions, int64 or int32, of this tensor's rank.</param>
    /// <param name="values">The values, at least of the index's shape, of this tensor's type.</param>
    /// <exception cref="ShapeException">The axis is out of range, or index or values do not fit.</exception>
    /// <exception cref="IndexException">A position is negative or beyond the axis.</exception>
    /// <exception cref="DTypeException">The index is not of an integer type, or the values have another type.</exception>
    public Tensor Scatter(int axis, Tensor index, Tensor values) => ScatterValues(axis, index, values, ScatterMode.Set, "Scatter", false);

    /// <summary>A copy with one number written at places along an axis.</summary>
    /// <param name="axis">The axis; negative counts from the end.</param>
    /// <param name="index">Positions, int64 or int32, of this tensor's rank.</param>
    /// <param name="value">The number.</param>
    /// <inheritdoc cref="Scatter(int, Tensor, Tensor)" path="/exception"/>
    public Tensor Scatter(int axis, Tensor index, Scalar value) =>
        ScatterValues(axis, index, NumberFor(index, value, "Scatter"), ScatterMode.Set, "Scatter", false);

    /// <summary>As <see cref="Scatter(int, Tensor, Tensor)"/>, into this tensor.</summary>
    /// <param name="axis">The axis; negative counts from the end.</param>
    /// <param name="index">Positions, int64 or int32, of this tensor's rank.</param>
    /// <param name="values">The values, at least of the index's shape, of this tensor's type.</param>
    /// <returns>This tensor.</returns>
    /// <inheritdoc cref="Scatter(int, Tensor, Tensor)" path="/exception"/>
    public Tensor ScatterInPlace(int axis, Tensor index, Tensor values) =>
        ScatterValues(axis, index, values, ScatterMode.Set, "Scatter", true);

    /// <summary>As <see cref="Scatter(int, Tensor, Scalar)"/>, into this tensor.</summary>
    /// <param name="axis">The axis; negative counts from the end.</param>
    /// <param name="index">Positions, int64 or int32, of this tensor's rank.</param>
    /// <param name="value">The number.</param>
    /// <returns>This tensor.</returns>
    /// <inheritdoc cref="Scatter(int, Tensor, Tensor)" path="/exception"/>
    public Tensor ScatterInPlace(int axis, Tensor index, Scalar value) =>
        ScatterValues(axis, index, NumberFor(index, value, "Scatter"), ScatterMode.Set, "Scatter", true);

    /// <summary>
    /// A copy with values added along an axis: y[i, index[i, j, k], k] += values[i, j, k] for axis 1 of three, in row-major order on any
    /// number of threads.
    /// </summary>
    /// <param name="axis">The axis; negative counts from the end.</param>
    /// <param name="index">Positions, int64 or int32, of this tensor's rank.</param>
    /// <param name="values">The values, at least of the index's shape, of this tensor's type.</param>
    /// <inheritdoc cref="Scatter(int, Tensor, Tensor)" path="/exception"/>
    public Tensor ScatterAdd(int axis, Tensor index, Tensor values)
    {
        using Autocast.Operation cast = Autocast.Enter("ScatterAdd", this, values);
        return cast.Of(this).ScatterValues(axis, index, cast.Of(values), ScatterMode.Add, "ScatterAdd", false);
    }

    /// <summary>As <see cref="ScatterAdd"/>, into this tensor.</summary>
    /// <param name="axis">The axis; negative counts from the end.</param>
    /// <param name="index">Positions, int64 or int32, of this tensor's rank.</param>
    /// <param name="values">The values, at least of the index's shape, of this tensor's type.</param>
    /// <returns>This tensor.</returns>
    /// <inheritdoc cref="Scatter(int, Tensor, Tensor)" path="/exception"/>
    public Tensor ScatterAddInPlace(int axis, Tensor index, Tensor values) =>
        ScatterValues(axis, index, values, ScatterMode.Add, "ScatterAdd", true);

    private Tensor ScatterValues(int axis, Tensor index, Tensor values, ScatterMode mode, string operation, bool inPlace)
    {
        ArgumentNullException.ThrowIfNull(values);
        axis = Shape.Axis(axis, Rank, operation);
        Tensor places = this.AxisIndex(axis, index, operation);
        Tensor used = this.UsedValues(places, values, operation);
        return this.ScatterChecked(axis, places, used, mode, operation, inPlace);
    }

    private Tensor NumberFor(Tensor index, Scalar value, string operation)
    {
        ArgumentNullException.ThrowIfNull(index);
        return this.CheckNumber(value, operation).Expand(index.Shape);
    }
}
