namespace DeepLearning.Backends;

/// <summary>
/// The sizes of a convolution over one to three spatial axes: input [Batch, InputChannels, axes ..], weight
/// [OutputChannels, InputChannels / Groups, kernel ..], output [Batch, OutputChannels, axes ..], all contiguous. The axes that are used
/// are the last ones; those before are <see cref="SpatialAxis.None"/>, so that a kernel for more axes does fewer, too.
/// </summary>
internal readonly record struct ConvolutionShape
{
    public int Batch { get; init; }

    public int InputChannels { get; init; }

    public int OutputChannels { get; init; }

    public int Groups { get; init; } = 1;

    /// <summary>How many spatial axes there are.</summary>
    public int Axes { get; init; } = 2;

    public SpatialAxis Depth { get; init; } = SpatialAxis.None;

    public SpatialAxis Height { get; init; } = SpatialAxis.None;

    public SpatialAxis Width { get; init; } = SpatialAxis.None;

    public ConvolutionShape()
    {
    }

    public int InputHeight => Height.Input;

    public int InputWidth => Width.Input;

    public int KernelHeight => Height.Kernel;

    public int KernelWidth => Width.Kernel;

    public int StrideHeight => Height.Stride;

    public int StrideWidth => Width.Stride;

    public int PaddingHeight => Height.Padding;

    public int PaddingWidth => Width.Padding;

    public int DilationHeight => Height.Dilation;

    public int DilationWidth => Width.Dilation;

    public int OutputHeight => Height.Output;

    public int OutputWidth => Width.Output;

    /// <summary>Input channels of one group.</summary>
    public int GroupInput => InputChannels / Groups;

    /// <summary>Output channels of one group.</summary>
    public int GroupOutput => OutputChannels / Groups;

    public int Taps => Depth.Kernel * Height.Kernel * Width.Kernel;

    /// <summary>Elements of one channel of the input.</summary>
    public long InputSize => (long)Depth.Input * Height.Input * Width.Input;

    /// <summary>Elements of one channel of the output.</summary>
    public long OutputSize => (long)Depth.Output * Height.Output * Width.Output;

    /// <summary>Multiply-adds of the whole convolution.</summary>
    public long Work => Batch * OutputChannels * OutputSize * GroupInput * Taps;

    public int[] InputLengths => [Batch, InputChannels, .. Last(Depth.Input, Height.Input, Width.Input)];

    public int[] WeightLengths => [OutputChannels, GroupInput, .. Last(Depth.Kernel, Height.Kernel, Width.Kernel)];

    public int[] OutputLengths => [Batch, OutputChannels, .. Last(Depth.Output, Height.Output, Width.Output)];

    /// <summary>The output padding of the transposed convolution.</summary>
    public int[] OutputPadding => Last(Depth.OutputPadding, Height.OutputPadding, Width.OutputPadding);

    /// <summary>Says what the convolution was told besides its tensors.</summary>
    public void Describe(OperationAttributes attributes) => attributes
        .Add("stride", Last(Depth.Stride, Height.Stride, Width.Stride)).Add("padding", Last(Depth.Padding, Height.Padding, Width.Padding))
        .Add("dilation", Last(Depth.Dilation, Height.Dilation, Width.Dilation)).Add("groups", Groups);

    /// <summary>The windows of images as columns: [Batch, channels and taps, positions].</summary>
    public int[] ColumnLengths => [Batch, InputChannels * Taps, (int)OutputSize];

    /// <summary>Says what the windows were told besides the images.</summary>
    public void DescribeWindows(OperationAttributes attributes) => attributes
        .Add("kernelSize", Last(Depth.Kernel, Height.Kernel, Width.Kernel)).Add("stride", Last(Depth.Stride, Height.Stride, Width.Stride))
        .Add("padding", Last(Depth.Padding, Height.Padding, Width.Padding))
        .Add("dilation", Last(Depth.Dilation, Height.Dilation, Width.Dilation));

    private int[] Last(int depth, int height, int width) => Axes switch
    {
        1 => [width],
        2 => [height, width],
        _ => [depth, height, width],
    };
}
