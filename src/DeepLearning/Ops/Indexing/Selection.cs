namespace DeepLearning;

/// <summary>
/// Positions along one or more axes, given by index tensors of one shape: what they select of a tensor of <see cref="Shape"/> are blocks
/// over the other axes. Indices are int64, contiguous, checked and not negative.
/// </summary>
internal sealed class Selection
{
    private Selection(int[] shape, int[] axes, Tensor[] indices)
    {
        Shape = shape;
        Axes = axes;
        Indices = indices;
        bool adjacent = true;
        for (int i = 1; i < axes.Length; i++)
        {
            adjacent &= axes[i] == axes[i - 1] + 1;
        }

        // Separated indices put their axes first (the rule of NumPy and PyTorch).
        OuterRank = adjacent ? axes[0] : 0;
        int[] others = [.. Enumerable.Range(0, shape.Length).Except(axes)];
        OuterAxes = others[..OuterRank];
        InnerAxes = others[OuterRank..];
        Result = [.. OuterAxes.Select(a => shape[a]), .. indices[0].Layout.Lengths, .. InnerAxes.Select(a => shape[a])];
    }

    /// <summary>The lengths of the tensor that is selected from.</summary>
    public int[] Shape { get; }

    /// <summary>The indexed axes, ascending.</summary>
    public int[] Axes { get; }

    /// <summary>For each of them its positions, all of one shape.</summary>
    public Tensor[] Indices { get; }

    /// <summary>The axes before the positions in the result.</summary>
    public int[] OuterAxes { get; }

    /// <summary>The axes after the positions in the result.</summary>
    public int[] InnerAxes { get; }

    /// <summary>The lengths of what is selected: outer axes, positions, inner axes.</summary>
    public int[] Result { get; }

    private int OuterRank { get; }

    /// <summary>Positions along one axis; the result has the indices' axes in its place.</summary>
    public static Selection OfAxis(Tensor x, int axis, Tensor index) => OfAxis(x.Layout.Lengths, axis, index);

    /// <inheritdoc cref="OfAxis(Tensor, int, Tensor)"/>
    public static Selection OfAxis(int[] shape, int axis, Tensor index) => new(shape, [axis], [index]);

    /// <summary>This selection for a write into a tensor: an index that changed while it is read could point anywhere.</summary>
    public Selection ApartFrom(Tensor target) => Array.Exists(Indices, index => SharedMemory.Between(index, target))
        ? new Selection(Shape, Axes, Array.ConvertAll(Indices, static index => index.Clone()))
        : this;

    /// <summary>Positions along several axes; the index tensors broadcast together.</summary>
    public static Selection OfAxes(int[] lengths, int[] axes, Tensor[] indices, string operation)
    {
        int[] shape = indices[0].Layout.Lengths;
        foreach (Tensor index in indices)
        {
            shape = DeepLearning.Shape.Broadcast(shape, index.Layout.Lengths, operation);
        }

        return new Selection(lengths, axes, Array.ConvertAll(indices, index => index.Expand(shape).Contiguous()));
    }

    /// <summary>A selection that is recorded, of other positions.</summary>
    public static Selection Again(int[] shape, int[] axes, ReadOnlySpan<Tensor?> indices, string operation)
    {
        Tensor[] positions = new Tensor[indices.Length];
        for (int i = 0; i < positions.Length; i++)
        {
            positions[i] = IndexTensors.Checked(indices[i]!, axes[i], shape[axes[i]], operation, allowsNegative: false);
        }

        return OfAxes(shape, axes, positions, operation);
    }

    /// <summary>The transpose of <see cref="Selections.TakeAt"/>: values added into zeros where the selection points.</summary>
    public static Tensor SpreadAdd(Tensor values, Selection selection)
    {
        Tensor result = Tensor.Zeros(selection.Shape, values.DType, values.Device);
        result.Backend.ScatterBlocks(result, selection, values.Contiguous(), ScatterMode.Add);
        return Recording.Of(new SpreadOperation(selection), result, values);
    }
}

file readonly struct SpreadOperation(Selection selection) : IOperation
{
    public string Name => "IndexBackward";

    public void Describe(OperationAttributes attributes) =>
        attributes.Add("shape", selection.Shape).Add("axes", selection.Axes).Operand(selection.Indices);

    public Node CreateNode() => new SpreadNode(selection);
}

file sealed class SpreadNode : Node
{
    private readonly Selection _selection;

    public SpreadNode(Selection selection)
    {
        _selection = selection;
        Save(selection.Indices);
    }

    public override string Name => "IndexBackward";

    protected internal override void Backward(Tensor gradient, Span<Tensor?> gradients)
    {
        for (int i = 0; i < _selection.Indices.Length; i++)
        {
            Saved(i);
        }

        gradients[0] = gradient.TakeAt(_selection);
    }
}
