using System.Text.Json;
using DeepLearning.Formats;

namespace DeepLearning.Pretrained;

/// <summary>
/// Reads a model's <c>config.json</c>. Each value that is asked for is checked, and what nobody asked for is refused at the end unless it
/// is known not to change what the model computes.
/// </summary>
internal sealed class ConfigReader
{
    /// <summary>The greatest size that is taken for one; the file's tensors must have it, too.</summary>
    private const int GreatestSize = 1 << 28;

    // What describes training, generation, naming or the Python side alone.
    private static readonly HashSet<string> _harmless =
    [
        "_name_or_path", "_num_labels", "architectures", "attn_implementation", "_attn_implementation", "_attn_implementation_autoset",
        "auto_map", "bad_words_ids", "begin_suppress_tokens", "bos_token_id", "bos_token", "cache_implementation",
        "chunk_size_feed_forward",
        "cross_attention_hidden_size", "decoder_start_token_id", "directionality", "diversity_penalty", "do_sample",
        "dtype", "early_stopping", "encoder_no_repeat_ngram_size", "eos_token", "eos_token_id",
        "exponential_decay_length_penalty", "finetuning_task", "forced_bos_token_id", "forced_eos_token_id", "gradient_checkpointing",
        "id2label", "initializer_factor", "initializer_range", "is_encoder_decoder", "label2id", "language", "length_penalty", "max_length",
        "max_window_layers", "min_length", "model_type", "n_ctx", "name_or_path", "no_repeat_ngram_size", "num_beam_groups", "num_beams",
        "num_return_sequences", "output_attentions", "output_hidden_states", "output_past", "output_scores", "pad_token", "pad_token_id",
        "prefix", "pretraining_tp", "problem_type", "qa_dropout", "remove_invalid_values", "repetition_penalty", "return_dict",
        "return_dict_in_generate", "seq_classif_dropout", "sep_token_id", "suppress_tokens", "task_specific_params", "temperature",
        "tf_legacy_loss", "tie_weights_", "tokenizer_class", "top_k", "top_p", "torch_dtype", "torchscript", "transformers_version",
            "typical_p",
        "unk_token_id",
        "use_bfloat16", "use_cache", "pooler_fc_size", "pooler_num_attention_heads", "pooler_num_fc_layers", "pooler_size_per_head",
        "pooler_type", "summary_activation", "summary_first_dropout", "summary_proj_to_labels", "summary_type", "summary_use_proj",
        "net_structure_type", "num_memory_blocks", "down_scale_factor", "gap_size", "encoder_stride",
        "out_features", "out_indices", "stage_names", "logit_scale_init_value", "adapters", "sinusoidal_pos_embds",
        "gradient_checkpointing_kwargs", "use_mems_eval", "type", "keys_to_ignore_at_inference",
        "num_labels",
    ];

    private readonly Dictionary<string, JsonElement> _values = [];
    private readonly HashSet<string> _asked = [];

    private ConfigReader(string file, JsonElement root)
    {
        File = file;
        if (root.ValueKind != JsonValueKind.Object)
        {
            throw new ModelFileException(file, null, null, "a configuration is a JSON object.");
        }

        foreach (JsonProperty property in root.EnumerateObject())
        {
            if (!_values.TryAdd(property.Name, property.Value.Clone()))
            {
                throw Bad(property.Name, "it is there twice.");
            }
        }
    }

    public string File { get; }

    /// <exception cref="ModelFileException">It is not a JSON object.</exception>
    public static ConfigReader Parse(string text, string file)
    {
        try
        {
            using JsonDocument json = JsonDocument.Parse(text, new JsonDocumentOptions { MaxDepth = 32 });
            return new ConfigReader(file, json.RootElement);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new ModelFileException(file, null, null, $"it is not valid JSON: {e.Message}", e);
        }
    }

    /// <summary>The exception for a value that does not fit.</summary>
    public ModelFileException Bad(string key, string problem) => new(File, key, null, problem);

    public bool Has(string key) => Find(key) is not null;

