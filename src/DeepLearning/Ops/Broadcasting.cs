namespace DeepLearning;

/// <summary>The rules by which operands of different shapes meet, in one place.</summary>
internal static class Broadcasting
{
    /// <summary>A tensor for the result of two operands.</summary>
    public static Tensor Result(Tensor a, Tensor b, DType dtype, string operation)
    {
        CheckDevices(a, b, operation);
        return a.Layout.SameShape(b.Layout)
            ? Tensor.Allocate(a.Layout, dtype, a.Device)
            : Tensor.Allocate(Shape.Broadcast(a.Layout.Lengths, b.Layout.Lengths, operation), dtype, a.Device);
    }

    public static void CheckDevices(Tensor a, Tensor b, string operation)
    {
        if (!ReferenceEquals(a.Device, b.Device))
        {
            throw new DeviceException($"{operation}: one operand is on {a.Device}, the other on {b.Device}; move one with To(device).");
        }
    }

    /// <summary>Sums a gradient over the axes along which its owner was broadcast.</summary>
    public static Tensor SumTo(Tensor gradient, ReadOnlySpan<int> lengths, string operation)
    {
        int added = gradient.Rank - lengths.Length;
        List<int> axes = [];
        for (int axis = 0; axis < gradient.Rank; axis++)
        {
            int length = gradient.Layout.Lengths[axis];
            bool stretched = axis < added || (lengths[axis - added] == 1 && length != 1);
            if (stretched)
            {
                axes.Add(axis);
            }
            else if (axis >= added && lengths[axis - added] != length)
            {
                throw Mismatch(gradient, lengths, operation);
            }
        }

        if (added < 0)
        {
            // A gradient smaller than its owner, such as a constant: seen at the owner's shape.
            return gradient.Expand(lengths);
        }

        Tensor sum = axes.Count == 0 ? gradient : gradient.Sum(axes.ToArray(), keepDim: true);
        return sum.Reshape(lengths);
    }

    private static ShapeException Mismatch(Tensor gradient, ReadOnlySpan<int> lengths, string operation) => new(
        $"{operation}: a gradient of shape {gradient.Shape} does not fit a value of shape {Shape.Format(lengths)}; "
        + "it must be equal or broadcast from it.");
}
