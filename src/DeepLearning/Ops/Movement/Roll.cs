namespace DeepLearning;

public partial class Tensor
{
    /// <summary>
    /// A copy with all elements, seen as one vector, shifted by some places; what leaves at the end comes in at the start.
    /// </summary>
    /// <param name="shift">The number of places; negative shifts toward the start.</param>
    public Tensor Roll(int shift) => Flatten().Roll([shift], [0]).Reshape(Shape);

    /// <summary>A copy with the elements shifted along one axis; what leaves at the end comes in at the start.</summary>
    /// <param name="shift">The number of places; negative shifts toward the start.</param>
    /// <param name="axis">The axis; negative counts from the end.</param>
    /// <exception cref="ShapeException">The axis is out of range.</exception>
    public Tensor Roll(int shift, int axis) => Roll([shift], [axis]);

    /// <summary>A copy with the elements shifted along some axes; what leaves at the end comes in at the start.</summary>
    /// <param name="shifts">The number of places for each axis; negative shifts toward the start.</param>
    /// <param name="axes">The axes; negative counts from the end.</param>
    /// <exception cref="ShapeException">An axis is out of range, or the numbers of shifts and axes differ.</exception>
    public Tensor Roll(ReadOnlySpan<int> shifts, ReadOnlySpan<int> axes)
    {
        if (shifts.Length != axes.Length)
        {
            throw new ShapeException(
                $"Roll: {shifts.Length} shifts {Shape.Format(shifts)} do not fit {axes.Length} axes {Shape.Format(axes)}.");
        }

        Tensor x = this;
        for (int i = 0; i < axes.Length; i++)
        {
            int axis = this.AxisOf(axes[i], "Roll");
            int length = Size(axis);
            int shift = length == 0 ? 0 : (int)((((long)shifts[i] % length) + length) % length);
            x = x.RollAxis(axis, shift);
        }

        return ReferenceEquals(x, this) ? Clone() : x;
    }

    private Tensor RollAxis(int axis, int shift)
    {
        int rest = Size(axis) - shift;
        Tensor result = Allocate(Layout, DType, Device);
        MovePart(result, axis, 0, shift, rest);
        MovePart(result, axis, rest, 0, shift);
        return Recording.Of(new RollOperation(axis, shift), result, this);
    }

    /// <summary>Copies a stretch of this tensor's axis to another place of a result's, without a record.</summary>
    private void MovePart(Tensor result, int axis, int from, int to, int length)
    {
        Tensor part = ViewAs(new NarrowRule(axis, from, length, 1).Apply(Layout));
        result.CopyPart(part, new NarrowRule(axis, to, length, 1).Apply(result.Layout));
        part.Return();
    }
}

file readonly struct RollOperation(int axis, int shift) : IDerivative
{
    public string Name => "Roll";

    public void Describe(OperationAttributes attributes) => attributes.Add("axis", axis).Add("shift", shift);

    public Node CreateNode() => new OperationNode<RollOperation>(this);

    public void Backward(Node node, Tensor gradient, Span<Tensor?> gradients) => gradients[0] = gradient.Roll(-shift, axis);

    public Replay CreateReplay()
    {
        (int along, int by) = (axis, shift);
        return (inputs, outputs) => outputs[0] = inputs[0]!.Roll(by, along);
    }
}
