namespace DeepLearning.Pretrained;

/// <summary>The families of encoders of text.</summary>
internal enum TextFamily
{
    /// <summary>Devlin et al. 2019.</summary>
    Bert,

    /// <summary>Liu et al. 2019: BERT without segments of use, positions counted from the padding's number.</summary>
    Roberta,

    /// <summary>Sanh et al. 2019: half the layers, without segments and pooler.</summary>
    DistilBert,

    /// <summary>Lan et al. 2020: narrow embeddings, and layers that are used again and again.</summary>
    Albert,
}

/// <summary>The sizes of an encoder of text, from its configuration.</summary>
internal sealed record TextConfig(
    TextFamily Family, int VocabSize, int EmbeddingWidth, int MaxPositions, int Segments, int Layers, int Groups, int LayersOfGroup,
    int PadToken, double HeadDropout, EncoderSizes Sizes)
{
    public static TextConfig Read(TextFamily family, ConfigReader config) => family switch
    {
        TextFamily.DistilBert => DistilBert(config),
        TextFamily.Albert => Albert(config),
        _ => Bert(family, config),
    };

    public EncoderNames Names => Family switch
    {
        TextFamily.DistilBert => EncoderNames.DistilBert,
        TextFamily.Albert => EncoderNames.Albert,
        _ => EncoderNames.Bert,
    };

    private static TextConfig Bert(TextFamily family, ConfigReader config)
    {
        config.Only("position_embedding_type", "absolute");
        config.Only("is_decoder", "false");
        config.Only("add_cross_attention", "false");
        double dropout = config.Probability("hidden_dropout_prob", 0.1);
        int width = config.Size("hidden_size", 768);
        EncoderSizes sizes = new EncoderSizes(
            width, config.Size("num_attention_heads", 12), config.Size("intermediate_size", 3072),
            config.Positive("layer_norm_eps", 1e-12), Activation.Of(config, "hidden_act", "gelu"), dropout,
            config.Probability("attention_probs_dropout_prob", 0.1)).Checked(config, "num_attention_heads");
        return new TextConfig(
            family, config.Size("vocab_size", 30522), width, config.Size("max_position_embeddings", 512),
            config.Size("type_vocab_size", 2), config.Size("num_hidden_layers", 12), 1, 1,
            config.WholeOrNull("pad_token_id") ?? (family == TextFamily.Roberta ? 1 : 0),
            config.Probability("classifier_dropout", dropout), sizes);
    }

    private static TextConfig DistilBert(ConfigReader config)
    {
        config.Only("sinusoidal_pos_embds", "false", "true");
        int width = config.Size("dim", 768);
        double dropout = config.Probability("dropout", 0.1);
        EncoderSizes sizes = new EncoderSizes(
            width, config.Size("n_heads", 12), config.Size("hidden_dim", 3072), 1e-12, Activation.Of(config, "activation", "gelu"), dropout,
            config.Probability("attention_dropout", 0.1)).Checked(config, "n_heads");
        return new TextConfig(
            TextFamily.DistilBert, config.Size("vocab_size", 30522), width, config.Size("max_position_embeddings", 512), 0,
            config.Size("n_layers", 6), 1, 1, config.WholeOrNull("pad_token_id") ?? 0, config.Probability("seq_classif_dropout", 0.2),
            sizes);
    }

    private static TextConfig Albert(ConfigReader config)
    {
        config.Only("position_embedding_type", "absolute");
        int width = config.Size("hidden_size", 4096);
        EncoderSizes sizes = new EncoderSizes(
            width, config.Size("num_attention_heads", 64), config.Size("intermediate_size", 16384),
            config.Positive("layer_norm_eps", 1e-12), Activation.Of(config, "hidden_act", "gelu_new"),
            config.Probability("hidden_dropout_prob", 0), config.Probability("attention_probs_dropout_prob", 0))
            .Checked(config, "num_attention_heads");
        int layers = config.Size("num_hidden_layers", 12), groups = config.Size("num_hidden_groups", 1);
        return layers % groups == 0
            ? new TextConfig(
                TextFamily.Albert, config.Size("vocab_size", 30000), config.Size("embedding_size", 128),
                config.Size("max_position_embeddings", 512), config.Size("type_vocab_size", 2), layers, groups,
                config.Size("inner_group_num", 1), config.WholeOrNull("pad_token_id") ?? 0,
                config.Probability("classifier_dropout_prob", 0.1), sizes)
            : throw config.Bad("num_hidden_groups", $"{groups} groups do not divide {layers} layers.");
    }
}
