using System.Text.Json;
using System.Text.Json.Nodes;
using DeepLearning.Formats;

namespace DeepLearning.Pretrained;

/// <summary>How JSON is written.</summary>
internal static class JsonOptions
{
    public static JsonSerializerOptions Indented { get; } = new() { WriteIndented = true };
}

/// <summary>What a model knows of its configuration.</summary>
internal sealed class ModelContext
{
    private ModelContext(ConfigReader config, JsonObject json, string modelType, string architecture, bool hasOwnHead, int? labels)
    {
        (Config, Json, ModelType, Architecture, HasOwnHead) = (config, json, modelType, architecture, hasOwnHead);
        Classes = labels ?? config.Classes();
        Labels = ReadLabels(json, Classes);
    }

    public ConfigReader Config { get; }

    public JsonObject Json { get; }

    /// <summary>The family, such as <c>bert</c>.</summary>
    public string ModelType { get; }

    public string Architecture { get; }

    /// <summary>Whether another head than the configuration's was asked for, which may start anew.</summary>
    public bool HasOwnHead { get; }

    public int Classes { get; }

    public IReadOnlyDictionary<int, string> Labels { get; }

    /// <summary>The tokens that end a text.</summary>
    public IReadOnlyList<int> EndTokens => Config.Wholes("eos_token_id");

    /// <summary>Whether the weights are laid out as in GGUF.</summary>
    public bool IsGguf { get; init; }

    /// <summary>What divides the frequencies of rotary positions, beside the configuration's scaling; nothing when null.</summary>
    public double[]? FrequencyFactors { get; init; }

    public static ModelContext Read(string text, string path, PretrainedOptions options, bool isGguf = false,
        double[]? frequencyFactors = null)
    {
        ConfigReader config = ConfigReader.Parse(text, path);
        JsonObject json = JsonNode.Parse(text)!.AsObject();
        string type = config.Text("model_type");
        IReadOnlyList<string> architectures = config.Texts("architectures");
        string given = architectures.Count > 0 ? architectures[0] : "";
        string architecture = options.Architecture ?? given;
        if (options.NumLabels is { } labels)
        {
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(labels, nameof(options));
            json["id2label"] = new JsonObject(Enumerable.Range(0, labels).Select(
                static i => KeyValuePair.Create<string, JsonNode?>($"{i}", $"LABEL_{i}")));
            json["label2id"] = new JsonObject(Enumerable.Range(0, labels).Select(
                static i => KeyValuePair.Create<string, JsonNode?>($"LABEL_{i}", i)));
            json.Remove("num_labels");
        }

        bool hasOwnHead = options.NumLabels is not null || (options.Architecture is not null && options.Architecture != given);
        return new ModelContext(config, json, type, architecture, hasOwnHead, options.NumLabels)
        {
            IsGguf = isGguf,
            FrequencyFactors = frequencyFactors,
        };
    }

    /// <summary>The exception for an architecture that the family lacks.</summary>
    public ModelFileException NoArchitecture(params ReadOnlySpan<string> known) => Config.Bad(
        "architectures", $"'{Architecture}' of the family '{ModelType}' is not supported; what is: {string.Join(", ", known.ToArray())}.");

    private static Dictionary<int, string> ReadLabels(JsonObject json, int classes)
    {
        Dictionary<int, string> labels = [];
        if (json["id2label"] is JsonObject named)
        {
            foreach ((string key, JsonNode? value) in named)
            {
                if (int.TryParse(key, out int number) && number >= 0 && number < classes && value is JsonValue text
                    && text.TryGetValue(out string? label))
                {
                    labels[number] = label;
                }
            }
        }

        return labels;
    }
}
