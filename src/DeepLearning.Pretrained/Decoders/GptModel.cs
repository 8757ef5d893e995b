using DeepLearning.Layers;
using DeepLearning.Models;

namespace DeepLearning.Pretrained;

/// <summary>
/// GPT-2 (Radford et al. 2019): vectors of tokens and places, layers with norms before their parts, a head with the tokens' table.
/// </summary>
/// <remarks>The weights of its linear maps are [in, out], as in its files.</remarks>
public sealed class GptModel : CausalLanguageModel
{
    private readonly GptConfig _config;
    private readonly GptBody _body;

    private GptModel(ModelContext context, Build build, GptConfig config, bool hasBody, bool isClassifier)
        : base(context, build)
    {
        _config = config;
        _body = Add(hasBody ? "transformer" : "", part => new GptBody(part, config));
        if (isClassifier)
        {
            AddClassifier(config.Width, context.Classes);
        }
        else if (hasBody)
        {
            AddHead(config.Width, _body.Tokens, config.IsTied);
        }
    }

    /// <inheritdoc/>
    public override int VocabSize => _config.VocabSize;

    /// <inheritdoc/>
    public override int MaxLength => _config.MaxPositions;

    private protected override int LayerCount => _config.Layers;

    private protected override string HeadName => "GPT2LMHeadModel";

    /// <inheritdoc/>
    protected internal override string Details =>
        $"{_config.Layers} layers, width {_config.Width}, {_config.Heads} heads, vocabulary {_config.VocabSize}";

    internal static ModelPlan Plan(ModelContext context)
    {
        ConfigReader config = context.Config;
        config.Only("scale_attn_weights", "true");
        config.Only("scale_attn_by_inverse_layer_idx", "false");
        config.Only("reorder_and_upcast_attn", "false");
        config.Only("add_cross_attention", "false");
        int width = config.Size("n_embd", 768), heads = config.Size("n_head", 12), positions = config.Size("n_positions", 1024);
        GptConfig sizes = new(
            config.Size("vocab_size", 50257), width, config.Size("n_inner", 4 * width), config.Size("n_layer", 12), heads, positions,
            config.Positive("layer_norm_epsilon", 1e-5), Activation.Of(config, "activation_function", "gelu_new"),
            config.Probability("embd_pdrop", 0.1), config.Probability("attn_pdrop", 0.1), config.Probability("resid_pdrop", 0.1),
            config.Flag("tie_word_embeddings", true));
        if (width % heads != 0)
        {
            throw config.Bad("n_head", $"{heads} heads do not divide a width of {width}.");
        }

        if (context.Architecture is not ("" or "GPT2Model" or "GPT2LMHeadModel" or "GPT2ForSequenceClassification"))
        {
            throw context.NoArchitecture("GPT2Model", "GPT2LMHeadModel", "GPT2ForSequenceClassification");
        }

        bool hasBody = context.Architecture is not ("" or "GPT2Model"),
            isClassifier = context.Architecture == "GPT2ForSequenceClassification";
        return new ModelPlan("transformer.", build => new GptModel(context, build, sizes, hasBody, isClassifier))
        {
            Std = config.Positive("initializer_range", 0.02),
            PassedOver = ["*.attn.bias", "*.attn.masked_bias"],
        };
    }

    private protected override Tensor Body(Tensor tokens, Tensor? mask, KeyValueCache? cache) => _body.Forward(tokens, mask, cache);

    private sealed record GptConfig(
        int VocabSize, int Width, int Inner, int Layers, int Heads, int MaxPositions, double Eps, Func<Tensor, Tensor> Act,
        double EmbeddingDropout, double AttentionDropout, double ResidualDropout, bool IsTied);

    /// <summary>Tokens, places, layers and the last norm.</summary>
    private sealed class GptBody : Part
    {
        private readonly GptConfig _config;
        private readonly Table _places;
        private readonly GptLayer[] _layers;
        private readonly Norm _norm;
        private readonly Generator? _generator;

        public GptBody(Build build, GptConfig config)
            : base(build)
        {
            (_config, _generator) = (config, build.Generator);
            Tokens = Table("wte", config.VocabSize, config.Width);
            _places = Table("wpe", config.MaxPositions, config.Width);
            List<GptLayer> layers = [];
            for (int i = 0; i < config.Layers; i++)
            {
                layers.Add(Add($"h.{i}", part => new GptLayer(part, config)));
            }

            _layers = [.. layers];
            _norm = Norm("ln_f", config.Width, config.Eps);
        }

        public Table Tokens { get; }

        public Tensor Forward(Tensor tokens, Tensor? mask, KeyValueCache? cache)
        {
            using LayerCall running = new(this);
            (Tensor positions, int last) = Places(tokens, mask, cache);
            if (last >= _config.MaxPositions)
            {
                throw new IndexException(
                    $"GPT-2: a text of {last + 1} tokens is longer than the {_config.MaxPositions} of the model; truncate it.");
            }

            (Tensor? seen, bool isCausal) = Sight(tokens, mask, cache, null);
            Tensor x = (Tokens.Forward(tokens) + _places.Forward(positions)).Dropout(_config.EmbeddingDropout, Training, _generator);
            for (int i = 0; i < _layers.Length; i++)
            {
                x = _layers[i].Forward(x, seen, isCausal, cache?[i]);
            }

            return running.Gives(_norm.Forward(x));
        }
    }

    /// <summary>x += attention(norm(x)); x += mlp(norm(x)).</summary>
    private sealed class GptLayer : Part
    {
        private readonly GptConfig _config;
        private readonly Norm _attentionNorm;
        private readonly Projection _qkv;
        private readonly Projection _output;
        private readonly Norm _mlpNorm;
        private readonly Projection _up;
        private readonly Projection _down;
        private readonly Generator? _generator;

        public GptLayer(Build build, GptConfig config)
            : base(build)
        {
            (_config, _generator) = (config, build.Generator);
            int width = config.Width;
            _attentionNorm = Norm("ln_1", width, config.Eps);
            _qkv = Add("attn.c_attn", part => new Projection(part, width, 3 * width, true, isTransposed: true));
            _output = Add("attn.c_proj", part => new Projection(part, width, width, true, isTransposed: true));
            _mlpNorm = Norm("ln_2", width, config.Eps);
            _up = Add("mlp.c_fc", part => new Projection(part, width, config.Inner, true, isTransposed: true));
            _down = Add("mlp.c_proj", part => new Projection(part, config.Inner, width, true, isTransposed: true));
        }

        public Tensor Forward(Tensor x, Tensor? mask, bool isCausal, KeyValueLayer? cache)
        {
            using LayerCall running = new(this);
            Tensor[] parts = _qkv.Forward(_attentionNorm.Forward(x)).Chunk(3, -1);
            Tensor q = HeadAxes.Split(parts[0], _config.Heads), k = HeadAxes.Split(parts[1], _config.Heads);
            Tensor v = HeadAxes.Split(parts[2], _config.Heads);
            if (cache is not null)
            {
                (k, v) = cache.Append(k, v);
            }

            Tensor attended = HeadAxes.Join(Tensor.ScaledDotProductAttention(
                q, k, v, mask, Training ? _config.AttentionDropout : 0, isCausal, generator: _generator));
            x += _output.Forward(attended).Dropout(_config.ResidualDropout, Training, _generator);
            Tensor y = _down.Forward(_config.Act(_up.Forward(_mlpNorm.Forward(x))));
            return running.Gives(x + y.Dropout(_config.ResidualDropout, Training, _generator));
        }
    }
}
