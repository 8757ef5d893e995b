namespace DeepLearning.Backends.Cpu;

/// <summary>
/// The sizes of a convolution of images with a square kernel, or of its input's gradient, which is one with mirrored filters. With a stride
/// the inputs (of the gradient: the results) that are equal modulo the stride along both axes, a phase, are channels of their own, and the
/// convolution is one of stride 1 with kernel / stride taps.
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

    /// <summary>Taps of the filters along an axis.</summary>
    public readonly int Kernel;

    /// <summary>Taps that a phase has along an axis.</summary>
    public readonly int Taps;

    /// <summary>Phases of the source along an axis: 1 for mirrored filters.</summary>
    public readonly int SourceStride = 1;

    /// <summary>Phases of the result along an axis: 1 but for mirrored filters.</summary>
    public readonly int TargetStride = 1;

    /// <summary>Rows of results, of each phase.</summary>
    public readonly int GridHeight;

    /// <summary>Columns of results, of each phase.</summary>
    public readonly int GridWidth;

    /// <summary>Rows by which the first phase's first lies before the result's.</summary>
    public readonly int OffsetHeight;

    /// <summary>Columns by which the first phase's first lies before the result's.</summary>
    public readonly int OffsetWidth;
    public readonly bool Mirrored;

    public TiledShape(in ConvolutionShape shape, bool mirrored)
    {
        (Batch, Kernel, Mirrored) = (shape.Batch, shape.KernelHeight, mirrored);
        Taps = Kernel / shape.StrideHeight;
        if (!mirrored)
        {
            (Channels, OutputChannels) = (shape.InputChannels, shape.OutputChannels);
            (Height, Width, TargetHeight, TargetWidth) = (shape.InputHeight, shape.InputWidth, shape.OutputHeight, shape.OutputWidth);
            (PaddingHeight, PaddingWidth) = (shape.PaddingHeight, shape.PaddingWidth);
            (GridHeight, GridWidth) = (TargetHeight, TargetWidth);
            SourceStride = shape.StrideHeight;
            return;
        }

        (Channels, OutputChannels) = (shape.OutputChannels, shape.InputChannels);
        (Height, Width, TargetHeight, TargetWidth) = (shape.OutputHeight, shape.OutputWidth, shape.InputHeight, shape.InputWidth);
        TargetStride = shape.StrideHeight;

        // Result y is the sum over taps t of source q − t, where q and the phase are quotient and remainder of (y + padding) / stride.
        (var first, OffsetHeight) = Math.DivRem(shape.PaddingHeight, TargetStride);
        (var left, OffsetWidth) = Math.DivRem(shape.PaddingWidth, TargetStride);
        (PaddingHeight, PaddingWidth) = (Taps - 1 - first, Taps - 1 - left);
        GridHeight = (TargetHeight + OffsetHeight + TargetStride - 1) / TargetStride;
        GridWidth = (TargetWidth + OffsetWidth + TargetStride - 1) / TargetStride;
    }

    /// <summary>Elements of a channel of the source.</summary>
    public long SourceSize => (long)Height * Width;

    /// <summary>Elements of a channel of the result.</summary>
    public long TargetSize => (long)TargetHeight * TargetWidth;

    /// <summary>Channels of all phases of the source, which are summed over.</summary>
    public int PhaseChannels => Channels * SourceStride * SourceStride;

    /// <summary>Channels of all phases of the result.</summary>
    public int PhaseOutputs => OutputChannels * TargetStride * TargetStride;

    /// <summary>Inputs of a tile of <see cref="Winograd"/> along an axis.</summary>
    public int Points => Winograd.Points(Taps);

    /// <summary>Places of a tile: products of matrices.</summary>
    public int Places => Points * Points;

    /// <summary>Outputs of a tile along an axis.</summary>
    public int TileOutputs => Points - Taps + 1;

    /// <summary>Tiles of an image, from top to bottom.</summary>
    public int TilesDown => (GridHeight + TileOutputs - 1) / TileOutputs;

    /// <summary>Tiles of an image, from left to right.</summary>
    public int TilesAcross => (GridWidth + TileOutputs - 1) / TileOutputs;

    /// <summary>
    /// Where a channel of a phase stands among those of all phases, of so many channels and phases along an axis: the phases of a row lie
    /// beside each other, a block of lanes each.
    /// </summary>
    public static int Phase(int channels, int stride, int channel, int y, int x)
    {
        var lane = channel % Winograd.Lanes;
        return (((y * channels) + channel - lane) * stride) + (x * Winograd.Lanes) + lane;
    }
}
