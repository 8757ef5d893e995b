namespace DeepLearning.Layers;

/// <summary>y = eˣ / Σ eˣ along an axis. See <see cref="Tensor.Softmax(int)"/>.</summary>
/// <param name="axis">The axis along which the results add up to 1; negative counts from the end.</param>
public sealed class Softmax(int axis) : Layer
{
    /// <inheritdoc/>
    protected internal override string Details => $"axis {axis}";

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor input) => input.Softmax(axis);
}
