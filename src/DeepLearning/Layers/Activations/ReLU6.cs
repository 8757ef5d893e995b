namespace DeepLearning.Layers;

/// <summary>y = min(max(x, 0), 6). See <see cref="Tensor.Relu6()"/>.</summary>
public sealed class ReLU6 : Layer
{
    /// <inheritdoc/>
    protected override Tensor Compute(Tensor input) => input.Relu6();
}
