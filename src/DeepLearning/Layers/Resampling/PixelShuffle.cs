namespace DeepLearning.Layers;

/// <summary>Channels turned into pixels, […, C·r², H, W] → […, C, H·r, W·r]: see <see cref="Tensor.PixelShuffle"/>.</summary>
public sealed class PixelShuffle : Layer
{
    private readonly int _factor;

    /// <summary>Makes the layer.</summary>
    /// <param name="upscaleFactor">r.</param>
    public PixelShuffle(int upscaleFactor)
    {
        OptionChecks.AtLeast(upscaleFactor, 1, nameof(PixelShuffle));
        _factor = upscaleFactor;
    }

    /// <inheritdoc/>
    protected internal override string Details => FormattableString.Invariant($"{_factor}");

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor input) => input.PixelShuffle(_factor);
}
