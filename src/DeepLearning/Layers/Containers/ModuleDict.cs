using System.Collections;
using System.Diagnostics.CodeAnalysis;

namespace DeepLearning.Layers;

/// <summary>Modules by name, in the order in which they were added. Keys in the state dictionary are the names.</summary>
/// <typeparam name="TModule">What the modules have in common.</typeparam>
[SuppressMessage("Naming", "CA1710", Justification = "The field's name for it.")]
public class ModuleDict<TModule> : Module, IReadOnlyDictionary<string, TModule>
    where TModule : Module
{
    [Unregistered]
    private OrderedDictionary<string, TModule> _items = [];

    /// <summary>The number of modules.</summary>
    public int Count => _items.Count;

    /// <summary>The names, in order.</summary>
    public IEnumerable<string> Keys => _items.Keys;

    /// <summary>The modules, in order.</summary>
    public IEnumerable<TModule> Values => _items.Values;

    /// <summary>The module of a name.</summary>
    /// <param name="key">The name.</param>
    /// <exception cref="KeyNotFoundException">There is none; the message lists those there are.</exception>
    public TModule this[string key] => _items.TryGetValue(key, out TModule? module)
        ? module
        : throw new KeyNotFoundException($"{Label}: there is no module '{key}'; there are {string.Join(", ", _items.Keys)}.");

    /// <summary>Adds a module under a name.</summary>
    /// <param name="name">The name; not empty, without dots.</param>
    /// <param name="module">The module.</param>
    /// <exception cref="ArgumentException">The name is empty, has a dot, or is taken.</exception>
    public void Add(string name, TModule module)
    {
        ArgumentNullException.ThrowIfNull(module);
        ModuleDict.CheckName(name, _items.ContainsKey(name), "ModuleDict");
        _items.Add(name, module);
    }

    /// <inheritdoc/>
    public bool ContainsKey(string key) => _items.ContainsKey(key);

    /// <inheritdoc/>
    public bool TryGetValue(string key, [MaybeNullWhen(false)] out TModule value) => _items.TryGetValue(key, out value);

    /// <inheritdoc/>
    public IEnumerator<KeyValuePair<string, TModule>> GetEnumerator() => _items.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private protected override void Collect(List<ModuleMember> members)
    {
        members.AddRange(_items.Select(static i => new ModuleMember(i.Key, i.Value)));
        base.Collect(members);
    }

    private protected override void DetachCopy(ModuleCopy copy)
    {
        base.DetachCopy(copy);
        _items = new(_items.Select(item => KeyValuePair.Create(item.Key, copy.Of(item.Value))));
    }
}

internal static class ModuleDict
{
    public static void CheckName(string name, bool isTaken, string owner)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        if (isTaken || name.Contains('.', StringComparison.Ordinal))
        {
            throw new ArgumentException(
                isTaken ? $"{owner}: there is already a module '{name}'."
                    : $"{owner}: the name '{name}' has a dot, which separates names in a path.",
                nameof(name));
        }
    }
}
