namespace DeepLearning.Layers;

/// <summary>
/// The greatest of each group of neighboring features, [batch, k · n, ..] → [batch, n, ..], behind a layer that computes k affine maps for
/// each output. See <see cref="Tensor.Maxout"/>.
/// </summary>
public sealed class Maxout : Layer
{
    private readonly int _pieces;
    private readonly int _axis;

    /// <summary>Makes the layer.</summary>
    /// <param name="pieces">k, the features in a group.</param>
    /// <param name="axis">The axis of the features; negative counts from the end.</param>
    /// <exception cref="ArgumentOutOfRangeException">The pieces are below 1.</exception>
    public Maxout(int pieces, int axis = 1)
    {
        OptionChecks.AtLeast(pieces, 1, nameof(Maxout));
        (_pieces, _axis) = (pieces, axis);
    }

    /// <inheritdoc/>
    protected internal override string Details => $"{_pieces} pieces, axis {_axis}";

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor input) => input.Maxout(_pieces, _axis);
}
