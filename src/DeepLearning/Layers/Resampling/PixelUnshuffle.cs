namespace DeepLearning.Layers;

/// <summary>Pixels turned into channels, […, C, H·r, W·r] → […, C·r², H, W]: see <see cref="Tensor.PixelUnshuffle"/>.</summary>
public sealed class PixelUnshuffle : Layer
{
    private readonly int _factor;

    /// <summary>Makes the layer.</summary>
    /// <param name="downscaleFactor">r.</param>
    public PixelUnshuffle(int downscaleFactor)
    {
        OptionChecks.AtLeast(downscaleFactor, 1, nameof(PixelUnshuffle));
        _factor = downscaleFactor;
    }

    /// <inheritdoc/>
    protected internal override string Details => FormattableString.Invariant($"{_factor}");

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor input) => input.PixelUnshuffle(_factor);
}
