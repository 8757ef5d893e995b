namespace DeepLearning.Layers;

/// <summary>y = x · Φ(x), Φ being the normal distribution function. See <see cref="Tensor.Gelu(bool)"/>.</summary>
/// <param name="approximate">Whether the formula with tanh is used instead of the error function.</param>
public sealed class GELU(bool approximate = false) : Layer
{
    /// <inheritdoc/>
    protected internal override string Details => approximate ? "tanh" : "";

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor input) => input.Gelu(approximate);
}
