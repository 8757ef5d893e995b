namespace DeepLearning.Layers;

/// <summary>−1, 0 or 1 by the sign. See <see cref="Tensor.Sign(bool)"/>.</summary>
/// <param name="straightThrough">Whether the gradient passes as if the output were the input; otherwise it is 0.</param>
public sealed class Sign(bool straightThrough = false) : Layer
{
    /// <inheritdoc/>
    protected internal override string Details => straightThrough ? "straight through" : "";

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor input) => input.Sign(straightThrough);
}
