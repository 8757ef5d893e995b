namespace DeepLearning;

public partial class Tensor
{
    /// <summary>
    /// The product summed over the last <paramref name="count"/> axes of this tensor and the first ones of the other: 0 gives the outer
    /// product, 1 the matrix product.
    /// </summary>
    /// <param name="other">The other tensor.</param>
    /// <param name="count">How many axes.</param>
    /// <returns>This tensor's other axes, then those of <paramref name="other"/>.</returns>
    /// <exception cref="ShapeException">There are too few axes, or their lengths differ.</exception>
    public Tensor Tensordot(Tensor other, int count = 2)
    {
        ArgumentNullException.ThrowIfNull(other);
        if (count < 0 || count > Rank || count > other.Rank)
        {
            throw new ShapeException(
                $"Tensordot: {count} axes cannot be summed over in {Shape} and {other.Shape}; use 0 to {Math.Min(Rank, other.Rank)}.");
        }

        int[] axes = new int[count], others = new int[count];
        for (int i = 0; i < count; i++)
        {
            (axes[i], others[i]) = (Rank - count + i, i);
        }

        return Tensordot(other, axes, others);
    }

    /// <summary>The product summed over pairs of axes.</summary>
    /// <param name="other">The other tensor.</param>
    /// <param name="axes">The axes of this tensor to sum over; negative counts from the end.</param>
    /// <param name="otherAxes">For each, the axis of <paramref name="other"/> that goes with it.</param>
    /// <returns>This tensor's other axes, then those of <paramref name="other"/>.</returns>
    /// <exception cref="ShapeException">The lists differ in length, an axis is out of range or stands twice, or lengths differ.</exception>
    public Tensor Tensordot(Tensor other, ReadOnlySpan<int> axes, ReadOnlySpan<int> otherAxes)
    {
        if (Autocast.Enabled)
        {
            using Autocast.Operation cast = Autocast.Enter("Tensordot", this, other);
            return cast.Of(this).Tensordot(cast.Of(other), axes, otherAxes);
        }

        ArgumentNullException.ThrowIfNull(other);
        if (axes.Length != otherAxes.Length)
        {
            throw new ShapeException(
                $"Tensordot: {Shape.Format(axes)} and {Shape.Format(otherAxes)} name different numbers of axes; they go in pairs.");
        }

        int[] own = LabelAxes(this, axes, 0), theirs = LabelAxes(other, otherAxes, Rank);
        for (int i = 0; i < axes.Length; i++)
        {
            int a = Shape.Axis(axes[i], Rank, "Tensordot"), b = Shape.Axis(otherAxes[i], other.Rank, "Tensordot");
            if (Size(a) != other.Size(b))
            {
                throw new ShapeException(
                    $"Tensordot: axis {axes[i]} of {Shape} has length {Size(a)}, its partner, axis {otherAxes[i]} of "
                    + $"{other.Shape}, {other.Size(b)}; they must be equal.");
            }

            theirs[b] = own[a];
        }

        int[] wanted = [.. own.Except(theirs), .. theirs.Except(own)];
        return LabeledTensor.Contract(new LabeledTensor(this, own), new LabeledTensor(other, theirs), wanted).Tensor;
    }

    private static int[] LabelAxes(Tensor tensor, ReadOnlySpan<int> axes, int first)
    {
        HashSet<int> seen = [];
        foreach (int axis in axes)
        {
            if (!seen.Add(Shape.Axis(axis, tensor.Rank, "Tensordot")) || tensor.Rank == 0)
            {
                throw new ShapeException($"Tensordot: axis {axis} of {tensor.Shape} stands twice in {Shape.Format(axes)}, or is none.");
            }
        }

        return [.. Enumerable.Range(first, tensor.Rank)];
    }
}
