namespace DeepLearning.Layers;

/// <summary>Splits an axis into several: [N, C·H·W] → [N, C, H, W].</summary>
public sealed class Unflatten : Layer
{
    private readonly int _axis;
    private readonly Shape _lengths;

    /// <summary>Makes the layer.</summary>
    /// <param name="axis">The axis to split; negative counts from the end.</param>
    /// <param name="lengths">The lengths it splits into; one may be −1 and follows from the others.</param>
    public Unflatten(int axis, params ReadOnlySpan<int> lengths)
    {
        _axis = axis;
        _lengths = Shape.Own(lengths.ToArray());
    }

    /// <inheritdoc/>
    protected internal override string Details => $"axis {_axis} to {_lengths}";

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor input) => input.Unflatten(_axis, _lengths);
}
