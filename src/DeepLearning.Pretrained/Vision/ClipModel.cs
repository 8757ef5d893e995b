using DeepLearning.Layers;
using DeepLearning.Models;

namespace DeepLearning.Pretrained;

/// <summary>
/// CLIP (Radford et al. 2021, "Learning transferable visual models from natural language supervision"): vectors of texts and images whose
/// products say how well they fit. Tokens [texts, length] and images [images, channels, height, width] → embeddings, and logits
/// [images, texts]; either may be left out.
/// </summary>
public sealed class ClipModel : PretrainedModel
{
    private readonly TextTower _text;
    private readonly ImageTower _image;
    private readonly Projection _textProjection;
    private readonly Projection _imageProjection;
    private readonly Parameter _scale;

    private ClipModel(ModelContext context, Build build, ClipText text, ClipImage image, int width)
        : base(context, build)
    {
        _scale = Parameter("logit_scale", [], Start.Zeros);
        _text = Add("text_model", part => new TextTower(part, text));
        _image = Add("vision_model", part => new ImageTower(part, image));
        _imageProjection = Linear("visual_projection", image.Sizes.Width, width, bias: false);
        _textProjection = Linear("text_projection", text.Sizes.Width, width, bias: false);
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">There are neither tokens nor images.</exception>
    /// <exception cref="ShapeException">The images are not of the size of the model.</exception>
    /// <exception cref="IndexException">A token is not in the vocabulary, or the text is too long.</exception>
    public override ModelOutput Forward(ModelInputs input)
    {
        ArgumentNullException.ThrowIfNull(input);
        if (input.Tokens is null && input.Pixels is null)
        {
            throw Needs(nameof(ModelInputs.Tokens));
        }

        Tensor? texts = input.Tokens is null ? null : Unit(_textProjection.Forward(_text.Forward(this, input.Tokens, input.Mask)));
        Tensor? images = input.Pixels is null ? null : Unit(_imageProjection.Forward(_image.Forward(this, input.Pixels)));
        return new ModelOutput
        {
            TextEmbeddings = texts,
            ImageEmbeddings = images,
            Logits = texts is null || images is null ? null : images.MatMul(texts.T) * _scale.Exp(),
        };

        static Tensor Unit(Tensor x) => x / x.Square().Sum(-1, keepDim: true).Sqrt();
    }

    internal static ModelPlan Plan(ModelContext context)
    {
        ConfigReader config = context.Config;
        if (context.Architecture is not ("" or "CLIPModel"))
        {
            throw context.NoArchitecture("CLIPModel");
        }

        ConfigReader text = config.Part("text_config") ?? throw config.Bad("text_config", "it is missing.");
        ConfigReader image = config.Part("vision_config") ?? throw config.Bad("vision_config", "it is missing.");
        ClipText textSizes = new(
            Sizes(text, 512, 8, 2048), text.Size("num_hidden_layers", 12), text.Size("vocab_size", 49408),
            text.Size("max_position_embeddings", 77), text.WholeOrNull("eos_token_id") ?? 49407);
        ClipImage imageSizes = new(
            Sizes(image, 768, 12, 3072), image.Size("num_hidden_layers", 12), image.Size("image_size", 224), image.Size("patch_size", 32),
            image.Size("num_channels", 3));
        int width = config.Size("projection_dim", 512);
        foreach (ConfigReader part in (ConfigReader[])[text, image])
        {
            // Of use to models of one tower alone.
            part.Has("projection_dim");
            part.Finish([]);
        }

        // Copies of the parts, which older files carry beside them.
        config.Has("text_config_dict");
        config.Has("vision_config_dict");
        return new ModelPlan("", build => new ClipModel(context, build, textSizes, imageSizes, width))
        {
            PassedOver = ["*position_ids"],
        };
    }

    private static EncoderSizes Sizes(ConfigReader config, int width, int heads, int intermediate)
    {
        config.Has("dropout");
        config.Has("tie_word_embeddings");
        return new EncoderSizes(
            config.Size("hidden_size", width), config.Size("num_attention_heads", heads), config.Size("intermediate_size", intermediate),
            config.Positive("layer_norm_eps", 1e-5), Activation.Of(config, "hidden_act", "quick_gelu"), 0,
            config.Probability("attention_dropout", 0)).Checked(config, "num_attention_heads");
    }

    private sealed record ClipText(EncoderSizes Sizes, int Layers, int VocabSize, int MaxPositions, int EndToken);

    private sealed record ClipImage(EncoderSizes Sizes, int Layers, int Image, int Patch, int Channels);

    private sealed class TextTower : Part
    {
        private readonly ClipText _config;
        private readonly Table _tokens;
        private readonly Table _positions;
        private readonly EncoderLayer[] _layers;
        private readonly Norm _norm;

        public TextTower(Build build, ClipText config)
            : base(build)
        {
            _config = config;
            _tokens = Table("embeddings.token_embedding", config.VocabSize, config.Sizes.Width);
            _positions = Table("embeddings.position_embedding", config.MaxPositions, config.Sizes.Width);
            _layers = [.. LayersOf(config.Layers)
                .Select(name => Add(name, part => new EncoderLayer(part, EncoderNames.Clip, config.Sizes)))];
            _norm = Norm("final_layer_norm", config.Sizes.Width, config.Sizes.Eps);
        }

        /// <summary>The result at the token that ends the text.</summary>
        public Tensor Forward(Module model, Tensor tokens, Tensor? mask)
        {
            BlockChecks.Tokens(model, tokens);
            BlockChecks.TokenMask(model, mask, "mask", tokens.Size(0), tokens.Size(1));
            int length = tokens.Size(1);
            if (length > _config.MaxPositions)
            {
                throw new IndexException(
                    $"CLIP: a text of {length} tokens is longer than the {_config.MaxPositions} of the model; truncate it.");
            }

            using LayerCall running = new(this);
            Tensor x = _tokens.Forward(tokens) + _positions.Forward(Tensor.Arange(0, length, device: tokens.Device).Unsqueeze(0));
            Tensor? seen = AttentionMasks.Both(AttentionMasks.Causal(length, length, tokens.Device), AttentionMasks.OfTokens(mask));
            foreach (EncoderLayer layer in _layers)
            {
                x = layer.Forward(x, seen);
            }

            // The first files say 2 and mean the token with the greatest number.
            Tensor ends = _config.EndToken == 2 ? tokens.ArgMax(1) : tokens.EqualTo(_config.EndToken).To(DType.Int32).ArgMax(1);
            Tensor index = ends.Unsqueeze(1).Unsqueeze(2).Expand(tokens.Size(0), 1, _config.Sizes.Width);
            return running.Gives(_norm.Forward(x).Gather(1, index).Squeeze(1));
        }
    }

    private sealed class ImageTower : Part
    {
        private readonly ClipImage _config;
        private readonly Parameter _class;
        private readonly Convolution _patches;
        private readonly Table _positions;
        private readonly Norm _before;
        private readonly EncoderLayer[] _layers;
        private readonly Norm _after;

        public ImageTower(Build build, ClipImage config)
            : base(build)
        {
            _config = config;
            int width = config.Sizes.Width, side = config.Image / config.Patch;
            _class = Parameter("embeddings.class_embedding", [width]);
            _patches = Add(
                "embeddings.patch_embedding",
                part => new Convolution(part, config.Channels, width, config.Patch, config.Patch, 0, hasBias: false));
            _positions = Table("embeddings.position_embedding", (side * side) + 1, width);

            // The name is the files': they have it spelled so.
            _before = Norm("pre_layrnorm", width, config.Sizes.Eps);
            _layers = [.. LayersOf(config.Layers)
                .Select(name => Add(name, part => new EncoderLayer(part, EncoderNames.Clip, config.Sizes)))];
            _after = Norm("post_layernorm", width, config.Sizes.Eps);
        }

        /// <summary>The result of the class's token.</summary>
        public Tensor Forward(Module model, Tensor pixels)
        {
            Convolution.CheckImage(model, pixels, _config.Channels, _config.Image, _config.Image);
            using LayerCall running = new(this);
            Tensor x = _patches.Forward(pixels).Flatten(2).Transpose(1, 2);
            x = Tensor.Cat([_class.Expand(pixels.Size(0), 1, _config.Sizes.Width), x], 1);
            x = _before.Forward(x + _positions.Forward(Tensor.Arange(0, x.Size(1), device: pixels.Device).Unsqueeze(0)));
            foreach (EncoderLayer layer in _layers)
            {
                x = layer.Forward(x, null);
            }

            return running.Gives(_after.Forward(x.Select(1, 0)));
        }
    }

    private static IEnumerable<string> LayersOf(int count) => Enumerable.Range(0, count).Select(static i => $"encoder.layers.{i}");
}
