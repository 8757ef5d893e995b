namespace DeepLearning;

public partial class Tensor
{
    /// <summary>A copy with a number where a mask is true.</summary>
    /// <param name="mask">A bool tensor that broadcasts with this one.</param>
    /// <param name="value">The number.</param>
    /// <exception cref="DTypeException">The mask is not a bool tensor, or the number does not fit into this tensor's type.</exception>
    /// <exception cref="ShapeException">The shapes do not broadcast.</exception>
    public Tensor MaskedFill(Tensor mask, Scalar value) => MaskedFill(mask, this.CheckNumber(value, "MaskedFill"));

    /// <summary>A copy with the value of a zero-dimensional tensor where a mask is true.</summary>
    /// <param name="mask">A bool tensor that broadcasts with this one.</param>
    /// <param name="value">The value; it gets a gradient.</param>
    /// <exception cref="DTypeException">The mask is not a bool tensor, or the value does not fit into this tensor's type.</exception>
    /// <exception cref="ShapeException">The shapes do not broadcast, or the value has axes.</exception>
    public Tensor MaskedFill(Tensor mask, Tensor value)
    {
        CheckFill(mask, value);
        value = Broadcasting.Follow(value, this, "MaskedFill").To(DType);
        Tensor y = Allocate(Shape.Broadcast(Layout.Lengths, mask.Layout.Lengths, "MaskedFill"), DType, Device);
        Backend.Ternary(default(WhereOp), mask, value, this, y);
        return Recording.Of(new MaskedFillOperation(mask), y, this, value);
    }

    /// <summary>Writes a number into this tensor where a mask is true.</summary>
    /// <param name="mask">A bool tensor that broadcasts to this one's shape.</param>
    /// <param name="value">The number.</param>
    /// <returns>This tensor.</returns>
    /// <exception cref="DTypeException">The mask is not a bool tensor, or the number does not fit into this tensor's type.</exception>
    /// <exception cref="ShapeException">The mask does not broadcast to this tensor's shape.</exception>
    public Tensor MaskedFillInPlace(Tensor mask, Scalar value) => MaskedFillInPlace(mask, this.CheckNumber(value, "MaskedFill"));

    /// <summary>Writes the value of a zero-dimensional tensor into this tensor where a mask is true.</summary>
    /// <param name="mask">A bool tensor that broadcasts to this one's shape.</param>
    /// <param name="value">The value; it gets a gradient.</param>
    /// <returns>This tensor.</returns>
    /// <exception cref="DTypeException">The mask is not a bool tensor, or the value does not fit into this tensor's type.</exception>
    /// <exception cref="ShapeException">The mask does not broadcast to this tensor's shape, or the value has axes.</exception>
    public Tensor MaskedFillInPlace(Tensor mask, Tensor value)
    {
        CheckFill(mask, value);
        this.CheckBroadcastsInto(mask, "MaskedFill");
        value = Broadcasting.Follow(value, this, "MaskedFill").To(DType);
        bool records = GradMode.Records(this, value);
        CheckInPlace("MaskedFill", records);
        InPlace.CheckRecordable(records, this, value);
        mask = SharedMemory.Between(mask, this) ? mask.Clone() : mask;
        Backend.Ternary(default(WhereOp), mask, value, this, this);
        return Recording.Write(new MaskedFillOperation(mask), this, value, records);
    }

    /// <summary>The elements where a mask is true, in row-major order, as a vector.</summary>
    /// <param name="mask">A bool tensor that broadcasts with this one.</param>
    /// <exception cref="DTypeException">The mask is not a bool tensor.</exception>
    /// <exception cref="ShapeException">The shapes do not broadcast.</exception>
    public Tensor MaskedSelect(Tensor mask)
    {
        CheckMask(mask, "MaskedSelect");
        int[] shape = Shape.Broadcast(Layout.Lengths, mask.Layout.Lengths, "MaskedSelect");
        Tensor flat = Expand(shape).Reshape(-1);
        return flat.TakeAt(Selection.OfAxis(flat, 0, Positions(mask.Expand(shape))));
    }

