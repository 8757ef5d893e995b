namespace DeepLearning.Layers;

/// <summary>
/// The greatest element of each channel over all axes behind it, [N, C, …] → [N, C]: see <see cref="Tensor.GlobalMaxPool"/>.
/// </summary>
/// <param name="keepDim">Keep these axes with length 1.</param>
public sealed class GlobalMaxPool(bool keepDim = false) : Layer
{
    /// <inheritdoc/>
    protected internal override string Details => keepDim ? "axes kept" : "";

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor input) => input.GlobalMaxPool(keepDim);
}
