namespace DeepLearning.Layers;

/// <summary>
/// The self-normalizing unit: a scaled <see cref="ELU"/> that keeps mean 0 and variance 1. See <see cref="Tensor.Selu()"/>.
/// </summary>
public sealed class SELU : Layer
{
    /// <inheritdoc/>
    protected override Tensor Compute(Tensor input) => input.Selu();
}
