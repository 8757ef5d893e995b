namespace DeepLearning;

/// <summary>Gathering and scattering along an axis, by places that were checked.</summary>
internal static class AxisPlaces
{
    public static Tensor GatherChecked(this Tensor x, int axis, Tensor places)
    {
        Tensor result = Tensor.Allocate(places.Layout, x.DType, x.Device);
        x.Backend.GatherAxis(x, axis, places, result);
        return Recording.Of(new GatherOperation(axis, places, x.Layout.Lengths), result, x);
    }

    public static Tensor ScatterChecked(
        this Tensor x, int axis, Tensor places, Tensor values, ScatterMode mode, string operation, bool inPlace)
    {
        bool records = x.DType.IsFloatingPoint() && GradMode.Records(x, values);
        Tensor source = values.Detach().Contiguous();
        Tensor target = x;
        if (inPlace)
        {
            x.CheckInPlace(operation, records);
            InPlace.CheckRecordable(records, x, values);
            source = SharedMemory.Between(source, x) ? source.Clone() : source;
            // An index that changed while it is read could point anywhere.
            places = SharedMemory.Between(places, x) ? places.Clone() : places;
        }
        else
        {
            target = x.Detach().Clone();
        }

        x.Backend.ScatterAxis(target, axis, places, source, mode);
        ScatterOperation scatter = new(axis, places, mode, operation);
        return inPlace ? Recording.Write(scatter, x, values, records) : Recording.Of(scatter, target, x, values);
    }

    /// <summary>An index for gathering or scattering along an axis, checked against this tensor.</summary>
    public static Tensor AxisIndex(this Tensor x, int axis, Tensor index, string operation)
    {
        ArgumentNullException.ThrowIfNull(index);
        Broadcasting.CheckDevices(x, index, operation);
        bool fits = index.Rank == x.Rank;
        for (int a = 0; fits && a < x.Rank; a++)
        {
            fits = a == axis || index.Count == 0 || index.Size(a) <= x.Size(a);
        }

        if (!fits)
        {
            throw new ShapeException(
                $"{operation}: an index {index.Shape} does not fit a tensor {x.Shape}: it needs the same rank and, outside "
                + $"axis {axis}, no longer axes.");
        }

        return IndexTensors.Checked(index, axis, x.Rank == 0 ? 1 : x.Size(axis), operation, allowsNegative: false);
    }

    /// <summary>The part of the values that an index of this shape uses.</summary>
    public static Tensor UsedValues(this Tensor x, Tensor index, Tensor values, string operation)
    {
        Broadcasting.CheckDevices(x, values, operation);
        if (values.DType != x.DType)
        {
            throw new DTypeException(
                $"{operation}: {values.DType.Name()} values do not go into a {x.DType.Name()} tensor; convert them with "
                + $"To(DType.{x.DType}).");
        }

        bool fits = values.Rank == index.Rank;
        for (int axis = 0; fits && axis < index.Rank; axis++)
        {
            fits = index.Size(axis) <= values.Size(axis);
        }

        if (!fits)
        {
            throw new ShapeException(
                $"{operation}: values of shape {values.Shape} are too few for an index {index.Shape}: no axis of the index may be longer.");
        }

        return values.Layout.SameShape(index.Layout) ? values : values.ViewBy(new BoxRule(new int[index.Rank], index.Layout.Lengths));
    }

    public static Tensor ScatterNumber(this Tensor x, int axis, Tensor places, Scalar value) =>
        x.ScatterChecked(
            axis, places, Tensor.FromScalar(value, x.DType, x.Device).Expand(places.Shape), ScatterMode.Set, "ScatterReduce", false);
}

file readonly struct GatherOperation(int axis, Tensor places, int[] lengths) : IOperation
{
    public string Name => "Gather";

    public void Describe(OperationAttributes attributes) => attributes.Add("axis", axis).Operand(places);

    public Node CreateNode() => new GatherNode(axis, places, lengths);

    public Replay CreateReplay()
    {
        int along = axis;
        return (inputs, outputs) => outputs[0] = inputs[0]!.GatherChecked(along, inputs[0]!.AxisIndex(along, inputs[1]!, "Gather"));
    }
}

file readonly struct ScatterOperation(int axis, Tensor places, ScatterMode mode, string name) : IOperation
{
    public string Name => name;

    public void Describe(OperationAttributes attributes) => attributes.Add("axis", axis).Add("mode", mode.ToString()).Operand(places);

    public Node CreateNode() => new ScatterNode(axis, places, mode == ScatterMode.Add, name);

    public Replay CreateReplay()
    {
        (int along, ScatterMode how, string operation) = (axis, mode, name);
        return (inputs, outputs) => outputs[0] = inputs[0]!.ScatterChecked(
            along, inputs[0]!.AxisIndex(along, inputs[2]!, operation), inputs[1]!, how, operation, inPlace: false);
    }
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
