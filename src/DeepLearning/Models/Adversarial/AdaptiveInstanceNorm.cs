using DeepLearning.Initializers;
using DeepLearning.Layers;

namespace DeepLearning.Models;

/// <summary>
/// Adaptive instance normalization (Huang and Belongie 2017; Karras, Laine and Aila 2019, equation 1): each channel of each image is
/// brought to mean 0 and variance 1, then scaled and shifted by an affine map of the style, y = (1 + a(w)) · norm(x) + b(w).
/// </summary>
/// <remarks>
/// [batch, channels, height, width] and style [batch, width] in; the first's shape out. Key of the state dictionary: <c>style</c>, whose
/// first half scales; its bias starts at 0.
/// </remarks>
public sealed class AdaptiveInstanceNorm : Module<Tensor, Tensor, Tensor>
{
    private readonly int _channels;

    /// <summary>Makes the layer.</summary>
    /// <param name="channels">The channels.</param>
    /// <param name="styleWidth">The length of the style.</param>
    /// <param name="eps">What is added to the variance.</param>
    /// <param name="dtype">The type of the parameters.</param>
    /// <param name="generator">The source of the starting values; <see cref="Generator.Default"/> when null.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is not positive.</exception>
    public AdaptiveInstanceNorm(
        int channels, int styleWidth, double eps = 1e-5, DType dtype = DType.Float32, Generator? generator = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(channels);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(styleWidth);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(eps);
        (_channels, Eps) = (channels, eps);
        Style = new Linear(styleWidth, 2 * channels, dtype: dtype, generator: generator);
        Initialize.Zeros(Style.Bias!);
    }

    /// <summary>What is added to the variance.</summary>
    public double Eps { get; }

    /// <summary>The affine map of the style.</summary>
    public Linear Style { get; }

    /// <inheritdoc/>
    protected internal override bool ComputesParameters => true;

    /// <inheritdoc/>
    protected internal override string Details => $"{_channels}, style {Style.InFeatures}";

    /// <summary>Normalizes.</summary>
    /// <param name="first">x, [batch, channels, height, width].</param>
    /// <param name="second">The style, [batch, width].</param>
    /// <exception cref="ShapeException">The shapes do not fit.</exception>
    public override Tensor Forward(Tensor first, Tensor second) => NamedCall.Of(this, (first, second), static (self, given) =>
    {
        (Tensor x, Tensor style) = given;
        BlockChecks.Shape(self, x, "x", ("batch", -1), ("channels", self._channels), ("height", -1), ("width", -1));
        BlockChecks.Shape(self, style, "style", ("batch", x.Size(0)), ("width", self.Style.InFeatures));
        Tensor map = self.Style.Forward(style).Unsqueeze(-1).Unsqueeze(-1);
        Tensor scale = map.Narrow(1, 0, self._channels) + 1, shift = map.Narrow(1, self._channels, self._channels);
        return (x.InstanceNorm(eps: self.Eps) * scale) + shift;
    });
}
