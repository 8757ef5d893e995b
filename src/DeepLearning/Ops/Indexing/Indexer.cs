namespace DeepLearning;

public partial class Tensor
{
    /// <summary>
    /// A part of the tensor: <c>x[i, .., 1..^1]</c>. Each index takes one axis from the left (a bool tensor as many as it has, <c>null</c>
    /// and <see cref="TensorIndex.NewAxis"/> none); axes that remain are taken whole. See <see cref="TensorIndex"/> for what an index can
    /// be.
    /// </summary>
    /// <param name="indices">The indices.</param>
    /// <value>
    /// Getting gives a view, except with an integer or bool tensor or array, or a negative step: then a copy. Setting writes into this
    /// tensor, with any of them; the value broadcasts to the part, is converted to this tensor's type, and may be a number. Of several
    /// values for one place the last stays; <see cref="IndexPutInPlace"/> can add them up.
    /// </value>
    /// <remarks>
    /// <para><b>What <c>..</c> means.</b> It takes one whole axis. Only where the indices are fewer than the axes, the first <c>..</c>
    /// takes all that are missing as well: for a tensor of four axes, <c>x[0, .., 1..^1]</c> is Python's <c>x[0, ..., 1:-1]</c>, and
    /// <c>x[0, .., .., 1..^1]</c> is <c>x[0, :, :, 1:-1]</c>: the same. To take exactly one axis whatever the rank, write
    /// <see cref="TensorIndex.All"/> (or end with <c>..</c>: <c>x[TensorIndex.All, 0]</c> is <c>x[:, 0]</c>); to take all missing axes,
    /// even none, <see cref="TensorIndex.Ellipsis"/>: then every <c>..</c> takes one axis.</para>
    /// <para><b>Index tensors</b> broadcast together. Their axes stand in the result where the first of them stood if they are next to
    /// one another, else first (the rule of NumPy and PyTorch; as in PyTorch, plain positions are taken before and do not count). A bool
    /// tensor counts as the coordinates of its true elements.</para>
    /// </remarks>
    /// <exception cref="ShapeException">There are too many indices, a mask does not fit, or the value does not broadcast to the
    /// part.</exception>
    /// <exception cref="IndexException">A position is outside its axis. Nothing was written.</exception>
    /// <exception cref="DTypeException">
    /// An index tensor is neither int64, int32 nor bool, or this tensor is of an integer type that does not hold the number set.
    /// </exception>
    /// <exception cref="AutogradException">Set on a leaf that requires a gradient while recording.</exception>
    [System.Runtime.CompilerServices.IndexerName("Part")]
    public Tensor this[params ReadOnlySpan<TensorIndex?> indices]
    {
        get => new IndexPlan(this, indices, "Index").Pick(this);
        set => Put(new IndexPlan(this, indices, "Index assignment"), value, false, "Index assignment");
    }

    /// <summary>A copy with values written to a part, or added to it.</summary>
    /// <param name="indices">The part, as for <see cref="this[ReadOnlySpan{TensorIndex?}]"/>.</param>
    /// <param name="values">The values; they broadcast to the part and are converted to this tensor's type.</param>
    /// <param name="accumulate">True to add, in the order of the indices; places named twice get both values.</param>
    /// <exception cref="ShapeException">There are too many indices, a mask does not fit, or the values do not broadcast to the
    /// part.</exception>
    /// <exception cref="IndexException">A position is outside its axis.</exception>
    /// <exception cref="DTypeException">
    /// An index tensor is neither int64, int32 nor bool, or this tensor is of an integer type that does not hold the number set.
    /// </exception>
    public Tensor IndexPut(ReadOnlySpan<TensorIndex?> indices, Tensor values, bool accumulate = false)
    {
        if (Autocast.Enabled)
        {
            using Autocast.Operation cast = Autocast.Enter("IndexPut", this, values);
            return cast.Of(this).IndexPut(indices, cast.Of(values), accumulate);
        }

        IndexPlan plan = new(this, indices, "IndexPut");
        values = Broadcasting.Follow(values, this, "IndexPut");
        (Tensor fitted, _) = this.FitValues(plan.Result, values, "IndexPut");
        Tensor result = Detach().Clone();
        plan.Write(result, fitted, accumulate);
        return Recording.Of(new AssignOperation(plan, accumulate, values.Layout.Lengths), result, this, values);
    }

