using DeepLearning.Initializers;

namespace DeepLearning.Layers;

/// <summary>
/// Two-dimensional convolution, [N, in, H, W] → [N, out, H', W'], or without N: see <see cref="Tensor.Conv2d"/>. Starts with weight and
/// bias uniform in ±1/√fan, fan = in / groups · kernel height · kernel width, as PyTorch's <c>nn.Conv2d</c>.
/// </summary>
public sealed class Conv2d : Layer
{
    private readonly int[]? _around;

    /// <summary>Makes the layer.</summary>
    /// <param name="inChannels">The channels of the input.</param>
    /// <param name="outChannels">The channels of the output.</param>
    /// <param name="kernelSize">The height and width of the kernels.</param>
    /// <param name="stride">The distance between neighboring outputs; 1 when null.</param>
    /// <param name="padding">What is added around the input.</param>
    /// <param name="dilation">The distance between neighboring taps of a kernel; 1 when null.</param>
    /// <param name="groups">The groups into which the channels are cut; outputs see only the inputs of their group.</param>
    /// <param name="bias">Whether a bias is added.</param>
    /// <param name="paddingMode">What the padding consists of; zeros with <see cref="PadMode.Constant"/>.</param>
    /// <param name="dtype">The type of the parameters.</param>
    /// <param name="generator">The source of the starting values; <see cref="Generator.Default"/> when null.</param>
    /// <exception cref="ArgumentException">
    /// A number of channels, a kernel size, a stride, a dilation or the number of groups is below 1, a padding is negative, the channels
    /// are not a multiple of the groups, or "same" padding comes with a stride.
    /// </exception>
    public Conv2d(
        int inChannels, int outChannels, PerAxis kernelSize, PerAxis? stride = null, Padding padding = default, PerAxis? dilation = null,
        int groups = 1, bool bias = true, PadMode paddingMode = PadMode.Constant, DType dtype = DType.Float32, Generator? generator = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(inChannels, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(outChannels, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(groups, 1);
        (InChannels, OutChannels, KernelSize, Stride, Padding, Dilation, Groups, PaddingMode) =
            (inChannels, outChannels, kernelSize, stride ?? 1, padding, dilation ?? 1, groups, paddingMode);
        CheckArguments();
        ReadOnlySpan<int> kernel = [kernelSize[0], kernelSize[1]];
        _around = paddingMode == PadMode.Constant ? null : Padding.Around(kernel, Dilation);
        int fan = checked(inChannels / groups * kernel[0] * kernel[1]);
        double bound = 1 / Math.Sqrt(fan);
        Weight = Initialize.NewUniform([outChannels, inChannels / groups, .. kernel], bound, dtype, generator);
        Bias = bias ? Initialize.NewUniform([outChannels], bound, dtype, generator) : null;
    }

    /// <summary>The channels of the input.</summary>
    public int InChannels { get; }

    /// <summary>The channels of the output.</summary>
    public int OutChannels { get; }

    /// <summary>The height and width of the kernels.</summary>
    public PerAxis KernelSize { get; }

    /// <summary>The distance between neighboring outputs.</summary>
    public PerAxis Stride { get; }

    /// <summary>What is added around the input.</summary>
    public Padding Padding { get; }

    /// <summary>The distance between neighboring taps of a kernel.</summary>
    public PerAxis Dilation { get; }

    /// <summary>The groups into which the channels are cut.</summary>
    public int Groups { get; }

    /// <summary>What the padding consists of.</summary>
    public PadMode PaddingMode { get; }

    /// <summary>The kernels, [out, in / groups, height, width].</summary>
    public Parameter Weight { get; set; }

    /// <summary>The bias, [out], or null.</summary>
    public Parameter? Bias { get; set; }

    /// <inheritdoc/>
    protected internal override string Details =>
        $"{InChannels}→{OutChannels}, kernel {KernelSize}"
        + (Stride == 1 ? "" : $", stride {Stride}")
        + (Padding == Padding.Valid ? "" : $", padding {Padding}{(_around is null ? "" : $" {PaddingMode}")}")
        + (Dilation == 1 ? "" : $", dilation {Dilation}")
        + (Groups == 1 ? "" : $", {Groups} groups")
        + (Bias is null ? ", no bias" : "");

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor input) => _around is null
        ? input.Conv2d(Weight, Bias, Stride, Padding, Dilation, Groups)
        : input.Pad(_around, PaddingMode).Conv2d(Weight, Bias, Stride, 0, Dilation, Groups);

    private void CheckArguments()
    {
        KernelSize.Check(2, 1, "kernel size", "Conv2d");
        Stride.Check(2, 1, "stride", "Conv2d");
        Dilation.Check(2, 1, "dilation", "Conv2d");
        Padding.Check(2, Stride, "Conv2d");
        if (InChannels % Groups != 0 || OutChannels % Groups != 0)
        {
            throw new ArgumentException(
                $"Conv2d: {InChannels} input and {OutChannels} output channels cannot be cut into {Groups} groups; both must be "
                    + "multiples of it.");
        }
    }
}
