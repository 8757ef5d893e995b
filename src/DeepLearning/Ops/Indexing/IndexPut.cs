using DeepLearning.Backends;

namespace DeepLearning;

public partial class Tensor
{
    /// <summary>A copy of this tensor with values written at a selection, or added there.</summary>
    internal Tensor PutAt(Selection selection, Tensor values, bool accumulate, string operation)
    {
        values = Broadcasting.Follow(values, this, operation);
        (Tensor fitted, _) = FitValues(selection.Result, values, operation);
        Tensor result;
        using (GradMode.NoGrad())
        {
            result = Clone();
        }

        Backend.ScatterBlocks(result, selection, fitted, accumulate ? ScatterMode.Add : ScatterMode.Set);
        return Recording.Of(new IndexPutOperation(selection, accumulate, operation, values.Layout.Lengths), result, this, values);
    }

    /// <summary>As <see cref="PutAt"/>, into this tensor.</summary>
    private Tensor PutAtInPlace(Selection selection, Tensor values, bool accumulate, string operation)
    {
        values = Broadcasting.Follow(values, this, operation);
        (Tensor fitted, bool records) = FitValues(selection.Result, values, operation);
        CheckInPlace(operation, records);
        Backend.ScatterBlocks(this, selection.ApartFrom(this), fitted, accumulate ? ScatterMode.Add : ScatterMode.Set);
        return Recording.Write(new IndexPutOperation(selection, accumulate, operation, values.Layout.Lengths), this, values, records);
    }

    /// <summary>Values as they are written: of this tensor's type, at the place's shape, contiguous and in memory of their own.</summary>
    private (Tensor Fitted, bool Records) FitValues(int[] place, Tensor values, string operation)
    {
        CheckValues(place, values, operation);
        bool records = DType.IsFloatingPoint() && GradMode.Records(this, values);
        CheckRecordable(records, this, values);
        Tensor fitted = DropLeadingOnes(values.Detach(), place.Length).To(DType).Expand(place).Contiguous();
        return (SharedMemory.Between(fitted, this) ? fitted.Clone() : fitted, records);
    }

    private void CheckValues(int[] place, Tensor values, string operation)
    {
        ArgumentNullException.ThrowIfNull(values);
        Broadcasting.CheckDevices(this, values, operation);
        if (!BroadcastsInto(values.Layout.Lengths, place))
        {
            throw new ShapeException(
                $"{operation}: values of shape {values.Shape} do not broadcast to the place {Shape.Format(place)} in a tensor {Shape}.");
        }

        CheckFits(values, DType, operation);
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
    internal static Tensor ValuesGradient(Tensor atPlace, int[] values)
    {
        int[] own = values.Length <= atPlace.Rank ? values : values[(values.Length - atPlace.Rank)..];
        return Broadcasting.SumTo(atPlace, own, "IndexPut").Reshape(values);
    }
}

file readonly struct IndexPutOperation(Selection selection, bool accumulate, string name, int[] values) : IOperation
{
    public string Name => name;

    public void Describe(OperationAttributes attributes) =>
        attributes.Add("axes", selection.Axes).Add("accumulate", accumulate).Operand(selection.Indices);

    public Node CreateNode() => new IndexPutNode(selection, accumulate, name, values);
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
            gradients[1] = Tensor.ValuesGradient(gradient.TakeAt(_selection), _values);
        }
    }
}
