namespace DeepLearning.Pretrained;

/// <summary>
/// An encoder of text with or without a head: BERT (Devlin et al. 2019), RoBERTa (Liu et al. 2019), DistilBERT (Sanh et al. 2019), ALBERT
/// (Lan et al. 2020). Tokens [batch, length] → hidden states [batch, length, width], and what the head says of them.
/// </summary>
public sealed class TextEncoderModel : PretrainedModel
{
    private readonly TextEncoder _encoder;
    private readonly MaskedTokensHead? _masked;
    private readonly Projection? _next;
    private readonly SequenceHead? _sequence;
    private readonly Projection? _tokens;
    private readonly Projection? _question;
    private readonly TextConfig _config;
    private readonly Generator? _generator;

    private TextEncoderModel(ModelContext context, Build build, TextConfig config, TextHead head, string prefix, bool isTied)
        : base(context, build)
    {
        (_config, _generator) = (config, build.Generator);
        int width = config.Sizes.Width;
        string body = head == TextHead.None ? "" : prefix[..^1];
        bool canPool = config.Family != TextFamily.DistilBert;
        bool hasPooler = head switch
        {
            TextHead.None => canPool && (!build.HasFile || build.Has("pooler.dense.weight") || build.Has("pooler.weight")),
            TextHead.Sequence => config.Family is TextFamily.Bert or TextFamily.Albert,
            _ => head is TextHead.PreTraining or TextHead.NextSentence,
        };
        _encoder = Add(body, part => new TextEncoder(part, config, hasPooler));
        switch (head)
        {
            case TextHead.MaskedTokens or TextHead.PreTraining:
                _masked = Add("", root => new MaskedTokensHead(root, config, isTied ? _encoder.Tokens : null));
                _next = head == TextHead.PreTraining ? Linear("cls.seq_relationship", width, 2) : null;
                break;
            case TextHead.NextSentence:
                _next = Linear("cls.seq_relationship", width, 2);
                break;
            case TextHead.Sequence:
                _sequence = Add("", root => new SequenceHead(root, config, context.Classes));
                break;
            case TextHead.Token:
                _tokens = Linear("classifier", width, context.Classes);
                break;
            case TextHead.Question:
                _question = Linear("qa_outputs", width, 2);
                break;
        }
    }

    /// <summary>The width of the hidden states.</summary>
    public int Width => _config.Sizes.Width;

    /// <summary>The longest text, in tokens.</summary>
    public int MaxLength => _config.MaxPositions - (_config.Family == TextFamily.Roberta ? _config.PadToken + 1 : 0);

    /// <summary>The token that fills short texts up.</summary>
    public int PadToken => _config.PadToken;

    /// <summary>Whether the model makes one vector of the first token's.</summary>
    public bool HasPooler => _encoder.HasPooler;

    /// <inheritdoc/>
    protected internal override string Details =>
        $"{_config.Layers} layers, width {Width}, {_config.Sizes.Heads} heads, vocabulary {_config.VocabSize}";

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">There are no tokens.</exception>
    /// <exception cref="ShapeException">The shapes do not fit; the message says what would.</exception>
    /// <exception cref="DTypeException">The mask is not of truth values, or tokens are not whole numbers.</exception>
    /// <exception cref="IndexException">A token or a segment is out of range, or the text is too long.</exception>
    public override ModelOutput Forward(ModelInputs input)
    {
        ArgumentNullException.ThrowIfNull(input);
        (Tensor hidden, Tensor? pooled) = _encoder.Forward(this, input);
        ModelOutput output = new()
        {
            Hidden = hidden,
            Pooled = pooled,
            Logits = _masked?.Forward(hidden) ?? _sequence?.Forward(hidden, pooled)
                ?? _tokens?.Forward(hidden.Dropout(_config.HeadDropout, Training, _generator)),
            NextLogits = _next?.Forward(pooled!),
        };
        if (_question is null)
        {
            return output;
        }

        Tensor logits = _question.Forward(hidden);
        return output with { StartLogits = logits.Select(-1, 0), EndLogits = logits.Select(-1, 1) };
    }

    internal static ModelPlan Plan(ModelContext context, TextFamily family, string className, string prefix)
    {
        TextConfig config = TextConfig.Read(family, context.Config);
        string ending = context.Architecture.StartsWith(className, StringComparison.Ordinal) ? context.Architecture[className.Length..]
            : context.Architecture.Length == 0 ? "Model" : "?";
        TextHead? head = ending switch
        {
            "Model" => TextHead.None,
            "ForMaskedLM" => TextHead.MaskedTokens,
            "ForPreTraining" when family == TextFamily.Bert => TextHead.PreTraining,
            "ForNextSentencePrediction" when family == TextFamily.Bert => TextHead.NextSentence,
            "ForSequenceClassification" => TextHead.Sequence,
            "ForTokenClassification" => TextHead.Token,
            "ForQuestionAnswering" => TextHead.Question,
            _ => null,
        };
        if (head is null)
        {
            throw context.NoArchitecture(
                $"{className}Model", $"{className}ForMaskedLM", $"{className}ForSequenceClassification",
                $"{className}ForTokenClassification", $"{className}ForQuestionAnswering");
        }

        bool isTied = context.Config.Flag("tie_word_embeddings", true);
        context.Config.Only("problem_type", "single_label_classification", "multi_label_classification", "regression");
        return new ModelPlan(prefix, build => new TextEncoderModel(context, build, config, head.Value, prefix, isTied))
        {
            Std = context.Config.Positive("initializer_range", 0.02),

            // A file of pre-training has heads that its first architecture does not name.
            PassedOver = ["*position_ids", "cls.seq_relationship.*", "*pooler.*", "sop_classifier.*"],
        };
    }
}
