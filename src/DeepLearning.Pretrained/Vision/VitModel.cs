using DeepLearning.Layers;

namespace DeepLearning.Pretrained;

/// <summary>
/// A vision transformer (Dosovitskiy et al. 2021): patches of an image and a token of its own for the class, through layers with norms
/// before their parts. Images [batch, channels, height, width] → hidden states [batch, 1 + patches, width], logits [batch, classes].
/// </summary>
public sealed class VitModel : PretrainedModel
{
    private readonly VitBody _body;
    private readonly Projection? _classifier;

    private VitModel(ModelContext context, Build build, VitConfig config, bool isClassifier)
        : base(context, build)
    {
        _body = Add(isClassifier ? "vit" : "", part => new VitBody(part, config, !isClassifier));
        _classifier = isClassifier ? Linear("classifier", config.Sizes.Width, context.Classes) : null;
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">There are no images.</exception>
    /// <exception cref="ShapeException">The images are not of the size of the model.</exception>
    public override ModelOutput Forward(ModelInputs input)
    {
        ArgumentNullException.ThrowIfNull(input);
        (Tensor hidden, Tensor? pooled) = _body.Forward(this, input.Pixels ?? throw Needs(nameof(ModelInputs.Pixels)));
        return new ModelOutput { Hidden = hidden, Pooled = pooled, Logits = _classifier?.Forward(hidden.Select(1, 0)) };
    }

    internal static ModelPlan Plan(ModelContext context)
    {
        ConfigReader config = context.Config;
        if (context.Architecture is not ("" or "ViTModel" or "ViTForImageClassification"))
        {
            throw context.NoArchitecture("ViTModel", "ViTForImageClassification");
        }

        EncoderSizes sizes = new EncoderSizes(
            config.Size("hidden_size", 768), config.Size("num_attention_heads", 12), config.Size("intermediate_size", 3072),
            config.Positive("layer_norm_eps", 1e-12), Activation.Of(config, "hidden_act", "gelu"),
            config.Probability("hidden_dropout_prob", 0), config.Probability("attention_probs_dropout_prob", 0),
            config.Flag("qkv_bias", true)).Checked(config, "num_attention_heads");
        config.Only("pooler_act", "tanh");
        config.Has("pooler_output_size");
        config.Has("encoder_stride");
        int image = config.Size("image_size", 224), patch = config.Size("patch_size", 16);
        if (image % patch != 0)
        {
            throw config.Bad("patch_size", $"patches of {patch} do not divide an image of {image}.");
        }

        VitConfig all = new(sizes, config.Size("num_hidden_layers", 12), image, patch, config.Size("num_channels", 3));
        bool isClassifier = context.Architecture == "ViTForImageClassification";
        return new ModelPlan("vit.", build => new VitModel(context, build, all, isClassifier))
        {
            Std = config.Positive("initializer_range", 0.02),
            PassedOver = ["*pooler.*"],
        };
    }

    private sealed record VitConfig(EncoderSizes Sizes, int Layers, int Image, int Patch, int Channels);

    private sealed class VitBody : Part
    {
        private readonly VitConfig _config;
        private readonly Parameter _class;
        private readonly Parameter _positions;
        private readonly Convolution _patches;
        private readonly EncoderLayer[] _layers;
        private readonly Norm _norm;
        private readonly Projection? _pooler;
        private readonly Generator? _generator;

        public VitBody(Build build, VitConfig config, bool mayPool)
            : base(build)
        {
            (_config, _generator) = (config, build.Generator);
            int width = config.Sizes.Width, side = config.Image / config.Patch;
            _class = Parameter("embeddings.cls_token", [1, 1, width]);
            _positions = Parameter("embeddings.position_embeddings", [1, (side * side) + 1, width]);
            _patches = Add(
                "embeddings.patch_embeddings.projection",
                part => new Convolution(part, config.Channels, width, config.Patch, config.Patch, 0, hasBias: true));
            List<EncoderLayer> layers = [];
            for (int i = 0; i < config.Layers; i++)
            {
                layers.Add(Add($"encoder.layer.{i}", part => new EncoderLayer(part, EncoderNames.Vit, config.Sizes)));
            }

            _layers = [.. layers];
            _norm = Norm("layernorm", width, config.Sizes.Eps);
            _pooler = mayPool && (!build.HasFile || build.Has("pooler.dense.weight")) ? Linear("pooler.dense", width, width) : null;
        }

        public (Tensor Hidden, Tensor? Pooled) Forward(Module model, Tensor pixels)
        {
            Convolution.CheckImage(model, pixels, _config.Channels, _config.Image, _config.Image);
            using LayerCall running = new(this);
            Tensor x = _patches.Forward(pixels).Flatten(2).Transpose(1, 2);
            x = Tensor.Cat([_class.Expand(pixels.Size(0), 1, _config.Sizes.Width), x], 1) + _positions;
            x = x.Dropout(_config.Sizes.Dropout, Training, _generator);
            foreach (EncoderLayer layer in _layers)
            {
                x = layer.Forward(x, null);
            }

            x = _norm.Forward(x);
            return (x, _pooler?.Forward(x.Select(1, 0)).Tanh());
        }
    }
}
