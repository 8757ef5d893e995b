using DeepLearning.Models;

namespace DeepLearning.Pretrained;

/// <summary>The sizes of a decoder of LLaMA's kind.</summary>
internal sealed record LlamaConfig(
    int VocabSize, int Width, int Intermediate, int Layers, int Heads, int KVHeads, int HeadWidth, int MaxPositions, double Eps,
    bool QkvBias, bool OutputBias, bool MlpBias, bool HasHeadNorms, int? Window, bool IsTied, double AttentionDropout,
    Func<Tensor, Tensor> Act, Rotary Rotary)
{
    /// <summary>Reads a configuration of LLaMA, Mistral, Qwen2 or Qwen3.</summary>
    public static LlamaConfig Read(ModelContext context, string family)
    {
        ConfigReader config = context.Config;

        // GGUF orders the rows of LLaMA's queries and keys so that neighbors turn together.
        RotaryLayout layout = context.IsGguf && family == "Llama" ? RotaryLayout.Interleaved : RotaryLayout.Halves;
        int width = config.Size("hidden_size"), heads = config.Size("num_attention_heads");
        int? given = config.SizeOrNull("head_dim") ?? (family == "Qwen3" ? 128 : null);
        if (given is null && width % heads != 0)
        {
            throw config.Bad("num_attention_heads", $"{heads} heads do not divide a width of {width}.");
        }

        int headWidth = given ?? width / heads, kvHeads = config.Size("num_key_value_heads", family is "Llama" ? heads : 8);
        if (heads % kvHeads != 0 || headWidth % 2 != 0)
        {
            throw config.Bad("num_key_value_heads",
                $"{kvHeads} heads of keys do not divide {heads} heads of queries, or heads of a width of "
                + $"{headWidth} have no pairs.");
        }

        bool isQwen = family is "Qwen2" or "Qwen3";
        int layers = config.Size("num_hidden_layers");
        int? window = config.SizeOrNull("sliding_window");
        bool usesWindow = isQwen ? config.Flag("use_sliding_window", false) : family == "Mistral";
        CheckWindow(config, layers, usesWindow && window is not null);
        config.Only("pretraining_tp", "1");
        config.Only("attention_type", "full");
        config.Only("partial_rotary_factor", "1", "1.0");
        bool bias = config.Flag("attention_bias", false);
        int maxPositions = config.Size("max_position_embeddings", family is "Llama" ? 2048 : 32768);
        return new LlamaConfig(
            config.Size("vocab_size"), width, config.Size("intermediate_size"), layers, heads, kvHeads, headWidth, maxPositions,
            config.Positive("rms_norm_eps", 1e-6), family == "Qwen2" || bias, family != "Qwen2" && bias, config.Flag("mlp_bias", false),
            family == "Qwen3", usesWindow ? window : null, config.Flag("tie_word_embeddings", false),
            config.Probability("attention_dropout", 0), Activation.Of(config, "hidden_act", "silu"),
            Rotary.Read(config, headWidth, maxPositions, layout, context.FrequencyFactors));
    }

    /// <summary>All layers have the window, or none: a configuration that mixes them is refused.</summary>
    private static void CheckWindow(ConfigReader config, int layers, bool isWindowed)
    {
        IReadOnlyList<string> types = config.Texts("layer_types");
        string expected = isWindowed ? "sliding_attention" : "full_attention";
        if (types.Count > 0 && (types.Count != layers || types.Any(type => type != expected)))
        {
            throw config.Bad("layer_types", $"layers of several kinds are not supported; all {layers} must be {expected}.");
        }

        if (isWindowed && config.WholeOrNull("max_window_layers") is { } full and > 0)
        {
            throw config.Bad("max_window_layers", $"{full} layers without the sliding window beside others with it are not supported.");
        }
    }
}
