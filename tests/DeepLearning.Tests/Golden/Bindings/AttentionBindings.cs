using System.Text.Json;
using DeepLearning.Layers;

namespace DeepLearning.Tests.Golden;

internal static class AttentionBindings
{
    public static readonly Dictionary<string, GoldenBinding> Table = new()
    {
        ["scaled_dot_product_attention"] = c => [Tensor.ScaledDotProductAttention(
            c[0], c[1], c[2], c.All.Length > 3 ? c[3] : null, c.Double("dropout_p", 0), c.Bool("is_causal", false),
            c.Has("scale") ? c.Double("scale") : null, c.Bool("enable_gqa", false))],
        ["MultiheadAttention"] = MultiheadAttention,
        ["TransformerEncoderLayer"] = c => EncoderLayer(c, Loaded(c, NewEncoderLayer(c))),
        ["TransformerDecoderLayer"] = c => DecoderLayer(c, Loaded(c, NewDecoderLayer(c))),
        ["TransformerEncoder"] = Encoder,
        ["TransformerDecoder"] = Decoder,
        ["Transformer"] = Whole,
    };

    private static Tensor[] MultiheadAttention(GoldenCall c)
    {
        MultiheadAttention layer = Loaded(c, new MultiheadAttention(
            c.Int("embed_dim"), c.Int("num_heads"), bias: c.Bool("bias", true), addBiasKv: c.Bool("add_bias_kv", false),
            addZeroAttn: c.Bool("add_zero_attn", false), kdim: c.Has("kdim") ? c.Int("kdim") : null,
            vdim: c.Has("vdim") ? c.Int("vdim") : null, batchFirst: c.Bool("batch_first", false), dtype: DType.Float64));
        (Tensor output, Tensor? weights) = layer.Forward(
            Given(c, "query")!, Given(c, "key")!, Given(c, "value")!, Given(c, "key_padding_mask"), Said(c, "need_weights") ?? true,
            Given(c, "attn_mask"), Said(c, "average_attn_weights") ?? true, Said(c, "is_causal") ?? false);
        return weights is null ? [output] : [output, weights];
    }

    private static Tensor[] EncoderLayer(GoldenCall c, TransformerEncoderLayer layer) =>
        [layer.Forward(Given(c, "src")!, Given(c, "src_mask"), Given(c, "src_key_padding_mask"), Said(c, "is_causal") ?? false)];

    private static Tensor[] DecoderLayer(GoldenCall c, TransformerDecoderLayer layer) =>
    [
        layer.Forward(
            Given(c, "tgt")!, Given(c, "memory")!, Given(c, "tgt_mask"), Given(c, "memory_mask"), Given(c, "tgt_key_padding_mask"),
            Given(c, "memory_key_padding_mask"), Said(c, "tgt_is_causal") ?? false),
    ];

    private static Tensor[] Encoder(GoldenCall c)
    {
        TransformerEncoder stack = Loaded(c, new TransformerEncoder(NewEncoderLayer(c), c.Int("num_layers"), Norm(c)));
        return [stack.Forward(Given(c, "src")!, Given(c, "mask"), Given(c, "src_key_padding_mask"), Said(c, "is_causal"))];
    }

    private static Tensor[] Decoder(GoldenCall c)
    {
        TransformerDecoder stack = Loaded(c, new TransformerDecoder(NewDecoderLayer(c), c.Int("num_layers"), Norm(c)));
        return
        [
            stack.Forward(
                Given(c, "tgt")!, Given(c, "memory")!, Given(c, "tgt_mask"), Given(c, "memory_mask"), Given(c, "tgt_key_padding_mask"),
                Given(c, "memory_key_padding_mask"), Said(c, "tgt_is_causal")),
        ];
    }

    private static Tensor[] Whole(GoldenCall c)
    {
        Transformer model = Loaded(c, new Transformer(
            c.Int("d_model"), c.Int("nhead"), c.Int("num_encoder_layers"), c.Int("num_decoder_layers"), c.Int("dim_feedforward"),
            c.Double("dropout"), Activation(c), layerNormEps: c.Double("layer_norm_eps", 1e-5), batchFirst: c.Bool("batch_first", false),
            normFirst: c.Bool("norm_first", false), bias: c.Bool("bias", true), dtype: DType.Float64));
        return
        [
            model.Forward(
                Given(c, "src")!, Given(c, "tgt")!, Given(c, "src_mask"), Given(c, "tgt_mask"), Given(c, "memory_mask"),
                Given(c, "src_key_padding_mask"), Given(c, "tgt_key_padding_mask"), Given(c, "memory_key_padding_mask"),
                Said(c, "src_is_causal"), Said(c, "tgt_is_causal")),
        ];
    }

    private static TransformerEncoderLayer NewEncoderLayer(GoldenCall c) => new(
        c.Int("d_model"), c.Int("nhead"), c.Int("dim_feedforward"), c.Double("dropout"), Activation(c), c.Double("layer_norm_eps", 1e-5),
        c.Bool("batch_first", false), c.Bool("norm_first", false), c.Bool("bias", true), DType.Float64);

    private static TransformerDecoderLayer NewDecoderLayer(GoldenCall c) => new(
        c.Int("d_model"), c.Int("nhead"), c.Int("dim_feedforward"), c.Double("dropout"), Activation(c), c.Double("layer_norm_eps", 1e-5),
        c.Bool("batch_first", false), c.Bool("norm_first", false), c.Bool("bias", true), DType.Float64);

    private static LayerNorm? Norm(GoldenCall c) => c.Bool("norm") ? new LayerNorm(c.Int("d_model"), dtype: DType.Float64) : null;

    private static Func<Tensor, Tensor>? Activation(GoldenCall c) => c.Text("activation", "relu") switch
    {
        "relu" => null,
        "gelu" => static x => x.Gelu(),
        "tanh" => static x => x.Tanh(),
        "silu" => new SiLU().Forward,
        var other => throw new ArgumentException($"'{other}' is no activation of the cases."),
    };

    /// <summary>A named input of the forward call; null where it was left out.</summary>
    private static Tensor? Given(GoldenCall c, string name) =>
        Array.IndexOf([.. Forward(c)], name) is >= 0 and int at ? c[at] : null;

    /// <summary>A truth value of the forward call; null where it was left out.</summary>
    private static bool? Said(GoldenCall c, string name) =>
        c.Case.Argument("forward").TryGetProperty(name, out JsonElement value) ? value.GetBoolean() : null;

    private static IEnumerable<string> Forward(GoldenCall c) => c.Case.Argument("call").EnumerateArray().Select(n => n.GetString()!);

    private static TModule Loaded<TModule>(GoldenCall c, TModule module)
        where TModule : Module
    {
        c.Load(module, [.. Forward(c)]);
        return module;
    }
}