    /// <summary>As <see cref="IndexPut"/>, into this tensor.</summary>
    /// <param name="indices">The part, as for <see cref="this[ReadOnlySpan{TensorIndex?}]"/>.</param>
    /// <param name="values">The values; they broadcast to the part and are converted to this tensor's type.</param>
    /// <param name="accumulate">True to add, in the order of the indices; places named twice get both values.</param>
    /// <returns>This tensor.</returns>
    /// <inheritdoc cref="IndexPut" path="/exception"/>
    /// <exception cref="AutogradException">This is a leaf that requires a gradient and recording is on.</exception>
    public Tensor IndexPutInPlace(ReadOnlySpan<TensorIndex?> indices, Tensor values, bool accumulate = false)
    {
        Put(new IndexPlan(this, indices, "IndexPut"), values, accumulate, "IndexPut");
        return this;
    }

    private void Put(IndexPlan plan, Tensor values, bool accumulate, string operation)
    {
        values = Broadcasting.Follow(values, this, operation);
        (Tensor fitted, bool records) = this.FitValues(plan.Result, values, operation);
        CheckInPlace(operation, records);
        plan.Write(this, fitted, accumulate);
        Recording.Write(new AssignOperation(plan, accumulate, values.Layout.Lengths), this, values, records);
    }

    /// <summary>A copy with zeros at a part: what remains of a gradient where the part was overwritten.</summary>
    internal Tensor WithoutPart(IndexPlan plan)
    {
        Tensor result = Detach().Clone().ClearPart(plan);
        return Recording.Of(new AssignOperation(plan, false, []), result, this, null, null);
    }

    internal Tensor ClearPart(IndexPlan plan)
    {
        plan.Write(this, FromScalar(0.0, DType, Device).Expand(plan.Result), false);
        return this;
    }
}

file readonly struct AssignOperation(IndexPlan plan, bool accumulate, int[] values) : IOperation
{
    public string Name => "IndexPut";

    public void Describe(OperationAttributes attributes) => plan.Describe(attributes.Add("accumulate", accumulate));

    public Node CreateNode() => new AssignNode(plan, accumulate, values);
}

file sealed class AssignNode : Node
{
    private readonly IndexPlan _plan;
    private readonly bool _accumulate;
    private readonly int[] _values;

    public AssignNode(IndexPlan plan, bool accumulate, int[] values)
    {
        _plan = plan;
        _accumulate = accumulate;
        _values = values;
        if (plan.Selection is { } selection)
        {
            Save(selection.Indices);
        }
    }

    public override string Name => "IndexPut";

    protected internal override void Backward(Tensor gradient, Span<Tensor?> gradients)
    {
        for (int i = 0; i < (_plan.Selection?.Indices.Length ?? 0); i++)
        {
            Saved(i);
        }

        if (!_accumulate && BackwardPass.MayOverwrite(gradient))
        {
            // A buffer filled part by part costs each part once, not the whole buffer for each.
            gradients[1] = Needs(1) ? Selections.ValuesGradient(_plan.Pick(gradient).Clone(), _values) : null;
            gradients[0] = Needs(0) ? gradient.ClearPart(_plan) : null;
            return;
        }

        if (Needs(0))
        {
            gradients[0] = _accumulate ? gradient : gradient.WithoutPart(_plan);
        }

        if (Needs(1))
        {
            gradients[1] = Selections.ValuesGradient(_plan.Pick(gradient), _values);
        }
    }
}
