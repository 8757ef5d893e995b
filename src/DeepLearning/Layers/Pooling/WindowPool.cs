namespace DeepLearning.Layers;

/// <summary>What the poolings over windows of one size have in common.</summary>
public abstract class WindowPool : Layer
{
    private protected WindowPool(int axes, PerAxis kernelSize, PerAxis? stride, PerAxis padding, PerAxis dilation, bool ceilMode)
    {
        Pooling.CheckWindows(axes, kernelSize, stride ?? kernelSize, padding, dilation, GetType().Name);
        Axes = axes;
        KernelSize = kernelSize;
        Stride = stride ?? kernelSize;
        Padding = padding;
        CeilMode = ceilMode;
    }

    /// <summary>The lengths of a window.</summary>
    public PerAxis KernelSize { get; }

    /// <summary>The distance between windows.</summary>
    public PerAxis Stride { get; }

    /// <summary>How far windows reach over the edge.</summary>
    public PerAxis Padding { get; }

    /// <summary>Whether a last window that reaches over the end counts too.</summary>
    public bool CeilMode { get; }

    /// <inheritdoc/>
    protected internal override string Details =>
        $"kernel {KernelSize}" + (Stride == KernelSize ? "" : $", stride {Stride}") + (Padding == 0 ? "" : $", padding {Padding}")
        + MoreDetails(CeilMode ? ", ceil" : "");

    /// <summary>The number of spatial axes.</summary>
    private protected int Axes { get; }

    /// <summary>What is printed behind the windows.</summary>
    private protected abstract string MoreDetails(string ceil);
}
