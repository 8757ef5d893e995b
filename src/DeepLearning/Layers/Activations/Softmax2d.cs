namespace DeepLearning.Layers;

/// <summary>
/// Softmax over the channels of each position of [batch, channels, height, width] or [channels, height, width].
/// </summary>
public sealed class Softmax2d : Layer
{
    /// <inheritdoc/>
    protected override Tensor Compute(Tensor input) => input.Rank is 3 or 4
        ? input.Softmax(-3)
        : throw new ShapeException(
            $"Softmax2d: the input is [batch, channels, height, width] or [channels, height, width], not {input.Shape}.");
}
