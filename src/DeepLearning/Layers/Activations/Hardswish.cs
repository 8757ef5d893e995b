namespace DeepLearning.Layers;

/// <summary>y = x · min(max(x + 3, 0), 6) / 6. See <see cref="Tensor.Hardswish()"/>.</summary>
public sealed class Hardswish : Layer
{
    /// <inheritdoc/>
    protected override Tensor Compute(Tensor input) => input.Hardswish();
}
