namespace DeepLearning.Optimizers;

/// <summary>Takes apart the dictionary of an optimizer that keeps more than the state of each parameter.</summary>
internal static class StateSplit
{
    /// <summary>What has the prefix, without it, and the rest.</summary>
    public static (Dictionary<string, Tensor> Own, Dictionary<string, Tensor> Others) By(
        string prefix, IReadOnlyDictionary<string, Tensor> state)
    {
        ArgumentNullException.ThrowIfNull(state);
        Dictionary<string, Tensor> own = [], rest = [];
        foreach ((string key, Tensor tensor) in state)
        {
            if (key.StartsWith(prefix, StringComparison.Ordinal))
            {
                own[key[prefix.Length..]] = tensor;
            }
            else
            {
                rest[key] = tensor;
            }
        }

        return (own, rest);
    }
}
