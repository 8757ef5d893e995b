using DeepLearning.Backends;

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
        Tensor places = AxisIndex(axis, index, "Gather");
        return GatherChecked(axis, places);
    }

    /// <summary>
    /// A copy with values written along an axis: y[i, index[i, j, k], k] = values[i, j, k] for axis 1 of three. Of values for one
    /// place the last
    /// in row-major order stays; the gradient of <paramref name="values"/> is defined only where places differ.
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
    /// A copy with values added along an axis: y[i, index[i, j, k], k] += values[i, j, k] for axis 1 of three, in row-major order
    /// on any number
    /// of threads.
    /// </summary>
    /// <param name="axis">The axis; negative counts from the end.</param>
    /// <param name="index">Positions, int64 or int32, of this tensor's rank.</param>
    /// <param name="values">The values, at least of the index's shape, of this tensor's type.</param>
    /// <inheritdoc cref="Scatter(int, Tensor, Tensor)" path="/exception"/>
    public Tensor ScatterAdd(int axis, Tensor index, Tensor values) =>
        ScatterValues(axis, index, values, ScatterMode.Add, "ScatterAdd", false);

    /// <summary>As <see cref="ScatterAdd"/>, into this tensor.</summary>
    /// <param name="axis">The axis; negative counts from the end.</param>
    /// <param name="index">Positions, int64 or int32, of this tensor's rank.</param>
    /// <param name="values">The values, at least of the index's shape, of this tensor's type.</param>
    /// <returns>This tensor.</returns>
    /// <inheritdoc cref="Scatter(int, Tensor, Tensor)" path="/exception"/>
    public Tensor ScatterAddInPlace(int axis, Tensor index, Tensor values) =>
        ScatterValues(axis, index, values, ScatterMode.Add, "ScatterAdd", true);

    internal Tensor GatherChecked(int axis, Tensor places)
    {
        Tensor result = Allocate(places.Layout, DType, Device);
        Backend.GatherAxis(this, axis, places, result);
        return Recording.Of(new GatherOperation(axis, places, Layout.Lengths), result, this);
    }

    private Tensor ScatterValues(int axis, Tensor index, Tensor values, ScatterMode mode, string operation, bool inPlace)
    {
        ArgumentNullException.ThrowIfNull(values);
        axis = Shape.Axis(axis, Rank, operation);
        Tensor places = AxisIndex(axis, index, operation);
        Tensor used = UsedValues(places, values, operation);
        return ScatterChecked(axis, places, used, mode, operation, inPlace);
    }

    internal Tensor ScatterChecked(int axis, Tensor places, Tensor values, ScatterMode mode, string operation, bool inPlace)
    {
        bool records = DType.IsFloatingPoint() && GradMode.Records(this, values);
        Tensor source = values.Detach().Contiguous();
        Tensor target = this;
        if (inPlace)
        {
            CheckInPlace(operation, records);
            CheckRecordable(records, this, values);
            source = SharedMemory.Between(source, this) ? source.Clone() : source;
            // An index that changed while it is read could point anywhere.
            places = SharedMemory.Between(places, this) ? places.Clone() : places;
        }
        else
        {
            target = Detach().Clone();
        }

        Backend.ScatterAxis(target, axis, places, source, mode);
        ScatterOperation scatter = new(axis, places, mode, operation);
        return inPlace ? Recording.Write(scatter, this, values, records) : Recording.Of(scatter, target, this, values);
    }

    /// <summary>An index for gathering or scattering along an axis, checked against this tensor.</summary>
    private Tensor AxisIndex(int axis, Tensor index, string operation)
    {
        ArgumentNullException.ThrowIfNull(index);
        Broadcasting.CheckDevices(this, index, operation);
        bool fits = index.Rank == Rank;
        for (int a = 0; fits && a < Rank; a++)
        {
            fits = a == axis || index.Count == 0 || index.Layout.Lengths[a] <= Layout.Lengths[a];
        }

        if (!fits)
        {
            throw new ShapeException(
                $"{operation}: an index {index.Shape} does not fit a tensor {Shape}: it needs the same rank and, outside "
                + $"axis {axis}, no longer axes.");
        }

        return IndexTensors.Checked(index, axis, Rank == 0 ? 1 : Layout.Lengths[axis], operation, allowsNegative: false);
    }

    /// <summary>The part of the values that an index of this shape uses.</summary>
    private Tensor UsedValues(Tensor index, Tensor values, string operation)
    {
        Broadcasting.CheckDevices(this, values, operation);
        if (values.DType != DType)
        {
            throw new DTypeException(
                $"{operation}: {values.DType.Name()} values do not go into a {DType.Name()} tensor; convert them with To(DType.{DType}).");
        }

        bool fits = values.Rank == index.Rank;
        for (int axis = 0; fits && axis < index.Rank; axis++)
        {
            fits = index.Layout.Lengths[axis] <= values.Layout.Lengths[axis];
        }

        if (!fits)
        {
            throw new ShapeException(
                $"{operation}: values of shape {values.Shape} are too few for an index {index.Shape}: no axis of the index may be longer.");
        }

        return values.Layout.SameShape(index.Layout) ? values : values.ViewBy(new BoxRule(new int[index.Rank], index.Layout.Lengths));
    }

    private Tensor NumberFor(Tensor index, Scalar value, string operation)
    {
        ArgumentNullException.ThrowIfNull(index);
        return CheckNumber(value, operation).Expand(index.Shape);
    }

    /// <summary>A number as a zero-dimensional tensor of this type.</summary>
    private Tensor CheckNumber(Scalar value, string operation)
    {
        if (!CanCast(value.DType, DType))
        {
            throw new DTypeException(
                $"{operation}: the number {value} does not fit into a {DType.Name()} tensor; convert the tensor with "
                + $"To(DType.{value.DType}).");
        }

        DType.CheckHolds(value, operation);
        return FromScalar(value, DType, Device);
    }
}