    /// <summary>A copy in which the elements where a mask is true are taken from a source, in row-major order.</summary>
    /// <param name="mask">A bool tensor that broadcasts with this one.</param>
    /// <param name="source">At least as many elements as the mask has true ones, of this tensor's type.</param>
    /// <exception cref="DTypeException">The mask is not a bool tensor, or the source has another type.</exception>
    /// <exception cref="ShapeException">The shapes do not broadcast, or the source has too few elements.</exception>
    public Tensor MaskedScatter(Tensor mask, Tensor source)
    {
        CheckMask(mask, "MaskedScatter");
        ArgumentNullException.ThrowIfNull(source);
        if (source.DType != DType)
        {
            throw new DTypeException(
                $"MaskedScatter: a {source.DType.Name()} source does not go into a {DType.Name()} tensor; convert it with "
                + $"To(DType.{DType}).");
        }

        int[] shape = Shape.Broadcast(Layout.Lengths, mask.Layout.Lengths, "MaskedScatter");
        Tensor positions = Positions(mask.Expand(shape));
        if (source.Count < positions.Count)
        {
            throw new ShapeException(
                $"MaskedScatter: the mask has {positions.Count} true elements, the source {source.Shape} only {source.Count}.");
        }

        Tensor flat = Expand(shape).Reshape(-1);
        Tensor values = source.Reshape(-1).Narrow(0, 0, (int)positions.Count);
        return flat.PutAt(Selection.OfAxis(flat, 0, positions), values, false, "MaskedScatter").Reshape(shape);
    }

    /// <summary>As <see cref="MaskedScatter"/>, into this tensor.</summary>
    /// <param name="mask">A bool tensor that broadcasts to this one's shape.</param>
    /// <param name="source">At least as many elements as the mask has true ones, of this tensor's type.</param>
    /// <returns>This tensor.</returns>
    /// <inheritdoc cref="MaskedScatter" path="/exception"/>
    public Tensor MaskedScatterInPlace(Tensor mask, Tensor source) => this.Assign(MaskedScatter(mask, source), "MaskedScatter");

    private void CheckFill(Tensor mask, Tensor value)
    {
        CheckMask(mask, "MaskedFill");
        ArgumentNullException.ThrowIfNull(value);
        if (value.Rank != 0)
        {
            throw new ShapeException($"MaskedFill: the value is zero-dimensional, not a tensor {value.Shape}; use Where.");
        }

        if (!InPlace.CanCast(value.DType, DType))
        {
            throw new DTypeException(
                $"MaskedFill: a {value.DType.Name()} value does not fit into a {DType.Name()} tensor; convert one of them.");
        }

        NumberOperands.CheckFits(value, DType, "MaskedFill");
    }

    private void CheckMask(Tensor mask, string operation)
    {
        ArgumentNullException.ThrowIfNull(mask);
        Broadcasting.CheckDevices(this, mask, operation);
        if (mask.DType != DType.Bool)
        {
            throw new DTypeException(
                $"{operation}: the mask is a bool tensor, not {mask.DType.Name()}; compare first, such as x.Greater(0).");
        }
    }

    /// <summary>The row-major numbers of a mask's true elements, as a vector.</summary>
    private static Tensor Positions(Tensor mask)
    {
        Tensor flat = mask.Detach().Reshape(-1).Contiguous();
        return Recording.Of(new NamedOperation("NonZero"), TruePlaces.Coordinates(flat), flat).Select(0, 0);
    }
}

file readonly struct MaskedFillOperation(Tensor mask) : IOperation
{
    public string Name => "MaskedFill";

    public void Describe(OperationAttributes attributes) => attributes.Operand(mask);

    public Node CreateNode() => new MaskedFillNode(mask);

    public Replay CreateReplay() => (inputs, outputs) => outputs[0] = inputs[0]!.MaskedFill(inputs[2]!, inputs[1]!);
}

file sealed class MaskedFillNode : Node
{
    public MaskedFillNode(Tensor mask) => Save(mask);

    public override string Name => "MaskedFill";

    protected internal override void Backward(Tensor gradient, Span<Tensor?> gradients)
    {
        Tensor mask = Saved(0);
        gradients[0] = Needs(0) ? gradient.MaskedFill(mask, 0.0) : null;
        gradients[1] = Needs(1) ? gradient.MaskedFill(mask.LogicalNot(), 0.0) : null;
    }
}
