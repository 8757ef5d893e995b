namespace DeepLearning;

/// <summary>Reading and writing what a <see cref="Selection"/> picks.</summary>
internal static class Selections
{
    /// <summary>A copy of what a selection picks.</summary>
    public static Tensor TakeAt(this Tensor x, Selection selection)
    {
        Tensor result = Tensor.Allocate(selection.Result, x.DType, x.Device);
        x.Backend.GatherBlocks(x, selection, result);
        return Recording.Of(new IndexOperation(selection), result, x);
    }

    /// <summary>A copy of this tensor with values written at a selection, or added there.</summary>
    public static Tensor PutAt(this Tensor x, Selection selection, Tensor values, bool accumulate, string operation)
    {
        values = Broadcasting.Follow(values, x, operation);
        (Tensor fitted, _) = x.FitValues(selection.Result, values, operation);
        Tensor result;
        using (GradMode.NoGrad())
        {
            result = x.Clone();
        }

        x.Backend.ScatterBlocks(result, selection, fitted, accumulate ? ScatterMode.Add : ScatterMode.Set);
        return Recording.Of(new IndexPutOperation(selection, accumulate, operation, values.Layout.Lengths), result, x, values);
    }

    /// <summary>As <see cref="PutAt"/>, into this tensor.</summary>
    public static Tensor PutAtInPlace(this Tensor x, Selection selection, Tensor values, bool accumulate, string operation)
    {
        values = Broadcasting.Follow(values, x, operation);
        (Tensor fitted, bool records) = x.FitValues(selection.Result, values, operation);
        x.CheckInPlace(operation, records);
        x.Backend.ScatterBlocks(x, selection.ApartFrom(x), fitted, accumulate ? ScatterMode.Add : ScatterMode.Set);
        return Recording.Write(new IndexPutOperation(selection, accumulate, operation, values.Layout.Lengths), x, values, records);
    }

    /// <summary>Values as they are written: of this tensor's type, at the place's shape, contiguous and in memory of their own.</summary>
    public static (Tensor Fitted, bool Records) FitValues(this Tensor x, int[] place, Tensor values, string operation)
    {
        CheckValues(x, place, values, operation);
        bool records = x.DType.IsFloatingPoint() && GradMode.Records(x, values);
        InPlace.CheckRecordable(records, x, values);
        Tensor fitted = DropLeadingOnes(values.Detach(), place.Length).To(x.DType).Expand(place).Contiguous();
        return (SharedMemory.Between(fitted, x) ? fitted.Clone() : fitted, records);
    }

    private static void CheckValues(Tensor x, int[] place, Tensor values, string operation)
    {
        ArgumentNullException.ThrowIfNull(values);
        Broadcasting.CheckDevices(x, values, operation);
        if (!BroadcastsInto(values.Layout.Lengths, place))
        {
            throw new ShapeException(
                $"{operation}: values of shape {values.Shape} do not broadcast to the place {Shape.Format(place)} in a tensor {x.Shape}.");
        }

        NumberOperands.CheckFits(values, x.DType, operation);
    }

    /// <summary>Values may have more axes of length 1 in front than their place, as in PyTorch.</summary>
    private static Tensor DropLeadingOnes(Tensor values, int rank) =>
        values.Rank <= rank ? values : values.Reshape(values.Layout.Lengths.AsSpan(values.Rank - rank));

    private static bool BroadcastsInto(ReadOnlySpan<int> values, ReadOnlySpan<int> place)
    {
        int added = values.Length - place.Length;
        for (int axis = 0; axis < values.Length; axis++)
        {
            int length = values[axis];
            if (length != 1 && (axis < added || length != place[axis - added]))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>A gradient summed to the shape of values that were broadcast to a place.</summary>
    public static Tensor ValuesGradient(Tensor atPlace, int[] values)
    {
        int[] own = values.Length <= atPlace.Rank ? values : values[(values.Length - atPlace.Rank)..];
        return Broadcasting.SumTo(atPlace, own, "IndexPut").Reshape(values);
    }
}

file readonly struct IndexOperation(Selection selection) : IOperation
{
    public string Name => "Index";

    public void Describe(OperationAttributes attributes) => attributes.Add("axes", selection.Axes).Operand(selection.Indices);

    public Node CreateNode() => new IndexNode(selection);

    public Replay CreateReplay()
    {
        (int[] shape, int[] axes) = (selection.Shape, selection.Axes);
        return (inputs, outputs) => outputs[0] = inputs[0]!.TakeAt(Selection.Again(shape, axes, inputs[1..], "Index"));
    }
}

file sealed class IndexNode : Node
{
    private readonly Selection _selection;

    public IndexNode(Selection selection)
    {
        _selection = selection;
        Save(selection.Indices);
    }

    public override string Name => "Index";

    protected internal override void Backward(Tensor gradient, Span<Tensor?> gradients)
    {
        for (int i = 0; i < _selection.Indices.Length; i++)
        {
            Saved(i);
        }

        gradients[0] = Selection.SpreadAdd(gradient, _selection);
    }
}

file readonly struct IndexPutOperation(Selection selection, bool accumulate, string name, int[] values) : IOperation
{
    public string Name => name;

    public void Describe(OperationAttributes attributes) =>
        attributes.Add("axes", selection.Axes).Add("accumulate", accumulate).Operand(selection.Indices);

    public Node CreateNode() => new IndexPutNode(selection, accumulate, name, values);

    public Replay CreateReplay()
    {
        (int[] shape, int[] axes, bool adds, string operation) = (selection.Shape, selection.Axes, accumulate, name);
        return (inputs, outputs) => outputs[0] = inputs[0]!.PutAt(
            Selection.Again(shape, axes, inputs[2..], operation), inputs[1]!, adds, operation);
    }
}

file sealed class IndexPutNode : Node
{
    private readonly Selection _selection;
    private readonly bool _accumulate;
    private readonly string _name;
    private readonly int[] _values;

    public IndexPutNode(Selection selection, bool accumulate, string name, int[] values)
    {
        _values = values;
        _selection = selection;
        _accumulate = accumulate;
        _name = name;
        Save(selection.Indices);
    }

    public override string Name => _name;

    protected internal override void Backward(Tensor gradient, Span<Tensor?> gradients)
    {
        for (int i = 0; i < _selection.Indices.Length; i++)
        {
            Saved(i);
        }

        if (Needs(0))
        {
            Tensor zero = Tensor.FromScalar(0.0, gradient.DType, gradient.Device);
            gradients[0] = _accumulate ? gradient : gradient.PutAt(_selection, zero, false, _name);
        }

        if (Needs(1))
        {
            gradients[1] = Selections.ValuesGradient(gradient.TakeAt(_selection), _values);
        }
    }
}
