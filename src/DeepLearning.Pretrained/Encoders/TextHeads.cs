namespace DeepLearning.Pretrained;

/// <summary>What an encoder of text is asked for.</summary>
internal enum TextHead
{
    None,
    MaskedTokens,
    PreTraining,
    NextSentence,
    Sequence,
    Token,
    Question,
}

/// <summary>Which token stands where one was masked: decoder(norm(act(dense(x)))), the decoder with the table of tokens.</summary>
internal sealed class MaskedTokensHead : Part
{
    private readonly Projection _dense;
    private readonly Norm _norm;
    private readonly Func<Tensor, Tensor> _act;
    private readonly Projection _decoder;

    /// <param name="build">The root: names are the families'.</param>
    /// <param name="config">The sizes.</param>
    /// <param name="tokens">The table of tokens; null where the decoder's weight is its own.</param>
    public MaskedTokensHead(Build build, TextConfig config, Table? tokens)
        : base(build)
    {
        int width = config.Sizes.Width, narrow = config.EmbeddingWidth;
        (string dense, string norm, string decoder, string bias) = config.Family switch
        {
            TextFamily.Bert => ("cls.predictions.transform.dense", "cls.predictions.transform.LayerNorm", "cls.predictions.decoder",
                "cls.predictions.bias"),
            TextFamily.Roberta => ("lm_head.dense", "lm_head.layer_norm", "lm_head.decoder", "lm_head.bias"),
            TextFamily.Albert => ("predictions.dense", "predictions.LayerNorm", "predictions.decoder", "predictions.bias"),
            _ => ("vocab_transform", "vocab_layer_norm", "vocab_projector", "vocab_projector.bias"),
        };
        DeepLearning.Layers.Parameter ownBias = Parameter(bias, [config.VocabSize], Start.Zeros);
        _dense = Linear(dense, width, narrow);
        _norm = Norm(norm, narrow, config.Family == TextFamily.DistilBert ? 1e-12 : config.Sizes.Eps);
        DeepLearning.Layers.Parameter weight;
        if (tokens is null)
        {
            weight = Parameter(decoder + ".weight", [config.VocabSize, narrow]);
        }
        else
        {
            weight = tokens.Weight!;
            Tie(decoder + ".weight", weight);
        }

        if (decoder + ".bias" != bias)
        {
            Tie(decoder + ".bias", ownBias);
        }

        _decoder = new Projection(weight, null, ownBias, narrow, config.VocabSize);
        _act = config.Family == TextFamily.Roberta ? static x => x.Gelu() : config.Sizes.Act;
    }

    public Tensor Forward(Tensor hidden) => _decoder.Forward(_norm.Forward(_act(_dense.Forward(hidden))));

    internal override void Take(DeepLearning.Layers.Parameter weight, QuantizedMatrix matrix)
    {
        base.Take(weight, matrix);
        if (ReferenceEquals(_decoder.Weight, weight))
        {
            _decoder.Take(matrix);
        }
    }
}

/// <summary>A class of a whole text.</summary>
internal sealed class SequenceHead : Part
{
    private readonly TextConfig _config;
    private readonly Projection? _first;
    private readonly Projection _classifier;
    private readonly Generator? _generator;

    public SequenceHead(Build build, TextConfig config, int classes)
        : base(build)
    {
        (_config, _generator) = (config, build.Generator);
        int width = config.Sizes.Width;
        _first = config.Family switch
        {
            TextFamily.Roberta => Linear("classifier.dense", width, width),
            TextFamily.DistilBert => Linear("pre_classifier", width, width),
            _ => null,
        };
        _classifier = Linear(config.Family == TextFamily.Roberta ? "classifier.out_proj" : "classifier", width, classes);
    }

    public Tensor Forward(Tensor hidden, Tensor? pooled)
    {
        Tensor x = pooled ?? hidden.Select(1, 0);
        if (_config.Family == TextFamily.Roberta)
        {
            x = _first!.Forward(Dropped(x)).Tanh();
        }
        else if (_first is not null)
        {
            x = _first.Forward(x).Relu();
        }

        return _classifier.Forward(Dropped(x));
    }

    private Tensor Dropped(Tensor x) => x.Dropout(_config.HeadDropout, Training, _generator);
}
