namespace DeepLearning.Layers;

/// <summary>The mean of each channel over all axes behind it, [N, C, …] → [N, C]: see <see cref="Tensor.GlobalAvgPool"/>.</summary>
/// <param name="keepDim">Keep these axes with length 1.</param>
public sealed class GlobalAvgPool(bool keepDim = false) : Layer
{
    /// <inheritdoc/>
    protected internal override string Details => keepDim ? "axes kept" : "";

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor input) => input.GlobalAvgPool(keepDim);
}
