namespace DeepLearning;

public partial class Tensor
{
    /// <summary>A copy of some positions of an axis, in the given order, repeated ones included.</summary>
    /// <param name="axis">The axis; negative counts from the end.</param>
    /// <param name="index">The positions: an int64 or int32 vector, or one number.</param>
    /// <returns>The tensor with the axis as long as the index.</returns>
    /// <exception cref="ShapeException">The axis is out of range, or the index is not a vector.</exception>
    /// <exception cref="IndexException">A position is negative or beyond the axis.</exception>
    /// <exception cref="DTypeException">The index is not of an integer type.</exception>
    public Tensor IndexSelect(int axis, Tensor index) =>
        (Rank == 0 ? Reshape(1) : this).TakeAt(AxisSelection(ref axis, index, "IndexSelect")).Reshape(IndexSelectShape(axis, index));

    /// <summary>A copy with values added at positions of an axis: y[index[j]] += alpha · values[j] for axis 0.</summary>
    /// <param name="axis">The axis; negative counts from the end.</param>
    /// <param name="index">The positions: an int64 or int32 vector.</param>
    /// <param name="values">One slice for each position, of this tensor's type.</param>
    /// <param name="alpha">What the values are multiplied with; for integers without a fraction.</param>
    /// <exception cref="ShapeException">The axis is out of range, or index or values do not fit.</exception>
    /// <exception cref="IndexException">A position is negative or beyond the axis.</exception>
    /// <exception cref="DTypeException">The index is not of an integer type, or the values have another type.</exception>
    public Tensor IndexAdd(int axis, Tensor index, Tensor values, Scalar? alpha = null) =>
        IndexWrite(axis, index, values, alpha, true, "IndexAdd", false);

    /// <summary>As <see cref="IndexAdd"/>, into this tensor.</summary>
    /// <param name="axis">The axis; negative counts from the end.</param>
    /// <param name="index">The positions: an int64 or int32 vector.</param>
    /// <param name="values">One slice for each position, of this tensor's type.</param>
    /// <param name="alpha">What the values are multiplied with; for integers without a fraction.</param>
    /// <returns>This tensor.</returns>
    /// <inheritdoc cref="IndexAdd" path="/exception"/>
    public Tensor IndexAddInPlace(int axis, Tensor index, Tensor values, Scalar? alpha = null) =>
        IndexWrite(axis, index, values, alpha, true, "IndexAdd", true);

    /// <summary>A copy with values written at positions of an axis: y[index[j]] = values[j] for axis 0.</summary>
    /// <param name="axis">The axis; negative counts from the end.</param>
    /// <param name="index">The positions: an int64 or int32 vector.</param>
    /// <param name="values">One slice for each position, of this tensor's type.</param>
    /// <inheritdoc cref="IndexAdd" path="/exception"/>
    public Tensor IndexCopy(int axis, Tensor index, Tensor values)
    {
        using Autocast.Operation cast = Autocast.Enter("IndexCopy", this, values);
        return cast.Of(this).IndexWrite(axis, index, cast.Of(values), null, false, "IndexCopy", false);
    }

    /// <summary>As <see cref="IndexCopy"/>, into this tensor.</summary>
    /// <param name="axis">The axis; negative counts from the end.</param>
    /// <param name="index">The positions: an int64 or int32 vector.</param>
    /// <param name="values">One slice for each position, of this tensor's type.</param>
    /// <returns>This tensor.</returns>
    /// <inheritdoc cref="IndexAdd" path="/exception"/>
    public Tensor IndexCopyInPlace(int axis, Tensor index, Tensor values) =>
        IndexWrite(axis, index, values, null, false, "IndexCopy", true);

