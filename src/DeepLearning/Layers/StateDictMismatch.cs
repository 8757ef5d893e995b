namespace DeepLearning.Layers;

/// <summary>The names in which a state dictionary and a module differ, after a load that was not strict.</summary>
/// <param name="Missing">Names of the module that the dictionary lacks; their values were left as they are.</param>
/// <param name="Unexpected">Names of the dictionary that the module lacks; they were passed over.</param>
public sealed record StateDictMismatch(IReadOnlyList<string> Missing, IReadOnlyList<string> Unexpected)
{
    /// <summary>Both lists.</summary>
    public override string ToString() => Missing.Count + Unexpected.Count == 0
        ? "all keys match"
        : $"missing: {List(Missing)}; unexpected: {List(Unexpected)}";

    private static string List(IReadOnlyList<string> keys) => keys.Count == 0 ? "none" : string.Join(", ", keys);
}
