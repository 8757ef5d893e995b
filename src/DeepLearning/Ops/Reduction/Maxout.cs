namespace DeepLearning;

public partial class Tensor
{
    /// <summary>
    /// The greatest of each group of neighboring positions along an axis: [.., k · n, ..] → [.., n, ..] for k pieces. Gradients go to the
    /// greatest, in even shares to equals (Goodfellow et al., "Maxout networks", 2013).
    /// </summary>
    /// <param name="pieces">k, the positions in a group.</param>
    /// <param name="axis">The axis; negative counts from the end.</param>
    /// <exception cref="ArgumentOutOfRangeException">The pieces are below 1.</exception>
    /// <exception cref="ShapeException">The axis is out of range, or its length no multiple of the pieces.</exception>
    public Tensor Maxout(int pieces, int axis = 1)
    {
        OptionChecks.AtLeast(pieces, 1, nameof(Maxout));
        int length = Size(axis), at = axis < 0 ? axis + Rank : axis;
        return length % pieces == 0
            ? Unflatten(at, length / pieces, pieces).Amax(at + 1)
            : throw new ShapeException(
                $"Maxout: axis {axis} of a tensor {Shape} has the length {length}, which cannot be cut into groups of {pieces}.");
    }
}
