namespace DeepLearning.Layers;

/// <summary>y = min(max(x / 6 + 1/2, 0), 1). See <see cref="Tensor.Hardsigmoid()"/>.</summary>
public sealed class Hardsigmoid : Layer
{
    /// <inheritdoc/>
    protected override Tensor Compute(Tensor input) => input.Hardsigmoid();
}
