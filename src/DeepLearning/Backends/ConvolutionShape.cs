namespace DeepLearning.Backends;

/// <summary>
/// The sizes of a two-dimensional convolution: input [Batch, InputChannels, InputHeight, InputWidth], weight
/// [OutputChannels, InputChannels / Groups, KernelHeight, KernelWidth], output [Batch, OutputChannels, OutputHeight, OutputWidth],
/// all contiguous.
/// </summary>
internal readonly record struct ConvolutionShape
{
    public int Batch { get; init; }

    public int InputChannels { get; init; }

    public int InputHeight { get; init; }

    public int InputWidth { get; init; }

    public int OutputChannels { get; init; }

    public int KernelHeight { get; init; }

    public int KernelWidth { get; init; }

    public int StrideHeight { get; init; } = 1;

    public int StrideWidth { get; init; } = 1;

    /// <summary>Zeros above the input; as many lie below it.</summary>
    public int PaddingHeight { get; init; }

    /// <summary>Zeros left of the input; as many lie right of it.</summary>
    public int PaddingWidth { get; init; }

    public int DilationHeight { get; init; } = 1;

    public int DilationWidth { get; init; } = 1;

    public int Groups { get; init; } = 1;

    public ConvolutionShape()
    {
    }

    public int OutputHeight => Output(InputHeight, KernelHeight, StrideHeight, PaddingHeight, DilationHeight);

    public int OutputWidth => Output(InputWidth, KernelWidth, StrideWidth, PaddingWidth, DilationWidth);

    /// <summary>Input channels of one group.</summary>
    public int GroupInput => InputChannels / Groups;

    /// <summary>Output channels of one group.</summary>
    public int GroupOutput => OutputChannels / Groups;

    public int Taps => KernelHeight * KernelWidth;

    /// <summary>Multiply-adds of the whole convolution.</summary>
    public long Work => (long)Batch * OutputChannels * OutputHeight * OutputWidth * GroupInput * Taps;

    private static int Output(int size, int kernel, int stride, int padding, int dilation)
    {
        long room = size + (2L * padding) - ((long)dilation * (kernel - 1)) - 1;
        return room < 0 ? 0 : Shape.AxisLength((room / stride) + 1, "Conv2d");
    }

    /// <summary>Says what the convolution was told besides its tensors.</summary>
    public void Describe(OperationAttributes attributes) => attributes
        .Add("stride", [StrideHeight, StrideWidth]).Add("padding", [PaddingHeight, PaddingWidth])
        .Add("dilation", [DilationHeight, DilationWidth]).Add("groups", Groups);
}
