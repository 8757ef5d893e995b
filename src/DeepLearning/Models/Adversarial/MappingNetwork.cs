using DeepLearning.Initializers;
using DeepLearning.Layers;

namespace DeepLearning.Models;

/// <summary>
/// The mapping network of StyleGAN (Karras, Laine and Aila 2019, "A style-based generator architecture for generative adversarial
/// networks"): z is brought to a mean square of 1, then goes through linear layers with leaky ReLU (slope 0.2, times √2). Their weights
/// are stored as normal numbers over the rate multiplier and scaled in each call (equalized learning rates, Karras et al. 2018).
/// </summary>
/// <remarks>[.., latent] in, the style w [.., width] out. Keys of the state dictionary: <c>weights.0</c> …, <c>biases.0</c> …</remarks>
public sealed class MappingNetwork : Layer
{
    private readonly int _latent, _width;
    private readonly double _rate;

    /// <summary>Makes the network.</summary>
    /// <param name="latent">The length of z.</param>
    /// <param name="width">The length of w and of what lies between.</param>
    /// <param name="layers">The number of layers.</param>
    /// <param name="learningRateMultiplier">How much slower than the rest the network learns.</param>
    /// <param name="dtype">The type of the parameters.</param>
    /// <param name="generator">The source of the starting values; <see cref="Generator.Default"/> when null.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is not positive.</exception>
    public MappingNetwork(
        int latent = 512, int width = 512, int layers = 8, double learningRateMultiplier = 0.01, DType dtype = DType.Float32,
        Generator? generator = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(latent);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(layers);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(learningRateMultiplier);
        (_latent, _width, _rate) = (latent, width, learningRateMultiplier);
        for (int i = 0; i < layers; i++)
        {
            int from = i == 0 ? latent : width;
            Weights.Add(new Parameter(Initialize.Normal(Tensor.Empty([width, from], dtype), 0, 1 / learningRateMultiplier, generator)));
            Biases.Add(new Parameter(Tensor.Zeros([width], dtype)));
        }
    }

    /// <summary>The matrices as stored.</summary>
    public ParameterList Weights { get; } = new();

    /// <summary>The biases as stored.</summary>
    public ParameterList Biases { get; } = new();

    /// <inheritdoc/>
    protected internal override string Details => $"{_latent}→{_width}, {Weights.Count} layers";

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor input)
    {
        BlockChecks.Width(this, input, nameof(input), _latent);
        Tensor x = input * (input.Square().Mean(-1, keepDim: true) + 1e-8).Rsqrt();
        for (int i = 0; i < Weights.Count; i++)
        {
            double scale = _rate / Math.Sqrt(Weights[i].Size(1));
            x = x.Linear(Weights[i] * scale, Biases[i] * _rate).LeakyRelu(0.2) * Math.Sqrt(2);
        }

        return x;
    }
}
