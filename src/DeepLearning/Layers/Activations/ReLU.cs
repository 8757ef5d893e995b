namespace DeepLearning.Layers;

/// <summary>y = max(x, 0). See <see cref="Tensor.Relu()"/>.</summary>
public sealed class ReLU : Layer
{
    /// <inheritdoc/>
    protected override Tensor Compute(Tensor input) => input.Relu();
}
