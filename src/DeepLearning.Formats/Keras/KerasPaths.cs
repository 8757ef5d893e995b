using System.Text.RegularExpressions;

namespace DeepLearning.Formats;

/// <summary>Takes the paths of weights in a Keras file apart: which layer, and what of it.</summary>
internal static partial class KerasPaths
{
    private static readonly HashSet<string> _notOfTheModel = ["optimizer", "optimizer_weights", "metrics", "top_level_model_weights"];

    // Classes of layers that have weights, by the names that Keras makes of them where it saves (naming.to_snake_case).
    private static readonly Dictionary<string, string> _classes = new[]
    {
        "Dense", "Conv1D", "Conv2D", "Conv3D", "Conv1DTranspose", "Conv2DTranspose", "Conv3DTranspose", "DepthwiseConv1D",
        "DepthwiseConv2D", "SeparableConv1D", "SeparableConv2D", "BatchNormalization", "LayerNormalization", "GroupNormalization",
        "RMSNormalization",
        "Embedding", "LSTM", "GRU", "SimpleRNN", "Bidirectional", "MultiHeadAttention", "PReLU",
    }.ToDictionary(SnakeCase);

    /// <summary>
    /// The layer and the weight of a path of the newer format, such as <c>layers/lstm/cell/vars/0</c>; null for what is not a weight of the
    /// model: the optimizer's state, seeds, metrics.
    /// </summary>
    public static (string Layer, string Weight)? Split(string path)
    {
        string[] parts = path.Split('/');
        if (_notOfTheModel.Contains(parts[0]) || parts.Length < 2 || parts[^2] != "vars"
            || parts.Any(static part => part.StartsWith("seed_generator", StringComparison.Ordinal)))
        {
            return null;
        }

        int first = parts[0] is "layers" or "_layer_checkpoint_dependencies" ? 1 : 0, end = parts.Length - 2;
        int layerEnd = end;
        while (layerEnd > first + 1 && IsPartOfLayer(parts[layerEnd - 1]))
        {
            layerEnd--;
        }

        return (string.Join('/', parts[first..layerEnd]), string.Join('/', [.. parts[layerEnd..end], parts[^1]]));
    }

    /// <summary>The layer and the weight of a name of the older format in the group of a layer: <c>lstm/lstm_cell/kernel:0</c>.</summary>
    public static (string Layer, string Weight) SplitOld(string group, string name)
    {
        string[] parts = name.Split('/');
        int colon = parts[^1].LastIndexOf(':');
        parts[^1] = colon > 0 ? parts[^1][..colon] : parts[^1];
        int own = Array.IndexOf(parts, group), start = own + 1;

        // What stands below is a part of the layer, or a layer of a model that is one.
        bool isInner = start < parts.Length - 1 && !IsPartOfLayer(parts[start]);
        string layer = isInner ? $"{group}/{parts[start]}" : group;
        return (layer, string.Join('/', parts[(isInner ? start + 1 : start)..]));
    }

    /// <summary>The class that a name of the newer format stands for, and which one of its kind; null where it is not known.</summary>
    public static (string Class, int Number)? ClassOf(string layer)
    {
        Match match = Numbered().Match(layer[(layer.LastIndexOf('/') + 1)..]);
        return _classes.TryGetValue(match.Groups[1].Value, out string? name)
            ? (name, int.TryParse(match.Groups[2].Value, out int number) ? number : 0)
            : null;
    }

    /// <summary>The name that Keras makes of a class where it saves: <c>BatchNormalization</c> is <c>batch_normalization</c>.</summary>
    public static string SnakeCase(string name)
    {
        string clean = NotWord().Replace(name, "");
        return WordEnd().Replace(WordStart().Replace(clean, "$1_$2"), "$1_$2").ToLowerInvariant();
    }

    private static bool IsPartOfLayer(string part) => part is "cell" or "query" or "key" or "value" or "attention_output"
        || Cell().IsMatch(part) || part.TrimStart('_') is "query_dense" or "key_dense" or "value_dense" or "output_dense"
        || part.StartsWith("forward_", StringComparison.Ordinal) || part.StartsWith("backward_", StringComparison.Ordinal);

    [GeneratedRegex("^(.*?)(?:_([0-9]+))?$", RegexOptions.CultureInvariant)]
    private static partial Regex Numbered();

    [GeneratedRegex("_cell(_[0-9]+)?$", RegexOptions.CultureInvariant)]
    private static partial Regex Cell();

    [GeneratedRegex("\\W+", RegexOptions.CultureInvariant)]
    private static partial Regex NotWord();

    [GeneratedRegex("(.)([A-Z][a-z]+)", RegexOptions.CultureInvariant)]
    private static partial Regex WordStart();

    [GeneratedRegex("([a-z])([A-Z])", RegexOptions.CultureInvariant)]
    private static partial Regex WordEnd();
}
