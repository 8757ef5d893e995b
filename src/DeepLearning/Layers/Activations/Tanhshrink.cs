namespace DeepLearning.Layers;

/// <summary>y = x − tanh x. See <see cref="Tensor.Tanhshrink()"/>.</summary>
public sealed class Tanhshrink : Layer
{
    /// <inheritdoc/>
    protected override Tensor Compute(Tensor input) => input.Tanhshrink();
}
