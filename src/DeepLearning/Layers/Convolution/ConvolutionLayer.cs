using DeepLearning.Initializers;

namespace DeepLearning.Layers;

/// <summary>
/// What the convolutions have in common: their numbers, the weight and the bias. Both start uniform in ±1/√fan, as PyTorch's, where fan is
/// the second length of the weight times the taps of a kernel.
/// </summary>
public abstract class ConvolutionLayer : Layer
{
    private protected ConvolutionLayer(
        int axes, bool isTransposed, int inChannels, int outChannels, PerAxis kernelSize, PerAxis? stride, Padding padding,
        PerAxis? dilation, int groups, bool bias, PadMode paddingMode, DType dtype, Generator? generator)
    {
        OptionChecks.Floating(dtype, Kind);
        OptionChecks.AtLeast(inChannels, 1, Kind);
        OptionChecks.AtLeast(outChannels, 1, Kind);
        OptionChecks.AtLeast(groups, 1, Kind);
        (InChannels, OutChannels, KernelSize, Stride, Padding, Dilation, Groups, PaddingMode) =
            (inChannels, outChannels, kernelSize, stride ?? 1, padding, dilation ?? 1, groups, paddingMode);
        if (!Enum.IsDefined(paddingMode))
        {
            throw new ArgumentOutOfRangeException(nameof(paddingMode), paddingMode, $"{Kind}: there is no such padding mode.");
        }

        CheckArguments(axes);
        int[] kernel = [.. Enumerable.Range(0, axes).Select(axis => KernelSize[axis])];
        Around = paddingMode == PadMode.Constant ? null : Padding.Around(kernel, Dilation);
        (int first, int second) = isTransposed ? (inChannels, outChannels) : (outChannels, inChannels);
        double bound = 1 / Math.Sqrt(kernel.Aggregate(second / groups, static (fan, taps) => checked(fan * taps)));
        Weight = Initialize.NewUniform([first, second / groups, .. kernel], bound, dtype, generator);
        Bias = bias ? Initialize.NewUniform([outChannels], bound, dtype, generator) : null;
    }

    /// <summary>The channels of the input.</summary>
    public int InChannels { get; }

    /// <summary>The channels of the output.</summary>
    public int OutChannels { get; }

    /// <summary>The lengths of the kernels.</summary>
    public PerAxis KernelSize { get; }

    /// <summary>The distance between neighboring windows.</summary>
    public PerAxis Stride { get; }

    /// <summary>What is added around the input of a convolution, and left out of the output of a transposed one.</summary>
    public Padding Padding { get; }

    /// <summary>The distance between neighboring taps of a kernel.</summary>
    public PerAxis Dilation { get; }

    /// <summary>The groups into which the channels are cut.</summary>
    public int Groups { get; }

    /// <summary>What the padding consists of.</summary>
    public PadMode PaddingMode { get; }

    /// <summary>The kernels, [out, in / groups, kernel …]; [in, out / groups, kernel …] of a transposed convolution.</summary>
    public Parameter Weight { get; set; }

    /// <summary>The bias, [out], or null.</summary>
    public Parameter? Bias { get; set; }

    /// <inheritdoc/>
    protected internal override string Details =>
        $"{InChannels}→{OutChannels}, kernel {KernelSize}"
        + (Stride == 1 ? "" : $", stride {Stride}")
        + (Padding == Padding.Valid ? "" : $", padding {Padding}{(Around is null ? "" : $" {PaddingMode}")}")
        + (OutputDetails is "" ? "" : $", {OutputDetails}")
        + (Dilation == 1 ? "" : $", dilation {Dilation}")
        + (Groups == 1 ? "" : $", {Groups} groups")
        + (Bias is null ? ", no bias" : "");

    /// <summary>What is printed about the output.</summary>
    private protected virtual string OutputDetails => "";

    /// <summary>The padding that is not zeros, the last axis first; null where there is none.</summary>
    private protected int[]? Around { get; }

    /// <summary>The input with the padding that is not zeros, and the padding that is left.</summary>
    private protected (Tensor Input, Padding Padding) Padded(Tensor input) =>
        Around is null ? (input, Padding) : (input.Pad(Around, PaddingMode), Padding.Valid);

    private void CheckArguments(int axes)
    {
        KernelSize.Check(axes, 1, "kernel size", Kind);
        Stride.Check(axes, 1, "stride", Kind);
        Dilation.Check(axes, 1, "dilation", Kind);
        Padding.Check(axes, Stride, Kind);
        if (InChannels % Groups != 0 || OutChannels % Groups != 0)
        {
            throw new ArgumentException(
                $"{Kind}: {InChannels} input and {OutChannels} output channels cannot be cut into {Groups} groups; both must be "
                    + "multiples of it.");
        }
    }
}
