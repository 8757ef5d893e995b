namespace DeepLearning;

public partial class Tensor
{
    /// <summary>
    /// The same elements with a range of axes joined into one; a zero-dimensional tensor becomes a vector of one element.
    /// </summary>
    /// <param name="startAxis">The first axis to join; negative counts from the end.</param>
    /// <param name="endAxis">The last axis to join; negative counts from the end.</param>
    /// <returns>A view where the layout allows it, else a copy.</returns>
    /// <exception cref="ShapeException">An axis is out of range, or the first comes after the last.</exception>
    public Tensor Flatten(int startAxis = 0, int endAxis = -1)
    {
        int start = Shape.Axis(startAxis, Rank, "Flatten"), end = Shape.Axis(endAxis, Rank, "Flatten");
        if (start > end)
        {
            throw new ShapeException($"Flatten: axis {startAxis} comes after axis {endAxis} in a tensor {Shape}; startAxis must not.");
        }

        if (Rank == 0)
        {
            return Reshape(1);
        }

        ReadOnlySpan<int> lengths = Layout.Lengths;
        int joined = Shape.AxisLength(Shape.CountOf(lengths[start..(end + 1)]), "Flatten");
        return Reshape([.. lengths[..start], joined, .. lengths[(end + 1)..]]);
    }

    /// <summary>The same elements with one axis split into several: a view.</summary>
    /// <param name="axis">The axis; negative counts from the end.</param>
    /// <param name="sizes">The lengths of the new axes; one may be −1 and follows from the others.</param>
    /// <exception cref="ShapeException">The axis is out of range, or the lengths do not multiply to its own.</exception>
    public Tensor Unflatten(int axis, params ReadOnlySpan<int> sizes)
    {
        axis = this.AxisOf(axis, "Unflatten");
        int length = Size(axis), unknown = sizes.IndexOf(-1);
        long known = 1;
        int[] parts = sizes.ToArray();
        for (int i = 0; i < parts.Length; i++)
        {
            known = i == unknown ? known : Shape.Product(known, parts[i]);
        }

        if (unknown >= 0 && known > 0 && length % known == 0)
        {
            parts[unknown] = (int)(length / known);
            known = length;
        }

        if (parts.Length == 0 || known != length || parts.AsSpan().ContainsAnyInRange(int.MinValue, -1))
        {
            throw new ShapeException(
                $"Unflatten: axis {axis} of length {length} of a tensor {Shape} cannot be split into {Shape.Format(sizes)}; "
                + "the lengths must multiply to it (one may be -1).");
        }

        ReadOnlySpan<int> lengths = Layout.Lengths;
        return View([.. lengths[..axis], .. parts, .. lengths[(axis + 1)..]]);
    }
}
