namespace DeepLearning.Layers;

/// <summary>y = x − log Σ eˣ along an axis. See <see cref="Tensor.LogSoftmax(int)"/>.</summary>
/// <param name="axis">The axis; negative counts from the end.</param>
public sealed class LogSoftmax(int axis) : Layer
{
    /// <inheritdoc/>
    protected internal override string Details => $"axis {axis}";

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor input) => input.LogSoftmax(axis);
}
