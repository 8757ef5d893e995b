namespace DeepLearning.Backends.Cpu;

/// <summary>Where the outputs of a sliding window are written: elements from one to the next along each axis.</summary>
internal readonly record struct ConvolutionTarget(int ColumnStride, long RowStride, long PlaneStride, long ChannelStride)
{
    /// <summary>Side by side.</summary>
    public static ConvolutionTarget Dense(in ConvolutionWindow window) =>
        new(1, window.Horizontal.Output, window.OutputPlane, window.OutputSize);
}
