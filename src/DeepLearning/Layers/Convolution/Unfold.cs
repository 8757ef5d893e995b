namespace DeepLearning.Layers;

/// <summary>
/// The windows of images as columns, [N, C, H, W] → [N, C · height · width, L], or without N: see <see cref="Tensor.Im2Col"/>. PyTorch's
/// <c>nn.Unfold</c>.
/// </summary>
public sealed class Unfold : Layer
{
    /// <summary>Makes the layer.</summary>
    /// <param name="kernelSize">The height and width of a window.</param>
    /// <param name="dilation">The distance between the elements of a window; 1 when null.</param>
    /// <param name="padding">Zeros around the image.</param>
    /// <param name="stride">The distance between windows; 1 when null.</param>
    /// <exception cref="ArgumentException">A size, stride or dilation is below 1, or a padding negative.</exception>
    public Unfold(PerAxis kernelSize, PerAxis? dilation = null, PerAxis padding = default, PerAxis? stride = null)
    {
        (KernelSize, Dilation, Padding, Stride) = (kernelSize, dilation ?? 1, padding, stride ?? 1);
        KernelSize.Check(2, 1, "kernel size", Kind);
        Dilation.Check(2, 1, "dilation", Kind);
        Padding.Check(2, 0, "padding", Kind);
        Stride.Check(2, 1, "stride", Kind);
    }

    /// <summary>The height and width of a window.</summary>
    public PerAxis KernelSize { get; }

    /// <summary>The distance between the elements of a window.</summary>
    public PerAxis Dilation { get; }

    /// <summary>Zeros around the image.</summary>
    public PerAxis Padding { get; }

    /// <summary>The distance between windows.</summary>
    public PerAxis Stride { get; }

    /// <inheritdoc/>
    protected internal override string Details => $"kernel {KernelSize}"
        + (Dilation == 1 ? "" : $", dilation {Dilation}")
        + (Padding == 0 ? "" : $", padding {Padding}")
        + (Stride == 1 ? "" : $", stride {Stride}");

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor input) => input.Im2Col(KernelSize, Dilation, Padding, Stride);
}
