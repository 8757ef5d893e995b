using DeepLearning.Layers;

namespace DeepLearning.Formats;

/// <summary>A module that takes the weights of one Keras layer.</summary>
/// <param name="Path">Its path in the model.</param>
/// <param name="Module">The module.</param>
/// <param name="Before">
/// What has weights before it in the model, if anything has; what keeps the channels (normalizations and slopes) is passed over.
/// </param>
internal sealed record KerasTarget(string Path, Module Module, Module? Before)
{
    /// <summary>The path of one of its parameters or buffers.</summary>
    public string Name(string own) => Path.Length == 0 ? own : $"{Path}.{own}";
}

/// <summary>Finds which layer of a Keras file goes to which module.</summary>
internal sealed class KerasMatching
{
    private const int MostListed = 12;

    private readonly string _path;
    private readonly KerasLoadOptions _options;
    private readonly List<KerasTarget> _targets = [];

    public KerasMatching(Module module, string path, KerasLoadOptions options)
    {
        (_path, _options) = (path, options);
        Find(module, "");
    }

    /// <summary>Pairs of layers and modules; a layer without a module only where the options are not strict.</summary>
    /// <exception cref="StateDictException">They do not fit.</exception>
    public IEnumerable<(KerasLayer Layer, KerasTarget? Target)> Match(List<KerasLayer> layers, bool isOrdered) =>
        _options.Layers is { } map ? ByName(layers, map)
        : isOrdered ? ByOrder(layers, _targets, "layers with weights")
        : ByClass(layers);

    /// <summary>Whether a module takes the weights of a Keras layer of a class.</summary>
    public static bool Takes(Module module, string kerasClass) => kerasClass switch
    {
        "Dense" => module is Linear,
        "Conv1D" or "DepthwiseConv1D" => module is Conv1d,
        "Conv2D" or "DepthwiseConv2D" => module is Conv2d,
        "Conv3D" => module is Conv3d,
        "Conv1DTranspose" => module is ConvTranspose1d,
        "Conv2DTranspose" => module is ConvTranspose2d,
        "Conv3DTranspose" => module is ConvTranspose3d,
        "SeparableConv1D" => module is SeparableConv1d,
        "SeparableConv2D" => module is SeparableConv2d,
        "BatchNormalization" => module is BatchNorm,
        "LayerNormalization" => module is LayerNorm,
        "GroupNormalization" => module is GroupNorm,
        "RMSNormalization" => module is RMSNorm,
        "Embedding" => module is Embedding,
        "LSTM" => module is LSTM { Bidirectional: false },
        "GRU" => module is GRU { Bidirectional: false },
        "SimpleRNN" => module is RNN { Bidirectional: false },
        "Bidirectional" => module is LSTM { Bidirectional: true } or GRU { Bidirectional: true } or RNN { Bidirectional: true },
        "MultiHeadAttention" => module is MultiheadAttention,
        "PReLU" => module is PReLU,
        _ => false,
    };

    private void Find(Module module, string path)
    {
        bool isTarget = module is Linear or ConvolutionLayer or SeparableConvolutionLayer or BatchNorm or LayerNorm or GroupNorm or RMSNorm
            or Embedding or LSTM or GRU or RNN or MultiheadAttention or PReLU;
        if (isTarget && (module.Parameters().Count > 0 || module.Buffers().Count > 0))
        {
            _targets.Add(new KerasTarget(path, module, _targets.FindLast(
                static target => target.Module is not (BatchNorm or LayerNorm or GroupNorm or RMSNorm or PReLU))?.Module));
            return;
        }

        foreach ((string name, Module child) in module.NamedChildren())
        {
            Find(child, path.Length == 0 ? name : $"{path}.{name}");
        }
    }

