using DeepLearning.Layers;

namespace DeepLearning.Models;

/// <summary>
/// StyleGAN's noise (Karras, Laine and Aila 2019): adds a learned weight of each channel times one normal number for each pixel. In
/// evaluation nothing is added unless noise is given. The weight starts at 0. [batch, channels, height, width] in and out; the key of the
/// state dictionary is <c>weight</c> [channels].
/// </summary>
public sealed class NoiseInjection : Layer
{
    private readonly Generator? _generator;

    /// <summary>Makes the layer.</summary>
    /// <param name="channels">The channels.</param>
    /// <param name="dtype">The type of the parameters.</param>
    /// <param name="generator">The source of the noise; <see cref="Generator.Default"/> when null.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number of channels is not positive.</exception>
    public NoiseInjection(int channels, DType dtype = DType.Float32, Generator? generator = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(channels);
        _generator = generator;
        Weight = new Parameter(Tensor.Zeros([channels], dtype));
    }

    /// <summary>How much of the noise each channel takes.</summary>
    public Parameter Weight { get; set; }

    /// <inheritdoc/>
    protected internal override string Details => $"{Weight.Size(0)}";

    /// <summary>Adds given noise.</summary>
    /// <param name="input">[batch, channels, height, width].</param>
    /// <param name="noise">Broadcasts to [batch, 1, height, width].</param>
    /// <exception cref="ShapeException">The shapes do not fit.</exception>
    public Tensor Forward(Tensor input, Tensor noise)
    {
        ArgumentNullException.ThrowIfNull(noise);
        return Run(input, x =>
        {
            Check(x);
            return x + (noise.Expand(x.Size(0), 1, x.Size(2), x.Size(3)) * Weight.Reshape(-1, 1, 1));
        });
    }

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor input)
    {
        Check(input);
        return Training
            ? input + (Tensor.Randn([input.Size(0), 1, input.Size(2), input.Size(3)], Weight.DType, _generator, input.Device)
                * Weight.Reshape(-1, 1, 1))
            : input;
    }

    private void Check(Tensor x) =>
        BlockChecks.Shape(this, x, "input", ("batch", -1), ("channels", Weight.Size(0)), ("height", -1), ("width", -1));
}
