namespace DeepLearning;

public partial class Tensor
{
    /// <summary>Differences of neighbors along an axis: yᵢ = xᵢ₊₁ − xᵢ, n times over; truth values are compared.</summary>
    /// <param name="n">How often.</param>
    /// <param name="axis">The axis; negative counts from the end.</param>
    /// <exception cref="ShapeException">The axis is out of range, or the tensor is a single number.</exception>
    /// <exception cref="ArgumentOutOfRangeException">n is negative.</exception>
    public Tensor Diff(int n = 1, int axis = -1)
    {
        OptionChecks.AtLeast(n, 0, nameof(Diff));
        axis = Rank == 0
            ? throw new ShapeException("Diff: a zero-dimensional tensor has no neighbours.")
            : Shape.Axis(axis, Rank, "Diff");
        if (n > 1 && DType.Compute() != DType)
        {
            return To(DType.Compute()).Diff(n, axis).To(DType);
        }

        Tensor y = this;
        for (int i = 0; i < n; i++)
        {
            int length = Math.Max(0, y.Size(axis) - 1);
            Tensor behind = y.Narrow(axis, y.Size(axis) - length, length), before = y.Narrow(axis, 0, length);
            y = DType == DType.Bool ? behind.LogicalXor(before) : behind - before;
        }

        return y;
    }
}
