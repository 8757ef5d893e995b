namespace DeepLearning;

public partial class Tensor
{
    /// <summary>Views of pieces of equal length along one axis; the last may be shorter.</summary>
    /// <param name="size">The length of a piece.</param>
    /// <param name="axis">The axis; negative counts from the end.</param>
    /// <exception cref="ShapeException">The axis is out of range, or the size is not positive.</exception>
    public Tensor[] Split(int size, int axis = 0)
    {
        axis = this.AxisOf(axis, "Split");
        int length = Size(axis);
        if (size < 0 || (size == 0 && length > 0))
        {
            throw new ShapeException($"Split: pieces of length {size} cannot cover axis {axis} of length {length}; use at least 1.");
        }

        // An axis without elements gives one piece without elements.
        int count = size == 0 ? 1 : Math.Max((int)(((long)length + size - 1) / size), 1);
        Tensor[] pieces = new Tensor[count];
        for (int i = 0; i < count; i++)
        {
            pieces[i] = this.NarrowAxis(axis, i * size, Math.Min(size, length - (i * size)));
        }

        return pieces;
    }

    /// <summary>Views of pieces of given lengths along one axis.</summary>
    /// <param name="sizes">The lengths; they add up to the axis's.</param>
    /// <param name="axis">The axis; negative counts from the end.</param>
    /// <exception cref="ShapeException">The axis is out of range, or the sizes do not add up to its length.</exception>
    public Tensor[] Split(ReadOnlySpan<int> sizes, int axis = 0)
    {
        axis = this.AxisOf(axis, "Split");
        long sum = 0;
        bool negative = false;
        foreach (int size in sizes)
        {
            sum += size;
            negative |= size < 0;
        }

        if (negative || sum != Size(axis))
        {
            throw new ShapeException(
                $"Split: the sizes {Shape.Format(sizes)} add up to {sum}, not to the length {Size(axis)} of axis "
                + $"{axis} of a tensor {Shape}.");
        }

        Tensor[] pieces = new Tensor[sizes.Length];
        int start = 0;
        for (int i = 0; i < pieces.Length; i++)
        {
            pieces[i] = this.NarrowAxis(axis, start, sizes[i]);
            start += sizes[i];
        }

        return pieces;
    }

    /// <summary>
    /// Views of at most a given number of pieces along one axis, of ⌈length / count⌉ elements each; the last may be shorter.
    /// </summary>
    /// <param name="count">The number of pieces; there are fewer when shorter ones suffice.</param>
    /// <param name="axis">The axis; negative counts from the end.</param>
    /// <exception cref="ShapeException">The axis is out of range, or the count is not positive.</exception>
    public Tensor[] Chunk(int count, int axis = 0)
    {
        axis = this.AxisOf(axis, "Chunk");
        if (count < 1)
        {
            throw new ShapeException($"Chunk: {count} pieces are not possible; use at least 1.");
        }

        int length = Size(axis);
        if (length > 0)
        {
            return Split((int)(((long)length + count - 1) / count), axis);
        }

        int[] sizes = new int[count];
        return Split(sizes, axis);
    }

    /// <summary>Views of all positions of one axis, without that axis.</summary>
    /// <param name="axis">The axis; negative counts from the end.</param>
    /// <exception cref="ShapeException">The axis is out of range.</exception>
    public Tensor[] Unbind(int axis = 0)
    {
        axis = this.AxisOf(axis, "Unbind");
        Tensor[] slices = new Tensor[Size(axis)];
        for (int i = 0; i < slices.Length; i++)
        {
            slices[i] = this.ViewBy(new SelectRule(axis, i));
        }

        return slices;
    }
}
