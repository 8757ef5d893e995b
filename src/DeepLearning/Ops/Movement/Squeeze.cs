namespace DeepLearning;

public partial class Tensor
{
    /// <summary>A view without the axes of length 1.</summary>
    public Tensor Squeeze() => Drop(Layout.Lengths.AsSpan(), all: true);

    /// <summary>A view without some axes, where their length is 1; others stay.</summary>
    /// <param name="axes">The axes; negative counts from the end.</param>
    /// <exception cref="ShapeException">An axis is out of range.</exception>
    public Tensor Squeeze(params ReadOnlySpan<int> axes) => Drop(axes, all: axes.Length == 0);

    /// <summary>A view with a new axis of length 1.</summary>
    /// <param name="axis">Where the new axis stands in the result; negative counts from the end.</param>
    /// <exception cref="ShapeException">The position is out of range.</exception>
    public Tensor Unsqueeze(int axis)
    {
        if (axis < -Rank - 1 || axis > Rank)
        {
            throw new ShapeException($"Unsqueeze: a new axis {axis} is out of range for a tensor {Shape}; use {-Rank - 1} to {Rank}.");
        }

        axis = axis < 0 ? axis + Rank + 1 : axis;
        ReadOnlySpan<int> lengths = Layout.Lengths;
        ReadOnlySpan<long> strides = Layout.Strides;
        // The stride of an axis of length 1 is never used; this one keeps contiguous layouts contiguous for others too.
        long stride = axis == Rank ? 1 : strides[axis] * lengths[axis];
        return this.ReshapeView(new Layout(
            [.. lengths[..axis], 1, .. lengths[axis..]], [.. strides[..axis], stride, .. strides[axis..]], Layout.Offset));
    }

    private Tensor Drop(ReadOnlySpan<int> axes, bool all)
    {
        Span<bool> drop = stackalloc bool[Rank];
        drop.Fill(all);
        if (!all)
        {
            foreach (int axis in axes)
            {
                int a = Shape.Axis(axis, Rank, "Squeeze");
                if (Rank > 0)
                {
                    drop[a] = true;
                }
            }
        }

        List<int> lengths = [];
        List<long> strides = [];
        for (int axis = 0; axis < Rank; axis++)
        {
            if (!drop[axis] || Size(axis) != 1)
            {
                lengths.Add(Size(axis));
                strides.Add(Layout.Strides[axis]);
            }
        }

        return lengths.Count == Rank ? this : this.ReshapeView(new Layout([.. lengths], [.. strides], Layout.Offset));
    }
}
