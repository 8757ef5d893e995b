namespace DeepLearning.Layers;

/// <summary>y = x / (1 + |x|). See <see cref="Tensor.Softsign()"/>.</summary>
public sealed class Softsign : Layer
{
    /// <inheritdoc/>
    protected override Tensor Compute(Tensor input) => input.Softsign();
}
