using DeepLearning.Layers;

namespace DeepLearning.Formats;

/// <summary>Loads modules from the tensors of a file.</summary>
internal static class StateLoading
{
    /// <exception cref="StateDictException">Names or shapes do not fit; the message names the file, too.</exception>
    public static StateDictMismatch Load(
        Module module, IReadOnlyDictionary<string, Tensor> tensors, string path, bool strict, string prefix)
    {
        OrderedDictionary<string, Tensor> own = [];
        foreach ((string name, Tensor tensor) in tensors)
        {
            if (name.StartsWith(prefix, StringComparison.Ordinal))
            {
                own.Add(name[prefix.Length..], tensor);
            }
        }

        try
        {
            return module.LoadStateDict(new DeferredState(own), strict);
        }
        catch (StateDictException e)
        {
            throw new StateDictException($"{path}: {e.Message}", e);
        }
    }
}
