namespace DeepLearning.Layers;

/// <summary>The means of windows that cover each channel evenly.</summary>
public abstract class AdaptiveAvgPool : AdaptivePool
{
    private protected AdaptiveAvgPool(int?[] sizes)
        : base(sizes)
    {
    }

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor input) => AveragePooling.Run(input, Windows(input), null);
}