file readonly struct GatherOperation(int axis, Tensor places, int[] lengths) : IOperation
{
    public string Name => "Gather";

    public void Describe(OperationAttributes attributes) => attributes.Add("axis", axis).Operand(places);

    public Node CreateNode() => new GatherNode(axis, places, lengths);
}

file readonly struct ScatterOperation(int axis, Tensor places, ScatterMode mode, string name) : IOperation
{
    public string Name => name;

    public void Describe(OperationAttributes attributes) => attributes.Add("axis", axis).Add("mode", mode.ToString()).Operand(places);

    public Node CreateNode() => new ScatterNode(axis, places, mode == ScatterMode.Add, name);
}

file sealed class GatherNode : Node
{
    private readonly int _axis;
    private readonly int[] _lengths;

    public GatherNode(int axis, Tensor index, int[] lengths)
    {
        _axis = axis;
        _lengths = lengths;
        Save(index);
    }

    public override string Name => "Gather";

    protected internal override void Backward(Tensor gradient, Span<Tensor?> gradients) =>
        gradients[0] = GatherTranspose(gradient, _axis, Saved(0), _lengths);

    private static Tensor GatherTranspose(Tensor gradient, int axis, Tensor index, int[] lengths)
    {
        // In place where that leaves no record: the zeros are nobody else's.
        Tensor zeros = Tensor.Zeros(lengths, gradient.DType, gradient.Device);
        return zeros.ScatterChecked(axis, index, gradient, ScatterMode.Add, "GatherBackward", inPlace: !GradMode.Enabled);
    }
}

file sealed class ScatterNode : Node
{
    private readonly int _axis;
    private readonly bool _adds;
    private readonly string _name;

    public ScatterNode(int axis, Tensor index, bool adds, string name)
    {
        _axis = axis;
        _adds = adds;
        _name = name;
        Save(index);
    }

    public override string Name => _name;

    protected internal override void Backward(Tensor gradient, Span<Tensor?> gradients)
    {
        Tensor index = Saved(0);
        if (Needs(0))
        {
            Tensor zeros = Tensor.FromScalar(0.0, gradient.DType, gradient.Device).Expand(index.Shape);
            gradients[0] = _adds ? gradient : gradient.ScatterChecked(_axis, index, zeros, ScatterMode.Set, _name, false);
        }

        gradients[1] = Needs(1) ? gradient.GatherChecked(_axis, index) : null;
    }
}
