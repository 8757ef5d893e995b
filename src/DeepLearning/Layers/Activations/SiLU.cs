namespace DeepLearning.Layers;

/// <summary>y = x · σ(x), also called swish. See <see cref="Tensor.Silu()"/>.</summary>
public sealed class SiLU : Layer
{
    /// <inheritdoc/>
    protected override Tensor Compute(Tensor input) => input.Silu();
}
