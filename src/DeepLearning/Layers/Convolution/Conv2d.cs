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
        int inChannels, int outChannels, Pair kernelSize, Pair? stride = null, Padding padding = default, Pair? dilation = null,
        int groups = 1, bool bias = true, PadMode paddingMode = PadMode.Constant, DType dtype = DType.Float32, Generator? generator = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(inChannels, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(outChannels, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(groups, 1);
        (InChannels, OutChannels, KernelSize, Stride, Padding, Dilation, Groups, PaddingMode) =
            (inChannels, outChannels, kernelSize, stride ?? 1, padding, dilation ?? 1, groups, paddingMode);
        CheckArguments();
        _around = paddingMode == PadMode.Constant ? null : Around();
        int fan = checked(inChannels / groups * kernelSize.Height * kernelSize.Width);
        double bound = 1 / Math.Sqrt(fan);
        Weight = Initialize.NewUniform([outChannels, inChannels / groups, kernelSize.Height, kernelSize.Width], bound, dtype, generator);
        Bias = bias ? Initialize.NewUniform([outChannels], bound, dtype, generator) : null;
    }

    /// <summary>The channels of the input.</summary>
    public int InChannels { get; }

    /// <summary>The channels of the output.</summary>
    public int OutChannels { get; }

    /// <summary>The height and width of the kernels.</summary>
    public Pair KernelSize { get; }

    /// <summary>The distance between neighboring outputs.</summary>
    public Pair Stride { get; }

    /// <summary>What is added around the input.</summary>
    public Padding Padding { get; }

    /// <summary>The distance between neighboring taps of a kernel.</summary>
    public Pair Dilation { get; }

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
        Check(KernelSize, 1, "kernel size");
        Check(Stride, 1, "stride");
        Check(Dilation, 1, "dilation");
        Check(Padding.Amount, 0, "padding");
        if (InChannels % Groups != 0 || OutChannels % Groups != 0)
        {
            throw new ArgumentException(
                $"Conv2d: {InChannels} input and {OutChannels} output channels cannot be cut into {Groups} groups; both must be "
                    + "multiples of it.");
        }

        if (Padding.IsSame && Stride != 1)
        {
            throw new ArgumentException($"Conv2d: padding \"same\" needs a stride of 1, not {Stride}.");
        }
    }

    private static void Check(Pair value, int least, string what)
    {
        if (value.Height < least || value.Width < least)
        {
            throw new ArgumentException($"Conv2d: a {what} of {value} does not fit; it must be at least {least}.");
        }
    }

    /// <summary>Elements left, right, above and below.</summary>
    private int[] Around()
    {
        if (!Padding.IsSame)
        {
            return [Padding.Amount.Width, Padding.Amount.Width, Padding.Amount.Height, Padding.Amount.Height];
        }

        int height = Dilation.Height * (KernelSize.Height - 1), width = Dilation.Width * (KernelSize.Width - 1);
        return [width / 2, width - (width / 2), height / 2, height - (height / 2)];
    }
}
