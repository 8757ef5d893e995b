using System.Globalization;
using System.Text.Json.Nodes;
using DeepLearning.Formats;
using DeepLearning.Layers;

namespace DeepLearning.Pretrained;

/// <summary>
/// Models of GGUF files, as llama.cpp has them: LLaMA (and Mistral), Qwen2 and Qwen3. Quantized weights are computed on as they stand in
/// the file, which is mapped into memory: neither a copy nor decoded numbers are made.
/// </summary>
public static class GgufModels
{
    /// <summary>Loads a model.</summary>
    /// <param name="path">The file.</param>
    /// <param name="options">How; as the file says when null. An architecture of its own cannot be asked for.</param>
    /// <returns>The model, in evaluation mode, with its tokenizer where that is one of byte pairs or of SentencePiece.</returns>
    /// <exception cref="ModelFileException">The file is damaged, or has a model that is not supported; what is not is named.</exception>
    /// <exception cref="StateDictException">Tensors are missing, of another shape, or have no place; they are named.</exception>
    /// <exception cref="IOException">The file does not exist or cannot be read.</exception>
    public static LlamaModel Load(string path, PretrainedOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        options ??= new PretrainedOptions();
        using GgufFile file = GgufFile.Open(path);
        GgufMetadata metadata = new(file);
        (JsonObject config, double[]? factors) = ConfigOf(metadata);
        using GgufSource source = new(file);
        ModelContext context = ModelContext.Read(
            config.ToJsonString(), path, options with { Architecture = null, NumLabels = null }, isGguf: true, factors);
        ModelPlan plan = ModelPlan.Of(context);
        LlamaModel model = (LlamaModel)PretrainedModel.Make(plan, context, source, options);
        model.Tokenizer = GgufTokenizer.Of(metadata);
        return model;
    }

    private static (JsonObject Config, double[]? Factors) ConfigOf(GgufMetadata data)
    {
        string kind = data.Text("general.architecture") ?? throw data.Bad("general.architecture", "it is missing.");
        string family = kind switch
        {
            "llama" => "Llama",
            "qwen2" => "Qwen2",
            "qwen3" => "Qwen3",
            _ => throw data.Bad("general.architecture", $"'{kind}' is not supported; what is: llama, qwen2 and qwen3."),
        };
        if (data.Number($"{kind}.expert_count") is > 0)
        {
            throw data.Bad($"{kind}.expert_count", "mixtures of experts are not supported.");
        }

        long heads = Needed("attention.head_count"), width = Needed("embedding_length");
        long headWidth = data.Whole($"{kind}.attention.key_length") ?? (heads > 0 ? width / heads : 0);
        if (data.Whole($"{kind}.attention.value_length") is { } values && values != headWidth)
        {
            throw data.Bad($"{kind}.attention.value_length",
                $"values of a width of {values} beside keys of {headWidth} are not supported.");
        }

        if (data.Whole($"{kind}.rope.dimension_count") is { } turned && turned != headWidth)
        {
            throw data.Bad($"{kind}.rope.dimension_count", $"turning {turned} numbers of {headWidth} is not supported.");
        }

        GgufFile file = data.File;
        JsonObject config = new()
        {
            ["model_type"] = family.ToLowerInvariant(),
            ["architectures"] = new JsonArray(family + "ForCausalLM"),
            ["vocab_size"] = VocabSize(file),
            ["hidden_size"] = width,
            ["intermediate_size"] = Needed("feed_forward_length"),
            ["num_hidden_layers"] = Needed("block_count"),
            ["num_attention_heads"] = heads,
            ["num_key_value_heads"] = data.Whole($"{kind}.attention.head_count_kv") ?? heads,
            ["head_dim"] = headWidth,
            ["max_position_embeddings"] = Needed("context_length"),
            ["rms_norm_eps"] = data.Number($"{kind}.attention.layer_norm_rms_epsilon")
                ?? throw data.Bad($"{kind}.attention.layer_norm_rms_epsilon", "it is missing."),
            ["rope_theta"] = data.Number($"{kind}.rope.freq_base") ?? 10000,
        };
        if (data.Whole("tokenizer.ggml.eos_token_id") is { } end)
        {
            config["eos_token_id"] = data.Whole("tokenizer.ggml.eot_token_id") is { } turn && turn != end ? new JsonArray(end, turn) : end;
        }

        if (family == "Llama" && data.Whole($"{kind}.attention.sliding_window") is > 0)
        {
            throw data.Bad($"{kind}.attention.sliding_window", "a sliding window in GGUF is not supported.");
        }

        if (data.Text($"{kind}.rope.scaling.type") is { } scaling and not "none")
        {
            if (scaling is not ("linear" or "yarn"))
            {
                throw data.Bad($"{kind}.rope.scaling.type", $"the scaling '{scaling}' in GGUF is not supported; linear and yarn are.");
            }

            config["rope_scaling"] = new JsonObject
            {
                ["rope_type"] = scaling,
                ["factor"] = data.Number($"{kind}.rope.scaling.factor") ?? 1,
                ["original_max_position_embeddings"] = data.Whole($"{kind}.rope.scaling.original_context_length")
                    ?? Needed("context_length"),
            };
            if (scaling == "linear")
            {
                config["rope_scaling"]!.AsObject().Remove("original_max_position_embeddings");
            }
        }

        return (config, Factors(file, headWidth));

        long Needed(string key) => data.Whole($"{kind}.{key}") is > 0 and { } value ? value
            : throw data.Bad($"{kind}.{key}", "a whole number greater than 0 is missing.");
    }

