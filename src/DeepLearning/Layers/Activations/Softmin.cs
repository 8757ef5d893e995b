namespace DeepLearning.Layers;

/// <summary>y = e⁻ˣ / Σ e⁻ˣ along an axis. See <see cref="Tensor.Softmin(int)"/>.</summary>
/// <param name="axis">The axis along which the results add up to 1; negative counts from the end.</param>
public sealed class Softmin(int axis) : Layer
{
    /// <inheritdoc/>
    protected internal override string Details => $"axis {axis}";

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor input) => input.Softmin(axis);
}
