using DeepLearning.Layers;
using DeepLearning.Models;

namespace DeepLearning.Pretrained;

/// <summary>The body of an encoder of text: vectors of tokens, segments and positions, layers, and perhaps a pooler.</summary>
internal sealed class TextEncoder : Part
{
    private readonly TextConfig _config;
    private readonly Table _tokens;
    private readonly Table _positions;
    private readonly Table? _segments;
    private readonly Norm _norm;
    private readonly Projection? _widen;
    private readonly EncoderLayer[][] _groups;
    private readonly Projection? _pooler;
    private readonly Generator? _generator;

    public TextEncoder(Build build, TextConfig config, bool hasPooler)
        : base(build)
    {
        (_config, _generator) = (config, build.Generator);
        int width = config.EmbeddingWidth;
        _tokens = Table("embeddings.word_embeddings", config.VocabSize, width);
        _positions = Table("embeddings.position_embeddings", config.MaxPositions, width);
        _segments = config.Segments > 0 ? Table("embeddings.token_type_embeddings", config.Segments, width) : null;
        _norm = Norm("embeddings.LayerNorm", width, config.Sizes.Eps);
        bool isAlbert = config.Family == TextFamily.Albert;
        _widen = isAlbert ? Linear("encoder.embedding_hidden_mapping_in", width, config.Sizes.Width) : null;
        string stack = config.Family == TextFamily.DistilBert ? "transformer.layer" : "encoder.layer";
        List<EncoderLayer[]> groups = [];
        for (int i = 0; i < (isAlbert ? config.Groups : config.Layers); i++)
        {
            List<EncoderLayer> layers = [];
            for (int j = 0; j < config.LayersOfGroup; j++)
            {
                string name = isAlbert ? $"encoder.albert_layer_groups.{i}.albert_layers.{j}" : $"{stack}.{i}";
                layers.Add(Add(name, part => new EncoderLayer(part, config.Names, config.Sizes)));
            }

            groups.Add([.. layers]);
        }

        _groups = [.. groups];
        _pooler = hasPooler ? Linear(isAlbert ? "pooler" : "pooler.dense", config.Sizes.Width, config.Sizes.Width) : null;
    }

    public bool HasPooler => _pooler is not null;

    /// <summary>The table of tokens.</summary>
    public Table Tokens => _tokens;

    /// <returns>The hidden states, [batch, length, width], and tanh(pooler(x)) of the first token.</returns>
    public (Tensor Hidden, Tensor? Pooled) Forward(Module model, ModelInputs inputs)
    {
        Tensor tokens = inputs.Tokens ?? throw new ArgumentException($"{model.Label}: there are no tokens.", nameof(inputs));
        BlockChecks.Tokens(model, tokens);
        BlockChecks.TokenMask(model, inputs.Mask, "mask", tokens.Size(0), tokens.Size(1));
        using LayerCall call = new(this);
        Tensor x = _tokens.Forward(tokens) + _positions.Forward(Positions(tokens));
        if (_segments is not null)
        {
            x += _segments.Forward(inputs.Segments ?? Tensor.ZerosLike(tokens));
        }
        else if (inputs.Segments is not null)
        {
            throw new ArgumentException($"{model.Label}: the model has no segments; leave them out.", nameof(inputs));
        }

        x = _norm.Forward(x).Dropout(_config.Sizes.Dropout, Training, _generator);
        x = _widen?.Forward(x) ?? x;
        Tensor? mask = AttentionMasks.OfTokens(inputs.Mask);
        for (int i = 0; i < _config.Layers; i++)
        {
            foreach (EncoderLayer layer in _groups[i * _groups.Length / _config.Layers])
            {
                x = layer.Forward(x, mask);
            }
        }

        return (x, _pooler?.Forward(x.Select(1, 0)).Tanh());
    }

    /// <summary>0, 1, 2, …; in RoBERTa each token that is not padding counts from the padding's number on, and padding has that.</summary>
    private Tensor Positions(Tensor tokens)
    {
        int length = tokens.Size(1);
        if (_config.Family != TextFamily.Roberta)
        {
            Check(length, 0);
            return Tensor.Arange(0, length, device: tokens.Device).Unsqueeze(0);
        }

        Check(length, _config.PadToken + 1);
        Tensor isToken = tokens.NotEqualTo(_config.PadToken).To(DType.Int64);
        return (isToken.CumSum(1) * isToken) + _config.PadToken;
    }

    private void Check(int length, int first)
    {
        if (length + first > _config.MaxPositions)
        {
            throw new IndexException(
                $"Positions: a text of {length} tokens is longer than the {_config.MaxPositions - first} of the model; "
                + "truncate it.");
        }
    }
}
