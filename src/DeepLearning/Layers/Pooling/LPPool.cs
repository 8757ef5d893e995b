using System.Globalization;

namespace DeepLearning.Layers;

/// <summary>(Σ xᵖ)^(1/p) of each window, over one, two or three spatial axes.</summary>
public abstract class LPPool : WindowPool
{
    private protected LPPool(int axes, double normType, PerAxis kernelSize, PerAxis? stride, bool ceilMode)
        : base(axes, kernelSize, stride, 0, 1, ceilMode)
    {
        LpPooling.CheckPower(normType, GetType().Name);
        NormType = normType;
    }

    /// <summary>The power p.</summary>
    public double NormType { get; }

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor input) => LpPooling.Run(input, NormType, KernelSize, Stride, CeilMode, Axes);

    private protected override string MoreDetails(string ceil) =>
        ceil + string.Create(CultureInfo.InvariantCulture, $", power {NormType}");
}
