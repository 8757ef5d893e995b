namespace DeepLearning.Pretrained;

/// <summary>What the parts of an encoder's layer are called in a family, and in which order it computes.</summary>
/// <param name="Query">The projection of the queries.</param>
/// <param name="Key">The projection of the keys.</param>
/// <param name="Value">The projection of the values.</param>
/// <param name="Output">The projection of the attention's result.</param>
/// <param name="AttentionNorm">The norm of the attention.</param>
/// <param name="Up">The first map of the feed-forward part.</param>
/// <param name="Down">The second.</param>
/// <param name="FeedForwardNorm">The norm of the feed-forward part.</param>
/// <param name="IsPreNorm">Whether norms stand before what they belong to, and not behind the sum.</param>
/// <param name="DropsAttention">Whether the attention's result is dropped out.</param>
/// <param name="DropsFeedForward">Whether the feed-forward part's result is dropped out.</param>
internal sealed record EncoderNames(
    string Query, string Key, string Value, string Output, string AttentionNorm, string Up, string Down, string FeedForwardNorm,
    bool IsPreNorm = false, bool DropsAttention = true, bool DropsFeedForward = true)
{
    public static EncoderNames Bert { get; } = new(
        "attention.self.query", "attention.self.key", "attention.self.value", "attention.output.dense", "attention.output.LayerNorm",
        "intermediate.dense", "output.dense", "output.LayerNorm");

    public static EncoderNames DistilBert { get; } = new(
        "attention.q_lin", "attention.k_lin", "attention.v_lin", "attention.out_lin", "sa_layer_norm", "ffn.lin1", "ffn.lin2",
        "output_layer_norm", DropsAttention: false);

    public static EncoderNames Albert { get; } = new(
        "attention.query", "attention.key", "attention.value", "attention.dense", "attention.LayerNorm", "ffn", "ffn_output",
        "full_layer_layer_norm", DropsFeedForward: false);

    public static EncoderNames Vit { get; } = new(
        "attention.attention.query", "attention.attention.key", "attention.attention.value", "attention.output.dense", "layernorm_before",
        "intermediate.dense", "output.dense", "layernorm_after", IsPreNorm: true);

    public static EncoderNames Clip { get; } = new(
        "self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj", "self_attn.out_proj", "layer_norm1", "mlp.fc1", "mlp.fc2",
        "layer_norm2",
        IsPreNorm: true, DropsAttention: false, DropsFeedForward: false);
}

/// <summary>The sizes of an encoder's layer.</summary>
internal sealed record EncoderSizes(
    int Width, int Heads, int Intermediate, double Eps, Func<Tensor, Tensor> Act, double Dropout, double AttentionDropout,
    bool QkvBias = true, bool IsCausal = false)
{
    /// <summary>Refuses heads that do not divide the width.</summary>
    public EncoderSizes Checked(ConfigReader config, string key) => Width % Heads == 0 ? this
        : throw config.Bad(key, $"{Heads} heads do not divide a width of {Width}.");
}
