namespace DeepLearning.Models;

/// <summary>
/// The keys and values of the positions that a decoder has seen, layer by layer, so that each new token is computed alone: a step costs
/// the attention to what is kept instead of the whole text again. In memory two tensors per layer, [batch, heads, positions, width of a
/// head], with room that doubles as it is used up.
/// </summary>
/// <remarks>
/// What is kept has no record: decode under <see cref="GradMode.NoGrad"/>, in evaluation mode. Under <see cref="BatchInvariance"/> what
/// is decoded so has the bits of the full pass.
/// </remarks>
public sealed class KeyValueCache
{
    private readonly KeyValueLayer[] _layers;

    /// <summary>Makes an empty cache.</summary>
    /// <param name="layers">The number of layers that attend.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number is negative.</exception>
    public KeyValueCache(int layers)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(layers);
        _layers = new KeyValueLayer[layers];
        for (int layer = 0; layer < layers; layer++)
        {
            _layers[layer] = new KeyValueLayer();
        }
    }

    /// <summary>The number of layers.</summary>
    public int Count => _layers.Length;

    /// <summary>The number of positions that are kept.</summary>
    public int Length => _layers.Length == 0 ? 0 : _layers[0].Length;

    /// <summary>What is kept of a layer.</summary>
    /// <param name="layer">The layer, from 0.</param>
    public KeyValueLayer this[int layer] => _layers[layer];

    /// <summary>Keeps the first positions only, as where a guess is taken back; none to begin anew.</summary>
    /// <param name="length">How many.</param>
    /// <exception cref="ArgumentOutOfRangeException">There are not so many.</exception>
    public void Truncate(int length)
    {
        foreach (KeyValueLayer layer in _layers)
        {
            layer.Truncate(length);
        }
    }

    /// <summary>Puts other examples of the batch in the places of the examples, as a beam search does with what it goes on with.</summary>
    /// <param name="rows">The numbers of the examples that take the places, [batch], of whole numbers.</param>
    public void Reorder(Tensor rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        foreach (KeyValueLayer layer in _layers)
        {
            layer.Reorder(rows);
        }
    }

    /// <summary>The size, as in <c>KeyValueCache(12 layers, 40 positions)</c>.</summary>
    public override string ToString() => $"KeyValueCache({Count} layers, {Length} positions)";

    /// <summary>Refuses a cache of another number of layers than the model's.</summary>
    internal static void CheckCount(KeyValueCache? cache, int layers, string block)
    {
        if (cache is not null && cache.Count != layers)
        {
            throw new ArgumentException(
                $"{block}: a cache of {cache.Count} layers does not fit a model of {layers}; make one of so many.", nameof(cache));
        }
    }
}
