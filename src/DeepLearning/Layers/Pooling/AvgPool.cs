namespace DeepLearning.Layers;

/// <summary>The mean of each window, over one, two or three spatial axes.</summary>
public abstract class AvgPool : WindowPool
{
    private readonly bool _countIncludePad;
    private readonly int? _divisor;

    private protected AvgPool(
        int axes, PerAxis kernelSize, PerAxis? stride, PerAxis padding, bool ceilMode, bool countIncludePad, int? divisorOverride)
        : base(axes, kernelSize, stride, padding, 1, ceilMode)
    {
        Pooling.CheckDivisor(divisorOverride, GetType().Name);
        _countIncludePad = countIncludePad;
        _divisor = divisorOverride;
    }

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor input) => AveragePooling.Run(
        input, Pooling.Regular(input, KernelSize, Stride, Padding, 1, CeilMode, _countIncludePad, Axes, $"AvgPool{Axes}d"), _divisor);

    private protected override string MoreDetails(string ceil) =>
        ceil + (_countIncludePad ? "" : ", padding not counted")
        + (_divisor is { } divisor ? FormattableString.Invariant($", divisor {divisor}") : "");
}
