namespace DeepLearning.Layers;

/// <summary>y = log σ(x). See <see cref="Tensor.LogSigmoid()"/>.</summary>
public sealed class LogSigmoid : Layer
{
    /// <inheritdoc/>
    protected override Tensor Compute(Tensor input) => input.LogSigmoid();
}
