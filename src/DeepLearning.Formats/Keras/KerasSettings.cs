using System.Text.Json;

namespace DeepLearning.Formats;

/// <summary>What the configuration of a model says about one layer.</summary>
/// <param name="Name">The name that the user or Keras gave it.</param>
/// <param name="SavedName">The path under which the newer format saves it.</param>
/// <param name="ClassName">Its class.</param>
/// <param name="Config">Its settings.</param>
internal sealed record KerasSettings(string Name, string SavedName, string ClassName, JsonElement Config)
{
    private const int MostNesting = 64;
    private const int MostLayers = 1 << 16;

    /// <summary>The layers of a configuration in order, those of models within the model among them.</summary>
    /// <exception cref="ModelFileException">It is not valid JSON, or nested too deep.</exception>
    public static List<KerasSettings> Parse(string json, FileContext file)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = MostNesting });
            List<KerasSettings> layers = [];
            Add(document.RootElement.Clone(), "", "", layers, file);
            return layers;
        }
        catch (JsonException e)
        {
            throw file.Bad("config", null, $"the configuration of the model is not valid JSON: {e.Message}", e);
        }
    }

    /// <summary>A number of the settings, such as an epsilon.</summary>
    public double? Number(string name) =>
        Config.ValueKind == JsonValueKind.Object && Config.TryGetProperty(name, out JsonElement value)
        && value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out double number) ? number : null;

    /// <summary>A text of the settings, such as an activation.</summary>
    public string? Text(string name) =>
        Config.ValueKind == JsonValueKind.Object && Config.TryGetProperty(name, out JsonElement value)
        && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static void Add(JsonElement model, string name, string saved, List<KerasSettings> found, FileContext file)
    {
        if (Layers(model) is not { } layers)
        {
            return;
        }

        Dictionary<string, int> used = [];
        foreach (JsonElement layer in layers.EnumerateArray())
        {
            if (layer.ValueKind != JsonValueKind.Object || !layer.TryGetProperty("class_name", out JsonElement kind)
                || kind.ValueKind != JsonValueKind.String || !layer.TryGetProperty("config", out JsonElement config))
            {
                continue;
            }

            if (found.Count >= MostLayers)
            {
                throw file.Bad("config", null, $"the configuration has more than {MostLayers} layers.");
            }

            string own = config.ValueKind == JsonValueKind.Object && config.TryGetProperty("name", out JsonElement given)
                && given.ValueKind == JsonValueKind.String ? given.GetString()! : "";
            string snake = KerasPaths.SnakeCase(kind.GetString()!);
            int number = used[snake] = used.GetValueOrDefault(snake, -1) + 1;
            string path = saved + (number == 0 ? snake : $"{snake}_{number}");
            found.Add(new KerasSettings(name + own, path, kind.GetString()!, config));
            Add(layer, $"{name}{own}/", $"{path}/layers/", found, file);
        }
    }

    /// <summary>The list of layers of a model; Keras 1 and early Keras 2 have it in place of the configuration of a Sequential.</summary>
    private static JsonElement? Layers(JsonElement model)
    {
        if (model.ValueKind != JsonValueKind.Object || !model.TryGetProperty("config", out JsonElement config))
        {
            return null;
        }

        return config.ValueKind == JsonValueKind.Array ? config
            : config.ValueKind == JsonValueKind.Object && config.TryGetProperty("layers", out JsonElement layers)
                && layers.ValueKind == JsonValueKind.Array ? layers : null;
    }
}
