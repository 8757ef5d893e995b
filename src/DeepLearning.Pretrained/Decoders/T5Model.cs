using DeepLearning.Models;

namespace DeepLearning.Pretrained;

/// <summary>
/// T5 (Raffel et al. 2020): an encoder that reads a text and a decoder that writes another, with root mean square norms, unscaled attention
/// and learned biases of distances. Tokens [batch, length] and decoder tokens [batch, written] → logits [batch, written, vocabulary].
/// </summary>
public sealed class T5Model : PretrainedModel
{
    private readonly T5Config _config;
    private readonly Table _shared;
    private readonly T5Stack _encoder;
    private readonly T5Stack? _decoder;
    private readonly Projection? _head;

    private T5Model(ModelContext context, Build build, T5Config config)
        : base(context, build)
    {
        _config = config;
        _shared = Add("shared", part => new Table(part, config.VocabSize, config.Width));
        _encoder = Add("encoder", part => new T5Stack(part, config, config.Layers, isDecoder: false, _shared));
        if (context.Architecture is "T5EncoderModel")
        {
            return;
        }

        _decoder = Add("decoder", part => new T5Stack(part, config, config.DecoderLayers, isDecoder: true, _shared));
        if (context.Architecture is "T5ForConditionalGeneration")
        {
            _head = config.IsTied ? Tied("lm_head", _shared, config.Width, config.VocabSize)
                : Linear("lm_head", config.Width, config.VocabSize, bias: false);
        }
    }

    /// <summary>The number of tokens.</summary>
    public int VocabSize => _config.VocabSize;

    /// <summary>The token that a text that is written starts with.</summary>
    public int StartToken => _config.StartToken;

    /// <inheritdoc/>
    protected internal override string Details =>
        $"{_config.Layers} and {_config.DecoderLayers} layers, width {_config.Width}, {_config.Heads} heads, "
        + $"vocabulary {_config.VocabSize}";

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">There are no tokens, or none of the decoder where there is one.</exception>
    /// <exception cref="ShapeException">The shapes do not fit; the message says what would.</exception>
    public override ModelOutput Forward(ModelInputs input)
    {
        ArgumentNullException.ThrowIfNull(input);
        Tensor tokens = input.Tokens ?? throw Needs(nameof(ModelInputs.Tokens));
        BlockChecks.Tokens(this, tokens);
        BlockChecks.TokenMask(this, input.Mask, "mask", tokens.Size(0), tokens.Size(1));
        Tensor read = Encode(tokens, input.Mask);
        if (_decoder is null)
        {
            return new ModelOutput { Hidden = read };
        }

        Tensor written = input.DecoderTokens ?? throw Needs(nameof(ModelInputs.DecoderTokens));
        BlockChecks.Tokens(this, written, "decoder tokens");
        Tensor hidden = _decoder.Forward(written, null, read, input.Mask, null);
        return new ModelOutput { Hidden = hidden, Logits = _head is null ? null : Logits(hidden) };
    }

    /// <summary>The tokens of a decoder that learns to write a text: the start token, then all but the last.</summary>
    /// <param name="labels">The text, [batch, length]; −100, which losses pass over, becomes padding.</param>
    public Tensor DecoderTokensOf(Tensor labels)
    {
        ArgumentNullException.ThrowIfNull(labels);
        Tensor start = Tensor.Full([labels.Size(0), 1], _config.StartToken, labels.DType, labels.Device);
        Tensor shifted = Tensor.Cat([start, labels.Narrow(1, 0, labels.Size(1) - 1)], 1);
        return shifted.MaskedFill(shifted.EqualTo(-100), _config.PadToken);
    }

    /// <summary>The hidden states of a text that is read.</summary>
    internal Tensor Encode(Tensor tokens, Tensor? mask) => _encoder.Forward(tokens, mask, null, null, null);

    internal T5Cache NewCache() => new(_config.DecoderLayers);

    /// <summary>The logits of the last of the new tokens.</summary>
    internal Tensor LastLogits(Tensor tokens, T5Cache cache, Tensor read, Tensor? readMask)
    {
        if (_decoder is null || _head is null)
        {
            throw new InvalidOperationException($"{Label}: it has no head that writes; load it as T5ForConditionalGeneration.");
        }

        return Logits(_decoder.Forward(tokens, null, read, readMask, cache).Narrow(1, tokens.Size(1) - 1, 1)).Select(1, 0);
    }

    internal static ModelPlan Plan(ModelContext context)
    {
        ConfigReader config = context.Config;
        if (context.Architecture is not ("" or "T5Model" or "T5EncoderModel" or "T5ForConditionalGeneration"))
        {
            throw context.NoArchitecture("T5Model", "T5EncoderModel", "T5ForConditionalGeneration");
        }

        string projection = config.Text("feed_forward_proj", "relu");
        bool isGated = projection.StartsWith("gated-", StringComparison.Ordinal);
        Func<Tensor, Tensor> act = (isGated ? projection[6..] : projection) switch
        {
            // The gated variant of T5 1.1 computes its GELU by a tanh.
            "gelu" when isGated => static x => x.Gelu(approximate: true),
            "gelu_new" => static x => x.Gelu(approximate: true),
            "gelu" => static x => x.Gelu(),
            "relu" => static x => x.Relu(),
            "silu" => static x => x.Silu(),
            _ => throw config.Bad("feed_forward_proj",
                $"'{projection}' is not supported; what is: relu, gelu, silu, gated-gelu, gated-relu and "
                + "gated-silu."),
        };
        config.Has("n_positions");
        config.Has("classifier_dropout");
        config.Has("dense_act_fn");
        config.Has("is_gated_act");
        config.Only("is_decoder", "false");
        int width = config.Size("d_model", 512), layers = config.Size("num_layers", 6);
        T5Config sizes = new(
            config.Size("vocab_size", 32128), width, config.Size("d_kv", 64), config.Size("d_ff", 2048), layers,
            config.Size("num_decoder_layers", layers), config.Size("num_heads", 8), config.Size("relative_attention_num_buckets", 32),
            config.Size("relative_attention_max_distance", 128), config.Probability("dropout_rate", 0.1),
            config.Positive("layer_norm_epsilon", 1e-6), act, isGated, config.Flag("tie_word_embeddings", true),
            config.WholeOrNull("decoder_start_token_id") ?? 0, config.WholeOrNull("pad_token_id") ?? 0);
        return new ModelPlan("", build => new T5Model(context, build, sizes))
        {
            PassedOver =
            [
                "encoder.embed_tokens.weight", "decoder.embed_tokens.weight",
                "decoder.block.0.layer.1.EncDecAttention.relative_attention_bias.weight",
            ],
        };
    }

    // With the table of tokens as the head, what goes into it is scaled down.
    private Tensor Logits(Tensor hidden) => _head!.Forward(_config.IsTied ? hidden * Math.Pow(_config.Width, -0.5) : hidden);
}

/// <summary>The sizes of a T5.</summary>
internal sealed record T5Config(
    int VocabSize, int Width, int HeadWidth, int Inner, int Layers, int DecoderLayers, int Heads, int Buckets, int MaxDistance,
    double Dropout, double Eps, Func<Tensor, Tensor> Act, bool IsGated, bool IsTied, int StartToken, int PadToken);