    private IEnumerable<(KerasLayer, KerasTarget?)> ByName(List<KerasLayer> layers, IReadOnlyDictionary<string, string> map)
    {
        if (map.Keys.FirstOrDefault(name => layers.TrueForAll(layer => layer.Name != name)) is { } missing)
        {
            throw Bad($"the file has no layer {FileContext.Quote(missing)}; it has {List(layers.Select(static layer => layer.Name))}.");
        }

        foreach (KerasLayer layer in layers)
        {
            if (map.TryGetValue(layer.Name, out string? path))
            {
                yield return (layer, _targets.Find(target => target.Path == path)
                    ?? throw Bad($"the module has nothing at {FileContext.Quote(path)} that takes weights of Keras; it has "
                        + $"{List(_targets.Select(Describe))}."));
            }
            else
            {
                yield return _options.Strict
                    ? throw Bad($"the layer {FileContext.Quote(layer.Name)} is not named in {nameof(KerasLoadOptions.Layers)}.")
                    : (layer, null);
            }
        }
    }

    private List<(KerasLayer, KerasTarget?)> ByOrder(List<KerasLayer> layers, List<KerasTarget> targets, string what)
    {
        if (layers.Count != targets.Count)
        {
            throw Bad($"the file has {layers.Count} {what} ({List(layers.Select(static layer => layer.Name))}), the module {targets.Count} "
                + $"({List(targets.Select(Describe))}); name the pairs in {nameof(KerasLoadOptions)}.{nameof(KerasLoadOptions.Layers)}.");
        }

        for (int i = 0; i < layers.Count; i++)
        {
            if (layers[i].ClassName is { } kind && !Takes(targets[i].Module, kind))
            {
                throw Bad($"{what} are matched in order, and {FileContext.Quote(layers[i].Name)}, a {FileContext.Quote(kind)}, comes to "
                    + $"{Describe(targets[i])}, which does not take its weights; name the pairs in "
                    + $"{nameof(KerasLoadOptions)}.{nameof(KerasLoadOptions.Layers)}.");
            }
        }

        return [.. layers.Zip(targets, static (layer, target) => (layer, (KerasTarget?)target))];
    }

    /// <summary>The first of a class to the first that takes it: the numbers in names are the order within a class.</summary>
    private List<(KerasLayer, KerasTarget?)> ByClass(List<KerasLayer> layers)
    {
        if (layers.Find(static layer => layer.Name.Contains('/', StringComparison.Ordinal)
            || KerasPaths.ClassOf(layer.Name) is null) is { } odd)
        {
            throw Bad($"the place of the layer {FileContext.Quote(odd.Name)} in the model cannot be known from this file: it is "
                + $"part of another, or its name is not that of a class; name the pairs in {nameof(KerasLoadOptions)}."
                + $"{nameof(KerasLoadOptions.Layers)}. The file has {List(layers.Select(static layer => layer.Name))}; the module "
                + $"{List(_targets.Select(Describe))}.");
        }

        bool hasDepthwise = layers.Exists(static layer => layer.ClassName is "DepthwiseConv1D" or "DepthwiseConv2D");
        List<(KerasLayer, KerasTarget?)> pairs = [];
        foreach (IGrouping<string, KerasLayer> kind in layers.GroupBy(static layer => layer.ClassName!))
        {
            List<KerasTarget> targets = _targets.FindAll(target => Takes(target.Module, kind.Key)
                && (!hasDepthwise || target.Module is not (Conv1d or Conv2d)
                    || IsDepthwise((ConvolutionLayer)target.Module) == kind.Key.StartsWith("Depthwise", StringComparison.Ordinal)));
            pairs.AddRange(ByOrder([.. kind.OrderBy(static layer => KerasPaths.ClassOf(layer.Name)!.Value.Number)], targets, kind.Key));
        }

        return pairs;
    }

    private static bool IsDepthwise(ConvolutionLayer layer) => layer.Groups == layer.InChannels && layer.Groups > 1;

    private static string Describe(KerasTarget target) =>
        $"{(target.Path.Length == 0 ? "itself" : FileContext.Quote(target.Path))} ({target.Module.GetType().Name})";

    private static string List(IEnumerable<string> names)
    {
        string[] all = [.. names];
        return all.Length == 0 ? "none" : string.Join(", ", all.Take(MostListed)) + (all.Length > MostListed ? $", … ({all.Length})" : "");
    }

    private StateDictException Bad(string problem) => new($"{_path}: {problem}");
}