    /// <summary>A copy with one number written at positions of an axis.</summary>
    /// <param name="axis">The axis; negative counts from the end.</param>
    /// <param name="index">The positions: an int64 or int32 vector.</param>
    /// <param name="value">The number.</param>
    /// <inheritdoc cref="IndexAdd" path="/exception"/>
    public Tensor IndexFill(int axis, Tensor index, Scalar value) =>
        this.PutAt(AxisSelection(ref axis, index, "IndexFill"), this.CheckNumber(value, "IndexFill"), false, "IndexFill");

    /// <summary>As <see cref="IndexFill"/>, into this tensor.</summary>
    /// <param name="axis">The axis; negative counts from the end.</param>
    /// <param name="index">The positions: an int64 or int32 vector.</param>
    /// <param name="value">The number.</param>
    /// <returns>This tensor.</returns>
    /// <inheritdoc cref="IndexAdd" path="/exception"/>
    public Tensor IndexFillInPlace(int axis, Tensor index, Scalar value) =>
        this.PutAtInPlace(AxisSelection(ref axis, index, "IndexFill"), this.CheckNumber(value, "IndexFill"), false, "IndexFill");

    private Selection AxisSelection(ref int axis, Tensor index, string operation)
    {
        ArgumentNullException.ThrowIfNull(index);
        axis = Shape.Axis(axis, Rank, operation);
        if (index.Rank > 1)
        {
            throw new ShapeException($"{operation}: the index is a vector, not a tensor {index.Shape}; Flatten() it, or use the indexer.");
        }

        Broadcasting.CheckDevices(this, index, operation);
        int[] lengths = Rank == 0 ? [1] : Layout.Lengths;
        Tensor positions = IndexTensors.Checked(index, axis, lengths[axis], operation, allowsNegative: false);
        return Selection.OfAxis(lengths, axis, positions.Reshape(-1));
    }

    private int[] IndexSelectShape(int axis, Tensor index)
    {
        int[] lengths = Layout.Lengths.AsSpan().ToArray();
        if (Rank > 0)
        {
            lengths[axis] = (int)index.Count;
        }

        return Rank == 0 && index.Count != 1 ? [(int)index.Count] : lengths;
    }

    /// <summary>Values times a factor, in their type: integers take one without a fraction.</summary>
    private static Tensor Multiple(Tensor values, Scalar factor, string operation) =>
        factor.DType.IsFloatingPoint() ? values.Scaled(factor.ToDouble(), operation) : values * factor;

    private Tensor IndexWrite(int axis, Tensor index, Tensor values, Scalar? alpha, bool adds, string operation, bool inPlace)
    {
        ArgumentNullException.ThrowIfNull(values);
        if (Rank == 0)
        {
            throw new ShapeException($"{operation}: a zero-dimensional tensor has no axis to index; Unsqueeze(0) it first.");
        }

        Selection selection = AxisSelection(ref axis, index, operation);
        if (values.DType != DType)
        {
            throw new DTypeException(
                $"{operation}: {values.DType.Name()} values do not go into a {DType.Name()} tensor; convert them with To(DType.{DType}).");
        }

        if (!values.Layout.Lengths.AsSpan().SequenceEqual(selection.Result) && !(Rank == 1 && values.Rank == 0 && selection.Result[0] == 1))
        {
            throw new ShapeException(
                $"{operation}: values of shape {values.Shape} do not fit {index.Count} positions of axis {axis} of a tensor {Shape}; "
                + $"use {Shape.Format(selection.Result)}.");
        }

        if (alpha is { } scale && scale.ToDouble() != 1 && DType.Compute() is var compute && compute != DType)
        {
            Tensor result = To(compute).IndexWrite(axis, index, values.To(compute), alpha, adds, operation, false).To(DType);
            return inPlace ? this.Assign(result, operation) : result;
        }

        Tensor source = alpha is { } factor && factor.ToDouble() != 1 ? Multiple(values, factor, operation) : values;
        return inPlace ? this.PutAtInPlace(selection, source, adds, operation) : this.PutAt(selection, source, adds, operation);
    }
}
