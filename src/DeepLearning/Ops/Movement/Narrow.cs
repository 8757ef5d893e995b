namespace DeepLearning;

public partial class Tensor
{
    /// <summary>A view of a stretch of one axis.</summary>
    /// <param name="axis">The axis; negative counts from the end.</param>
    /// <param name="start">The first element; negative counts from the end.</param>
    /// <param name="length">The number of elements.</param>
    /// <returns>A view with the axis shortened to <paramref name="length"/>.</returns>
    /// <exception cref="ShapeException">The axis or the stretch is out of range.</exception>
    public Tensor Narrow(int axis, int start, int length)
    {
        axis = this.AxisOf(axis, "Narrow");
        int size = Size(axis);
        int first = start < 0 ? start + size : start;
        if (first < 0 || length < 0 || first > size - length)
        {
            throw new ShapeException(
                $"Narrow: {length} elements from {start} do not fit axis {axis} of length {size} of a tensor {Shape}; "
                + "start and length must be within it.");
        }

        return this.NarrowAxis(axis, first, length);
    }

    /// <summary>A view of one position of an axis, without that axis.</summary>
    /// <param name="axis">The axis; negative counts from the end.</param>
    /// <param name="index">The position; negative counts from the end.</param>
    /// <exception cref="ShapeException">The axis is out of range.</exception>
    /// <exception cref="IndexException">The position is out of range.</exception>
    public Tensor Select(int axis, int index)
    {
        axis = this.AxisOf(axis, "Select");
        int size = Size(axis);
        return this.ViewBy(new SelectRule(axis, IndexTensors.Position(index, axis, size, "Select")));
    }
}

/// <summary>Picks every <paramref name="step"/>-th element of a stretch of one axis.</summary>
internal readonly struct NarrowRule(int axis, int start, int length, int step) : IViewRule
{
    public static string Name => "Narrow";

    public void Describe(OperationAttributes attributes) =>
        attributes.Add("axis", axis).Add("start", start).Add("length", length).Add("step", step);

    public Layout Apply(Layout source)
    {
        int[] lengths = source.Lengths.AsSpan().ToArray();
        long[] strides = source.Strides.AsSpan().ToArray();
        lengths[axis] = length;
        strides[axis] *= step;
        return new Layout(lengths, strides, source.Offset + (length == 0 ? 0 : start * source.Strides[axis]));
    }
}

/// <summary>Picks one position of an axis and drops the axis.</summary>
internal readonly struct SelectRule(int axis, int index) : IViewRule
{
    public static string Name => "Select";

    public void Describe(OperationAttributes attributes) => attributes.Add("axis", axis).Add("index", index);

    public Layout Apply(Layout source)
    {
        int[] lengths = [.. source.Lengths.AsSpan(0, axis), .. source.Lengths.AsSpan(axis + 1)];
        long[] strides = [.. source.Strides.AsSpan(0, axis), .. source.Strides.AsSpan(axis + 1)];
        return new Layout(lengths, strides, source.Offset + (index * source.Strides[axis]));
    }
}
