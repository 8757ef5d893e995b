namespace DeepLearning.Layers;

/// <summary>y = x · tanh(softplus(x)). See <see cref="Tensor.Mish()"/>.</summary>
public sealed class Mish : Layer
{
    /// <inheritdoc/>
    protected override Tensor Compute(Tensor input) => input.Mish();
}
