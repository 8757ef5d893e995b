using System.Runtime.CompilerServices;

namespace DeepLearning;

/// <summary>The rules by which operands of different shapes meet, in one place.</summary>
internal static class Broadcasting
{
    /// <summary>A tensor for the result of two operands on one device.</summary>
    public static Tensor Result(Tensor a, Tensor b, DType dtype, string operation) => a.Layout.SameShape(b.Layout)
            ? Tensor.Allocate(a.Layout, dtype, a.Device)
            : Tensor.Allocate(Shape.Broadcast(a.Layout.Lengths, b.Layout.Lengths, operation), dtype, a.Device);

    /// <summary>
    /// Brings operands of two devices together: a zero-dimensional one on the host, which is a number as a rule, goes to where the other
    /// is. Others are not moved unasked, since the time that this takes is rarely meant.
    /// </summary>
    /// <exception cref="DeviceException">Neither is a number on the host.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (Tensor A, Tensor B) Join(Tensor a, Tensor b, string operation) =>
        ReferenceEquals(a.Device, b.Device) ? (a, b) : BringTogether(a, b, operation);

    private static (Tensor A, Tensor B) BringTogether(Tensor a, Tensor b, string operation)
    {
        if (IsHostNumber(a))
        {
            return (a.To(b.Device), b);
        }

        if (IsHostNumber(b))
        {
            return (a, b.To(a.Device));
        }

        CheckDevices(a, b, operation);
        return (a, b);
    }

    /// <summary>An operand for a tensor that is written to: a number on the host comes to it.</summary>
    public static Tensor Follow(Tensor operand, Tensor target, string operation)
    {
        ArgumentNullException.ThrowIfNull(operand);
        if (IsHostNumber(operand))
        {
            return operand.To(target.Device);
        }

        CheckDevices(target, operand, operation);
        return operand;
    }

    private static bool IsHostNumber(Tensor x) => x.Rank == 0 && ReferenceEquals(x.Device, Device.Cpu);

    public static void CheckDevices(Tensor a, Tensor b, string operation)
    {
        if (!ReferenceEquals(a.Device, b.Device))
        {
            throw new DeviceException(
                $"{operation}: one operand, {a.DType.Name()}{a.Shape}, is on {a.Device}, the other, {b.DType.Name()}{b.Shape}, "
                + $"on {b.Device}; move one with To(device).");
        }
    }

    /// <summary>Sums a gradient over the axes along which its owner was broadcast.</summary>
    public static Tensor SumTo(Tensor gradient, ReadOnlySpan<int> lengths, string operation)
    {
        int added = gradient.Rank - lengths.Length;
        List<int> axes = [];
        for (int axis = 0; axis < gradient.Rank; axis++)
        {
            int length = gradient.Size(axis);
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
