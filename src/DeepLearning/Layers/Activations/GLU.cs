namespace DeepLearning.Layers;

/// <summary>y = a · σ(b) of the halves a and b along an axis. See <see cref="Tensor.Glu(int)"/>.</summary>
/// <param name="axis">The axis to halve; negative counts from the end.</param>
public sealed class GLU(int axis = -1) : Layer
{
    /// <inheritdoc/>
    protected internal override string Details => $"axis {axis}";

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor input) => input.Glu(axis);
}
