using DeepLearning.Backends;
using DeepLearning.Initializers;

namespace DeepLearning.Layers;

/// <summary>
/// What the locally connected layers have in common: a convolution whose every output position has kernels and a bias of its own, so that
/// the size of its input is fixed.
/// </summary>
public abstract class LocallyConnectedLayer : Layer
{
    private readonly int _axes;
    private readonly int[] _outputs;
    private readonly int[] _inputs;

    private protected LocallyConnectedLayer(
        int axes, int inChannels, int outChannels, PerAxis inputSize, PerAxis kernelSize, PerAxis? stride, PerAxis padding,
        PerAxis? dilation, bool bias, DType dtype, Generator? generator)
    {
        OptionChecks.Floating(dtype, Kind);
        OptionChecks.AtLeast(inChannels, 1, Kind);
        OptionChecks.AtLeast(outChannels, 1, Kind);
        (InChannels, OutChannels, InputSize, KernelSize, Stride, Padding, Dilation) =
            (inChannels, outChannels, inputSize, kernelSize, stride ?? 1, padding, dilation ?? 1);
        InputSize.Check(axes, 1, "input size", Kind);
        KernelSize.Check(axes, 1, "kernel size", Kind);
        Stride.Check(axes, 1, "stride", Kind);
        Padding.Check(axes, 0, "padding", Kind);
        Dilation.Check(axes, 1, "dilation", Kind);
        _axes = axes;
        _inputs = [.. Enumerable.Range(0, axes).Select(axis => InputSize[axis])];
        _outputs = [.. Enumerable.Range(0, axes).Select(OutputsOf)];
        int[] kernel = [.. Enumerable.Range(0, axes).Select(axis => KernelSize[axis])];
        double bound = 1 / Math.Sqrt(kernel.Aggregate(inChannels, static (fan, taps) => checked(fan * taps)));
        Weight = Initialize.NewUniform([.. _outputs, outChannels, inChannels, .. kernel], bound, dtype, generator);
        Bias = bias ? Initialize.NewUniform([outChannels, .. _outputs], bound, dtype, generator) : null;
    }

    /// <summary>The channels of the input.</summary>
    public int InChannels { get; }

    /// <summary>The channels of the output.</summary>
    public int OutChannels { get; }

    /// <summary>The lengths of the input.</summary>
    public PerAxis InputSize { get; }

    /// <summary>The lengths of the kernels.</summary>
    public PerAxis KernelSize { get; }

    /// <summary>The distance between neighboring outputs.</summary>
    public PerAxis Stride { get; }

    /// <summary>Zeros around the input.</summary>
    public PerAxis Padding { get; }

    /// <summary>The distance between neighboring taps of a kernel.</summary>
    public PerAxis Dilation { get; }

    /// <summary>The kernels, [output position …, out, in, kernel …].</summary>
    public Parameter Weight { get; set; }

    /// <summary>The bias, [out, output position …], or null.</summary>
    public Parameter? Bias { get; set; }

    /// <inheritdoc/>
    protected internal override string Details =>
        $"{InChannels}→{OutChannels}, input {InputSize}, kernel {KernelSize}"
        + (Stride == 1 ? "" : $", stride {Stride}")
        + (Padding == 0 ? "" : $", padding {Padding}")
        + (Dilation == 1 ? "" : $", dilation {Dilation}")
        + (Bias is null ? ", no bias" : "");

    /// <summary>For each position a product of its kernels, [out, in · taps], with what it reads of all images, [in · taps, N].</summary>
    protected override Tensor Compute(Tensor input)
    {
        int[] wanted = [InChannels, .. _inputs];
        bool isBatched = input.Rank == _axes + 2;
        if ((!isBatched && input.Rank != _axes + 1) || !input.Shape.ToArray().AsSpan(input.Rank - wanted.Length).SequenceEqual(wanted))
        {
            string lengths = string.Join(", ", wanted);
            throw new ShapeException($"{Kind}: an input {input.Shape} does not fit; it is [N, {lengths}] or [{lengths}].");
        }

        if (Autocast.Enabled && input.DType.IsFloatingPoint())
        {
            // Its product is one in the 16-bit type.
            input = input.To(DTypes.Promote(input.DType, Weight.DType));
        }

        if (input.DType != Weight.DType)
        {
            throw new DTypeException(
                $"{Kind}: an input of {input.DType.Name()} and a weight of {Weight.DType.Name()} do not fit; convert the input with "
                + "To(...), or the model.");
        }

        DType dtype = input.DType, compute = dtype.Compute();
        Tensor x = (isBatched ? input : input.Unsqueeze(0)).To(compute);
        Tensor columns = _axes == 1
            ? x.Unsqueeze(2).Im2Col((1, KernelSize[0]), (1, Dilation[0]), (0, Padding[0]), (1, Stride[0]))
            : x.Im2Col(KernelSize, Dilation, Padding, Stride);
        int positions = columns.Size(2);
        Tensor kernels = ((Tensor)Weight).To(compute).Reshape(positions, OutChannels, columns.Size(1));
        Tensor y = kernels.MatMul(columns.Permute(2, 1, 0)).Permute(2, 1, 0).Reshape([x.Size(0), OutChannels, .. _outputs]);
        y = (Bias is { } bias ? y + bias.To(compute) : y).To(dtype);
        return isBatched ? y : y.Squeeze(0);
    }

    private int OutputsOf(int axis)
    {
        SpatialAxis spatial = new(InputSize[axis], KernelSize[axis], Stride[axis], Padding[axis], Dilation[axis]);
        return spatial.Outputs > 0 ? Shape.AxisLength(spatial.Outputs, Kind) : throw new ArgumentException(
            $"{Kind}: a kernel that reaches over {spatial.Reach} does not fit an input of {spatial.PaddedInput} with its padding; pad "
            + "more, or use a smaller kernel or dilation.");
    }
}
