using DeepLearning.Layers;

namespace DeepLearning.Formats;

/// <summary>Takes the weights of a Keras layer one by one, by name where the file has names and by place elsewhere.</summary>
internal sealed class KerasWeights
{
    private readonly OrderedDictionary<string, Tensor> _left;
    private readonly KerasLayer _layer;
    private readonly KerasTarget _target;
    private readonly string _path;
    private readonly bool _hasNames;

    /// <param name="layer">The layer.</param>
    /// <param name="target">Where it goes, for messages.</param>
    /// <param name="path">The file, for messages.</param>
    /// <param name="part">Takes the weights of a part alone; all when null.</param>
    public KerasWeights(KerasLayer layer, KerasTarget target, string path, Func<string, bool>? part = null)
    {
        (_layer, _target, _path) = (layer, target, path);
        _left = new(layer.Weights.Where(weight => part?.Invoke(weight.Key) ?? true));
        _hasNames = _left.Keys.Any(static name => !char.IsAsciiDigit(Last(name)[0]));
    }

    public int Left => _left.Count;

    /// <summary>The next weight.</summary>
    /// <param name="name">What Keras calls it.</param>
    /// <param name="rank">How many axes it must have, if known.</param>
    /// <exception cref="StateDictException">It is missing, or has another number of axes.</exception>
    public Tensor Next(string name, int? rank)
    {
        string? found = _hasNames ? _left.Keys.FirstOrDefault(key => Last(key) == name) : _left.Keys.FirstOrDefault();
        if (found is null)
        {
            throw Bad($"it has no {name}; it has {(_layer.Weights.Count == 0 ? "nothing" : string.Join(", ", _layer.Weights.Keys))}.");
        }

        Tensor tensor = _left[found];
        _left.Remove(found);
        return rank is null || tensor.Rank == rank
            ? tensor
            : throw Bad($"its {name} {tensor.Shape} has {tensor.Rank} axes, not {rank}.");
    }

    /// <summary>Checks that nothing is left.</summary>
    /// <exception cref="StateDictException">There are more weights than the module has a place for.</exception>
    public void Finish()
    {
        if (_left.Count > 0)
        {
            throw Bad($"{_target.Module.GetType().Name} has no place for {string.Join(", ", _left.Select(static weight =>
                $"{weight.Key} {weight.Value.Shape}"))}.");
        }
    }

    public StateDictException Bad(string problem) =>
        new($"{_path}: the layer {FileContext.Quote(_layer.Name)} for {FileContext.Quote(_target.Path)}: {problem}");

    private static string Last(string name) => name[(name.LastIndexOf('/') + 1)..];
}
