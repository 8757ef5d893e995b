namespace DeepLearning.Layers;

/// <summary>y = 1 / (1 + e⁻ˣ). See <see cref="Tensor.Sigmoid()"/>.</summary>
public sealed class Sigmoid : Layer
{
    /// <inheritdoc/>
    protected override Tensor Compute(Tensor input) => input.Sigmoid();
}
