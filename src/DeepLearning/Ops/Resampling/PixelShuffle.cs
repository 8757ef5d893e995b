namespace DeepLearning;

public partial class Tensor
{
    /// <summary>
    /// Channels turned into pixels: r² channels make r × r pixels of one, y[c, h·r + i, w·r + j] = x[c·r² + i·r + j, h, w] (Shi and others,
    /// "Real-time single image and video super-resolution using an efficient sub-pixel convolutional neural network", 2016).
    /// </summary>
    /// <param name="upscaleFactor">r.</param>
    /// <returns>[…, C, H·r, W·r] for an input […, C·r², H, W].</returns>
    /// <exception cref="ShapeException">The input has fewer than three axes, or a number of channels that r² does not divide.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The factor is below 1.</exception>
    public Tensor PixelShuffle(int upscaleFactor)
    {
        OptionChecks.AtLeast(upscaleFactor, 1, nameof(PixelShuffle));
        (int[] lead, int channels, int height, int width) = ChannelPixels.Of(this, "PixelShuffle");
        long square = (long)upscaleFactor * upscaleFactor;
        if (channels % square != 0)
        {
            throw new ShapeException(
                $"PixelShuffle: {channels} channels of an input {Shape} are no multiple of the factor's square, {square}.");
        }

        int kept = (int)(channels / square), first = lead.Length;
        return Reshape([.. lead, kept, upscaleFactor, upscaleFactor, height, width])
            .Permute([.. Enumerable.Range(0, first + 1), first + 3, first + 1, first + 4, first + 2])
            .Reshape([.. lead, kept, height * upscaleFactor, width * upscaleFactor]);
    }

    /// <summary>The inverse of <see cref="PixelShuffle"/>: r × r pixels turned into r² channels.</summary>
    /// <param name="downscaleFactor">r.</param>
    /// <returns>[…, C·r², H / r, W / r] for an input […, C, H, W].</returns>
    /// <exception cref="ShapeException">The input has fewer than three axes, or a height or width that r does not divide.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The factor is below 1.</exception>
    public Tensor PixelUnshuffle(int downscaleFactor)
    {
        OptionChecks.AtLeast(downscaleFactor, 1, nameof(PixelUnshuffle));
        (int[] lead, int channels, int height, int width) = ChannelPixels.Of(this, "PixelUnshuffle");
        if (height % downscaleFactor != 0 || width % downscaleFactor != 0)
        {
            throw new ShapeException(
                $"PixelUnshuffle: the height and width of an input {Shape} are no multiples of the factor {downscaleFactor}.");
        }

        int first = lead.Length;
        return Reshape([.. lead, channels, height / downscaleFactor, downscaleFactor, width / downscaleFactor, downscaleFactor])
            .Permute([.. Enumerable.Range(0, first + 1), first + 2, first + 4, first + 1, first + 3])
            .Reshape([.. lead, channels * downscaleFactor * downscaleFactor, height / downscaleFactor, width / downscaleFactor]);
    }

    /// <summary>
    /// Channels dealt out anew: of groups of neighboring channels, first the first of each, then the second of each (Zhang and others,
    /// "ShuffleNet", 2018).
    /// </summary>
    /// <param name="groups">The number of groups.</param>
    /// <returns>[N, C, …] as the input.</returns>
    /// <exception cref="ShapeException">
    /// The input has fewer than three axes, or a number of channels that the groups do not divide.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">The number of groups is below 1.</exception>
    public Tensor ChannelShuffle(int groups)
    {
        if (groups < 1)
        {
            throw new ArgumentOutOfRangeException(nameof(groups), groups, "ChannelShuffle: the number of groups must be at least 1.");
        }

        if (Rank < 3 || Size(1) % groups != 0)
        {
            throw new ShapeException(
                $"ChannelShuffle: an input {Shape} does not fit; it must be [N, C, …] with at least one axis behind the channels, and "
                + $"their number a multiple of the {groups} groups.");
        }

        int[] lengths = Layout.Lengths;
        int[] rest = lengths[2..];
        return Reshape([lengths[0], groups, lengths[1] / groups, .. rest]).Transpose(1, 2).Reshape(lengths);
    }
}

/// <summary>What the exchanges of channels and pixels have in common.</summary>
internal static class ChannelPixels
{
    /// <summary>The lengths before the channels, and the last three.</summary>
    public static (int[] Lead, int Channels, int Height, int Width) Of(Tensor x, string operation) => x.Rank < 3
        ? throw new ShapeException($"{operation}: an input {x.Shape} does not fit; it must be […, C, H, W].")
        : (x.Layout.Lengths[..^3], x.Size(-3), x.Size(-2), x.Size(-1));
}
