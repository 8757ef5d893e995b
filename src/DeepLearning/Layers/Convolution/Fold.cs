namespace DeepLearning.Layers;

/// <summary>
/// The sum of overlapping windows that are columns, [N, C · height · width, L] → [N, C, H, W], or without N: see
/// <see cref="Tensor.Col2Im"/>. PyTorch's <c>nn.Fold</c>.
/// </summary>
public sealed class Fold : Layer
{
    /// <summary>Makes the layer.</summary>
    /// <param name="outputSize">The height and width of the image.</param>
    /// <param name="kernelSize">The height and width of a window.</param>
    /// <param name="dilation">The distance between the elements of a window; 1 when null.</param>
    /// <param name="padding">Zeros around the image that the windows reach over, and that are left out.</param>
    /// <param name="stride">The distance between windows; 1 when null.</param>
    /// <exception cref="ArgumentException">A size, stride or dilation is below 1, or a padding negative.</exception>
    public Fold(PerAxis outputSize, PerAxis kernelSize, PerAxis? dilation = null, PerAxis padding = default, PerAxis? stride = null)
    {
        (OutputSize, KernelSize, Dilation, Padding, Stride) = (outputSize, kernelSize, dilation ?? 1, padding, stride ?? 1);
        OutputSize.Check(2, 1, "output size", Kind);
        KernelSize.Check(2, 1, "kernel size", Kind);
        Dilation.Check(2, 1, "dilation", Kind);
        Padding.Check(2, 0, "padding", Kind);
        Stride.Check(2, 1, "stride", Kind);
    }

    /// <summary>The height and width of the image.</summary>
    public PerAxis OutputSize { get; }

    /// <summary>The height and width of a window.</summary>
    public PerAxis KernelSize { get; }

    /// <summary>The distance between the elements of a window.</summary>
    public PerAxis Dilation { get; }

    /// <summary>Zeros around the image.</summary>
    public PerAxis Padding { get; }

    /// <summary>The distance between windows.</summary>
    public PerAxis Stride { get; }

    /// <inheritdoc/>
    protected internal override string Details => $"output {OutputSize}, kernel {KernelSize}"
        + (Dilation == 1 ? "" : $", dilation {Dilation}")
        + (Padding == 0 ? "" : $", padding {Padding}")
        + (Stride == 1 ? "" : $", stride {Stride}");

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor input) => input.Col2Im(OutputSize, KernelSize, Dilation, Padding, Stride);
}