    public int Size(string key, int? fallback = null)
    {
        if (Find(key) is not { } value)
        {
            return fallback ?? throw Bad(key, "it is missing.");
        }

        return value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out int number) && number is > 0 and <= GreatestSize
            ? number
            : throw Bad(key, $"{Shown(value)} is no size: a whole number from 1 to {GreatestSize}.");
    }

    public int? SizeOrNull(string key) => Find(key) is null ? null : Size(key);

    /// <summary>A whole number that is not a size: a token's, or −1.</summary>
    public int? WholeOrNull(string key) => Find(key) is not { } value ? null
        : value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out int number) ? number
        : throw Bad(key, $"{Shown(value)} is no whole number.");

    public IReadOnlyList<int> Wholes(string key)
    {
        if (Find(key) is not { } value)
        {
            return [];
        }

        JsonElement[] items = value.ValueKind == JsonValueKind.Array ? [.. value.EnumerateArray()] : [value];
        return [.. items.Select(item => item.ValueKind == JsonValueKind.Number && item.TryGetInt32(out int number) ? number
            : throw Bad(key, $"{Shown(value)} is neither a whole number nor a list of some."))];
    }

    /// <summary>Sizes of parts, at most so many.</summary>
    public int[] Sizes(string key, int most)
    {
        IReadOnlyList<int> values = Find(key) is null ? throw Bad(key, "it is missing.") : Wholes(key);
        return values.Count is > 0 && values.Count <= most && values.All(static x => x is > 0 and <= GreatestSize)
            ? [.. values]
            : throw Bad(key, $"it is no list of 1 to {most} sizes.");
    }

    public double Number(string key, double fallback)
    {
        if (Find(key) is not { } value)
        {
            return fallback;
        }

        return value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out double number) && double.IsFinite(number)
            ? number
            : throw Bad(key, $"{Shown(value)} is no number.");
    }

    public IReadOnlyList<double> Numbers(string key) => Find(key) is not { } value ? []
        : value.ValueKind == JsonValueKind.Array && value.EnumerateArray().All(static item =>
            item.ValueKind == JsonValueKind.Number && item.TryGetDouble(out double number) && double.IsFinite(number))
            ? [.. value.EnumerateArray().Select(static item => item.GetDouble())]
            : throw Bad(key, $"{Shown(value)} is no list of numbers.");

    public double Positive(string key, double fallback) => Number(key, fallback) is > 0 and var number
        ? number
        : throw Bad(key, "it must be greater than 0.");

    public double Probability(string key, double fallback) => Number(key, fallback) is >= 0 and <= 1 and var number
        ? number
        : throw Bad(key, "it is a probability: from 0 to 1.");

    public bool Flag(string key, bool fallback) => Find(key) is not { } value ? fallback
        : value.ValueKind is JsonValueKind.True or JsonValueKind.False ? value.GetBoolean()
        : throw Bad(key, $"{Shown(value)} is neither true nor false.");

    public string Text(string key, string? fallback = null) => Find(key) is not { } value
        ? fallback ?? throw Bad(key, "it is missing.")
        : value.ValueKind == JsonValueKind.String ? value.GetString()! : throw Bad(key, $"{Shown(value)} is no text.");

    public IReadOnlyList<string> Texts(string key) => Find(key) is not { } value ? []
        : value.ValueKind == JsonValueKind.Array && value.EnumerateArray().All(static item => item.ValueKind == JsonValueKind.String)
            ? [.. value.EnumerateArray().Select(static item => item.GetString()!)]
            : throw Bad(key, $"{Shown(value)} is no list of texts.");

    /// <summary>An object in the configuration, read the same way; null where it is missing.</summary>
    public ConfigReader? Part(string key) => Find(key) is not { } value ? null : new ConfigReader($"{File}: {key}", value);

    /// <summary>The number of classes, by the labels or by number.</summary>
    public int Classes()
    {
        int? named = Find("id2label") is { ValueKind: JsonValueKind.Object } labels ? labels.EnumerateObject().Count() : null;
        return named is > 0 ? named.Value : SizeOrNull("num_labels") ?? SizeOrNull("_num_labels") ?? 2;
    }

    /// <summary>Asks for a value that other values than those would change what is computed.</summary>
    public void Only(string key, params ReadOnlySpan<string> allowed)
    {
        if (Find(key) is not { } value)
        {
            return;
        }

        string text = value.ValueKind == JsonValueKind.String ? value.GetString()! : value.GetRawText();
        if (!allowed.Contains(text))
        {
            throw Bad(key, $"{Shown(value)} is not supported; what is: {string.Join(", ", allowed.ToArray())}.");
        }
    }

    /// <summary>
    /// Refuses what nobody asked for and what is not known to be without effect; null, false and what is empty say nothing.
    /// </summary>
    public void Finish(IReadOnlyCollection<string> ignored)
    {
        string[] unknown = [.. _values.Where(entry => !_asked.Contains(entry.Key) && !_harmless.Contains(entry.Key)
            && !ignored.Contains(entry.Key) && !SaysNothing(entry.Value))
            .Select(static entry => $"{entry.Key} = {Shown(entry.Value)}")];
        if (unknown.Length > 0)
        {
            throw new ModelFileException(File, null, null,
                $"not known, and may change what the model computes: {string.Join("; ", unknown)}. "
                + "Name those that do not matter in PretrainedOptions.IgnoredConfigKeys.");
        }
    }

    private static bool SaysNothing(JsonElement value) => value.ValueKind is JsonValueKind.Null or JsonValueKind.False
        || (value.ValueKind == JsonValueKind.Array && value.GetArrayLength() == 0)
        || (value.ValueKind == JsonValueKind.Object && !value.EnumerateObject().Any());

    private static string Shown(JsonElement value) => value.GetRawText() is { Length: > 60 } text ? text[..60] + "…" : value.GetRawText();

    private JsonElement? Find(string key)
    {
        _asked.Add(key);
        return _values.TryGetValue(key, out JsonElement value) && value.ValueKind != JsonValueKind.Null ? value : null;
    }
}
