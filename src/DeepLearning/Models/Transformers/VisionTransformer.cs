using DeepLearning.Initializers;
using DeepLearning.Layers;

namespace DeepLearning.Models;

/// <summary>
/// A transformer over patches of an image (Dosovitskiy et al. 2021, "An image is worth 16×16 words"): each patch becomes a vector, a class
/// token stands before them, positions are added, the layers normalize first, and the class token's result is classified. Images
/// [batch, channels, height, width] → logits [batch, classes].
/// </summary>
/// <remarks>
/// Keys of the state dictionary: those of torchvision's <c>VisionTransformer</c> (<c>class_token</c>, <c>conv_proj.weight</c>,
/// <c>encoder.pos_embedding</c>, <c>encoder.layers.encoder_layer_0.self_attention.in_proj_weight</c>, …, <c>heads.head.weight</c>). Starts
/// as there: the head at 0.
/// </remarks>
public sealed class VisionTransformer : Layer
{
    private readonly Parameter _classToken;
    private readonly Conv2d _convProj;
    private readonly ViTEncoder _encoder;
    private readonly ModuleDict<Linear> _heads = new();

    /// <summary>Makes the model.</summary>
    /// <param name="options">The sizes.</param>
    /// <param name="generator">The source of starting values and of dropout; <see cref="Generator.Default"/> when null.</param>
    /// <exception cref="ArgumentException">The heads do not divide the width, or the patches the image.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A size is not positive, or a probability is not from 0 to 1.</exception>
    public VisionTransformer(VisionTransformerOptions options, Generator? generator = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        BlockChecks.Heads(nameof(VisionTransformer), options.Width, options.NumHeads, nameof(options));
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(options.PatchSize);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(options.ImageSize);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(options.NumClasses);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(options.NumLayers);
        if (options.ImageSize % options.PatchSize != 0)
        {
            throw new ArgumentException(
                $"VisionTransformer: patches of {options.PatchSize} do not divide images of {options.ImageSize}; take a size that does.",
                nameof(options));
        }

        Options = options;
        _classToken = Initialize.NewConstant([1, 1, options.Width], 0, options.DType);
        _convProj = new Conv2d(
            options.Channels, options.Width, options.PatchSize, options.PatchSize, dtype: options.DType, generator: generator);
        int fan = options.Channels * options.PatchSize * options.PatchSize;
        Initialize.TruncatedNormal(_convProj.Weight, 0, Math.Sqrt(1.0 / fan), generator: generator);
        Initialize.Zeros(_convProj.Bias!);
        _encoder = new ViTEncoder(options, Patches + 1, generator);
        Linear head = new(options.Width, options.NumClasses, dtype: options.DType, generator: generator);
        Initialize.Zeros(head.Weight);
        Initialize.Zeros(head.Bias!);
        _heads.Add("head", head);
    }

    /// <summary>The sizes.</summary>
    public VisionTransformerOptions Options { get; }

    /// <summary>The head.</summary>
    public Linear Head => _heads["head"];

    /// <inheritdoc/>
    protected internal override string Details =>
        $"{Options.ImageSize} px, patches {Options.PatchSize}, {Options.NumLayers} layers, width {Options.Width}, {Options.NumHeads} heads";

    private int Patches => (Options.ImageSize / Options.PatchSize) * (Options.ImageSize / Options.PatchSize);

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor input)
    {
        int size = Options.ImageSize;
        BlockChecks.Shape(this, input, "images", ("batch", -1), ("channels", Options.Channels), ("height", size), ("width", size));
        Tensor patches = _convProj.Forward(input).Flatten(2).Transpose(1, 2);
        Tensor token = _classToken.Expand(input.Size(0), 1, Options.Width);
        return Head.Forward(_encoder.Forward(Tensor.Cat([token, patches], 1)).Select(1, 0));
    }
}

/// <summary>Positions, layers and the last normalization.</summary>
internal sealed class ViTEncoder : Layer
{
    private readonly Parameter _posEmbedding;
    private readonly Dropout _dropout;
    private readonly ModuleDict<ViTLayer> _layers = new();
    private readonly LayerNorm _ln;

    public ViTEncoder(VisionTransformerOptions options, int length, Generator? generator)
    {
        _posEmbedding = new Parameter(Initialize.Normal(Tensor.Empty([1, length, options.Width], options.DType), 0, 0.02, generator));
        _dropout = new Dropout(options.Dropout, generator);
        for (int layer = 0; layer < options.NumLayers; layer++)
        {
            _layers.Add($"encoder_layer_{layer}", new ViTLayer(options, generator));
        }

        _ln = new LayerNorm(options.Width, 1e-6, dtype: options.DType);
    }

    protected override Tensor Compute(Tensor input) =>
        _ln.Forward(_layers.Values.Aggregate(_dropout.Forward(input + _posEmbedding), static (x, layer) => layer.Forward(x)));
}

/// <summary>x = x + attention(ln_1(x)), x = x + mlp(ln_2(x)).</summary>
internal sealed class ViTLayer : Layer
{
    [Name("ln_1")]
    private readonly LayerNorm _ln1;
    private readonly MultiheadAttention _selfAttention;
    private readonly Dropout _dropout;
    [Name("ln_2")]
    private readonly LayerNorm _ln2;
    private readonly Sequential _mlp;

    public ViTLayer(VisionTransformerOptions options, Generator? generator)
    {
        _ln1 = new LayerNorm(options.Width, 1e-6, dtype: options.DType);
        _selfAttention = new MultiheadAttention(
            options.Width, options.NumHeads, options.AttentionDropout, batchFirst: true, dtype: options.DType, generator: generator);
        _dropout = new Dropout(options.Dropout, generator);
        _ln2 = new LayerNorm(options.Width, 1e-6, dtype: options.DType);
        _mlp = new Sequential(
            Map(options.Width, options.MlpWidth), new GELU(), new Dropout(options.Dropout, generator), Map(options.MlpWidth, options.Width),
            new Dropout(options.Dropout, generator));

        Linear Map(int from, int to)
        {
            Linear map = new(from, to, dtype: options.DType, generator: generator);
            Initialize.XavierUniform(map.Weight, generator: generator);
            Initialize.Normal(map.Bias!, 0, 1e-6, generator);
            return map;
        }
    }

    protected override Tensor Compute(Tensor input)
    {
        Tensor normed = _ln1.Forward(input);
        Tensor x = input + _dropout.Forward(_selfAttention.Forward(normed, normed, normed, needWeights: false).Output);
        return x + _mlp.Forward(_ln2.Forward(x));
    }
}
