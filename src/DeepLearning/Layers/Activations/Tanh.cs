namespace DeepLearning.Layers;

/// <summary>The hyperbolic tangent. See <see cref="Tensor.Tanh()"/>.</summary>
public sealed class Tanh : Layer
{
    /// <inheritdoc/>
    protected override Tensor Compute(Tensor input) => input.Tanh();
}
