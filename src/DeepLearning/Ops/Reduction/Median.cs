namespace DeepLearning;

public partial class Tensor
{
    /// <summary>
    /// The median of all elements: the lower of the two in the middle; NaN if any is, or if there are none. Its gradient is shared
    /// evenly among the elements that equal it.
    /// </summary>
    /// <exception cref="ShapeException">The tensor is of integers or truth values and has no elements.</exception>
    public Tensor Median() => HasNoMedian ? NoMedian() : SharedEvenly(Detach().Reshape(-1).Median(0).Values);

    /// <summary>The median along an axis (the lower of the two in the middle; NaN if any is) and where it stands.</summary>
    /// <param name="axis">The axis; negative counts from the end.</param>
    /// <param name="keepDim">Keep the axis with length 1.</param>
    /// <exception cref="ShapeException">The axis is out of range or has no elements.</exception>
    public ValuesAndIndices Median(int axis, bool keepDim = false)
    {
        axis = AxisRows.NotEmpty(this, axis, "Median");
        Tensor rows = AxisRows.Of(this, axis);
        int middle = (rows.Size(-1) - 1) / 2;
        if (!DType.IsFloatingPoint() || (!Backend.DefersChecks && !rows.IsNaN().Any().Item<bool>()))
        {
            return AxisRows.Select(this, rows, middle, axis, keepDim);
        }

        // A row with a NaN has its first NaN as the median: the greatest element of the row.
        Tensor hasNaN = rows.IsNaN().Any(-1, keepDim: true);
        ValuesAndIndices greatest = rows.Max(-1, keepDim: true);
        ValuesAndIndices selected = AxisRows.Select(rows, rows, middle, rows.Rank - 1, keepDim: true);
        return AxisRows.PickRows(
            this,
            axis,
            Where(hasNaN, greatest.Values, selected.Values),
            Where(hasNaN, greatest.Indices, selected.Indices),
            keepDim);
    }

    /// <summary>
    /// The median of the elements that are not NaN; NaN if there are none. Its gradient is shared evenly among the elements that equal it.
    /// </summary>
    /// <exception cref="ShapeException">The tensor is of integers or truth values and has no elements.</exception>
    public Tensor NanMedian() => HasNoMedian ? NoMedian() : SharedEvenly(Detach().Reshape(-1).NanMedian(0).Values);

    /// <summary>The median along an axis, of the elements that are not NaN, and where it stands.</summary>
    /// <param name="axis">The axis; negative counts from the end.</param>
    /// <param name="keepDim">Keep the axis with length 1.</param>
    /// <exception cref="ShapeException">The axis is out of range or has no elements.</exception>
    public ValuesAndIndices NanMedian(int axis, bool keepDim = false)
    {
        axis = AxisRows.NotEmpty(this, axis, "NanMedian");
        if (!DType.IsFloatingPoint())
        {
            return Median(axis, keepDim);
        }

        // NaN sorts last, so that the others' middle is at half their number.
        ValuesAndIndices sorted = Detach().Sort(axis);
        Tensor numbers = IsNaN().LogicalNot().Sum(Rank == 0 ? [] : [axis], keepDim: Rank > 0);
        Tensor middle = numbers.Subtract(FromScalar(1, device: Device)).ClampToZero().Divide(FromScalar(2, device: Device)).To(DType.Int64);
        Tensor positions = Rank == 0 ? sorted.Indices : sorted.Indices.Gather(axis, middle);
        return AxisRows.Pick(this, axis, Rank == 0 ? sorted.Values : sorted.Values.Gather(axis, middle), positions, keepDim);
    }

    private bool HasNoMedian => Count == 0 && DType.IsFloatingPoint();

    /// <summary>NaN, made from this tensor without elements.</summary>
    private Tensor NoMedian() => Sum() * double.NaN;

    private Tensor ClampToZero() => Maximum(FromScalar(0, device: Device));

    /// <summary>The sum over some axes of the elements that are not NaN.</summary>
    /// <param name="axes">The axes; none means all.</param>
    /// <param name="keepDim">Keep the axes with length 1.</param>
    /// <param name="dtype">The type to add in and of the result.</param>
    /// <exception cref="ShapeException">An axis is out of range or stands twice.</exception>
    public Tensor NanSum(ReadOnlySpan<int> axes = default, bool keepDim = false, DType? dtype = null) =>
        DType.IsFloatingPoint() ? WithoutNaN().Sum(axes, keepDim, dtype) : Sum(axes, keepDim, dtype);

    /// <summary>The mean over some axes of the elements that are not NaN; NaN where there are none.</summary>
    /// <param name="axes">The axes; none means all.</param>
    /// <param name="keepDim">Keep the axes with length 1.</param>
    /// <param name="dtype">The type to compute in and of the result; needed for integers.</param>
    /// <exception cref="ShapeException">An axis is out of range or stands twice.</exception>
    /// <exception cref="DTypeException">The result would not be of a floating-point type.</exception>
    public Tensor NanMean(ReadOnlySpan<int> axes = default, bool keepDim = false, DType? dtype = null)
    {
        if (!DType.IsFloatingPoint())
        {
            return Mean(axes, keepDim, dtype);
        }

        // The sum is wider than a 16-bit result: it may be outside the type though the mean is not.
        DType result = dtype ?? DType;
        return (NanSum(axes, keepDim, result.Compute()) / IsNaN().LogicalNot().Sum(axes, keepDim)).To(result);
    }

    private Tensor WithoutNaN() => Where(IsNaN(), FromScalar(0.0, DType, Device), this);

    /// <summary>A number picked among this tensor's elements, with its history: all equal ones share its gradient evenly.</summary>
    private Tensor SharedEvenly(Tensor picked) => Recording.Of(new SharedEvenlyOperation(this, picked), picked, this);
}

file readonly struct SharedEvenlyOperation(Tensor x, Tensor picked) : IOperation
{
    public string Name => "SharedEvenly";

    public Node CreateNode() => new SharedEvenlyNode(x, picked);
}

file sealed class SharedEvenlyNode : Node
{
    public SharedEvenlyNode(Tensor x, Tensor picked) => Save(x, picked);

    public override string Name => "Median";

    protected internal override void Backward(Tensor gradient, Span<Tensor?> gradients)
    {
        Tensor x = Saved(0).Detach(), picked = Saved(1).Detach();
        Tensor chosen = x.EqualTo(picked).LogicalOr(x.IsNaN().LogicalAnd(picked.IsNaN()));
        gradients[0] = Tensor.Where(chosen, gradient / chosen.Sum(), Tensor.FromScalar(0.0, gradient.DType, gradient.Device));
    }
}
