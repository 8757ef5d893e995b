namespace DeepLearning.Backends.Cpu;

/// <summary>
/// The sizes of a convolution of images with a square kernel and stride 1, or of its input's gradient, which is one with mirrored filters.
/// </summary>
internal readonly struct TiledShape
{
    public readonly int Batch;
    public readonly int Channels;
    public readonly int OutputChannels;
    public readonly int Height;
    public readonly int Width;
    public readonly int TargetHeight;
    public readonly int TargetWidth;
    public readonly int PaddingHeight;
    public readonly int PaddingWidth;
    public readonly int Taps;
    public readonly bool Mirrored;

    public TiledShape(in ConvolutionShape shape, bool mirrored)
    {
        (Batch, Taps) = (shape.Batch, shape.KernelHeight);
        Mirrored = mirrored;
        (Channels, OutputChannels) = (shape.InputChannels, shape.OutputChannels);
        (Height, Width, TargetHeight, TargetWidth) = (shape.InputHeight, shape.InputWidth, shape.OutputHeight, shape.OutputWidth);
        (PaddingHeight, PaddingWidth) = (shape.PaddingHeight, shape.PaddingWidth);
        if (mirrored)
        {
            (Channels, OutputChannels) = (OutputChannels, Channels);
            (Height, Width, TargetHeight, TargetWidth) = (TargetHeight, TargetWidth, Height, Width);
            (PaddingHeight, PaddingWidth) = (Taps - 1 - PaddingHeight, Taps - 1 - PaddingWidth);
        }
    }

    /// <summary>Elements of a channel of the source.</summary>
    public long SourceSize => (long)Height * Width;

    /// <summary>Elements of a channel of the result.</summary>
    public long TargetSize => (long)TargetHeight * TargetWidth;

    /// <summary>Outputs of a tile of <see cref="Winograd"/> along an axis.</summary>
    public int TileOutputs => Winograd.Inputs - Taps + 1;

    /// <summary>Tiles of an image, from top to bottom.</summary>
    public int TilesDown => (TargetHeight + TileOutputs - 1) / TileOutputs;

    /// <summary>Tiles of an image, from left to right.</summary>
    public int TilesAcross => (TargetWidth + TileOutputs - 1) / TileOutputs;
}