    private static int VocabSize(GgufFile file) => file.TryGetEntry("token_embd.weight", out GgufEntry? table) && table.Shape.Rank == 2
        ? table.Shape[0]
        : throw new ModelFileException(file.FileName, "token_embd.weight", null, "the table of tokens is missing.");

    /// <summary>What divides the frequencies of the rotary positions, where the file has it: Llama 3.1's scaling.</summary>
    private static double[]? Factors(GgufFile file, long headWidth)
    {
        if (!file.TryGetEntry("rope_freqs.weight", out GgufEntry? entry))
        {
            return null;
        }

        return entry.Count == headWidth / 2
            ? file.Read("rope_freqs.weight").ToArray<double>()
            : throw new ModelFileException(file.FileName, "rope_freqs.weight", null, $"it has {entry.Count} numbers; {headWidth / 2} fit.");
    }
}

/// <summary>What a GGUF file says of itself, by type.</summary>
internal sealed class GgufMetadata(GgufFile file)
{
    public GgufFile File => file;

    public ModelFileException Bad(string key, string problem) => new(file.FileName, key, null, problem);

    public string? Text(string key) => file.Metadata.TryGetValue(key, out object? value)
        ? value as string ?? throw Bad(key, "it is no text.")
        : null;

    public bool? Flag(string key) => file.Metadata.TryGetValue(key, out object? value)
        ? value as bool? ?? throw Bad(key, "it is no truth value.")
        : null;

    public long? Whole(string key) => !file.Metadata.TryGetValue(key, out object? value) ? null : value switch
    {
        byte or sbyte or ushort or short or uint or int or long => Convert.ToInt64(value, CultureInfo.InvariantCulture),
        ulong number when number <= long.MaxValue => (long)number,
        _ => throw Bad(key, "it is no whole number; values for each layer are not supported."),
    };

    public double? Number(string key) => !file.Metadata.TryGetValue(key, out object? value) ? null : value switch
    {
        // As it was written, in decimals: 1e-5 and not the float32 nearest to it.
        float number => double.Parse(number.ToString("R", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture),
        double number => number,
        byte or sbyte or ushort or short or uint or int or long => Convert.ToDouble(value, CultureInfo.InvariantCulture),
        _ => throw Bad(key, "it is no number."),
    };

    public T[]? Many<T>(string key) => file.Metadata.TryGetValue(key, out object? value)
        ? value as T[] ?? throw Bad(key, $"it is no list of {typeof(T).Name}.")
        : null;
}
