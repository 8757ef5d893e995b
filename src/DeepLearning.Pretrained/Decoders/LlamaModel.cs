using DeepLearning.Layers;
using DeepLearning.Models;

namespace DeepLearning.Pretrained;

/// <summary>
/// A decoder with root mean square norms, rotary positions, grouped queries and gated feed-forward parts: LLaMA (Touvron et al. 2023),
/// Mistral (Jiang et al. 2023), Qwen2 and Qwen3.
/// </summary>
public sealed class LlamaModel : CausalLanguageModel
{
    private readonly LlamaConfig _config;
    private readonly LlamaBody _body;

    private LlamaModel(ModelContext context, Build build, LlamaConfig config, bool hasBody, bool isClassifier)
        : base(context, build)
    {
        _config = config;
        _body = Add(hasBody ? "model" : "", part => new LlamaBody(part, config));
        if (isClassifier)
        {
            AddClassifier(config.Width, context.Classes);
        }
        else if (hasBody)
        {
            AddHead(config.Width, _body.Tokens, config.IsTied || (context.IsGguf && !build.Has("lm_head.weight")));
        }
    }

    /// <inheritdoc/>
    public override int VocabSize => _config.VocabSize;

    /// <inheritdoc/>
    public override int MaxLength => _config.MaxPositions;

    private protected override int LayerCount => _config.Layers;

    private protected override string HeadName => "ForCausalLM";

    /// <inheritdoc/>
    protected internal override string Details =>
        $"{_config.Layers} layers, width {_config.Width}, {_config.Heads} heads over {_config.KVHeads}, vocabulary {_config.VocabSize}";

    internal static ModelPlan Plan(ModelContext context, string family)
    {
        LlamaConfig config = LlamaConfig.Read(context, family);
        string ending = context.Architecture.StartsWith(family, StringComparison.Ordinal) ? context.Architecture[family.Length..]
            : context.Architecture.Length == 0 ? "Model" : "?";
        bool isClassifier = ending == "ForSequenceClassification";
        if (ending is not ("Model" or "ForCausalLM" or "ForSequenceClassification"))
        {
            throw context.NoArchitecture($"{family}Model", $"{family}ForCausalLM", $"{family}ForSequenceClassification");
        }

        return new ModelPlan("model.", build => new LlamaModel(context, build, config, ending != "Model", isClassifier))
        {
            Std = context.Config.Positive("initializer_range", 0.02),
            PassedOver = ["*rotary_emb.inv_freq", "rope_freqs.weight"],
        };
    }

    private protected override Tensor Body(Tensor tokens, Tensor? mask, KeyValueCache? cache) => _body.Forward(tokens, mask, cache);

    /// <summary>Tokens, layers and the last norm.</summary>
    private sealed class LlamaBody : Part
    {
        private readonly LlamaConfig _config;
        private readonly LlamaLayer[] _layers;
        private readonly Norm _norm;

        public LlamaBody(Build build, LlamaConfig config)
            : base(build)
        {
            _config = config;
            Tokens = Table("embed_tokens", config.VocabSize, config.Width);
            List<LlamaLayer> layers = [];
            for (int i = 0; i < config.Layers; i++)
            {
                layers.Add(Add($"layers.{i}", part => new LlamaLayer(part, config)));
            }

            _layers = [.. layers];
            _norm = RmsNorm("norm", config.Width, config.Eps);
        }

        public Table Tokens { get; }

        public Tensor Forward(Tensor tokens, Tensor? mask, KeyValueCache? cache)
        {
            using LayerCall running = new(this);
            (Tensor positions, int last) = Places(tokens, mask, cache);
            (Tensor cos, Tensor sin) = _config.Rotary.At(positions, last);
            (Tensor? seen, bool isCausal) = Sight(tokens, mask, cache, _config.Window);
            LlamaCall call = new(cos, sin, seen, isCausal);
            Tensor x = Tokens.Forward(tokens);
            for (int i = 0; i < _layers.Length; i++)
            {
                x = _layers[i].Forward(x, call, cache?[i]);
            }

            return running.Gives(_norm.Forward(x));
        }
    }
}
