using System.Collections;

namespace DeepLearning.Layers;

/// <summary>Modules in a list, for a <c>Forward</c> that walks it. Keys in the state dictionary are the positions.</summary>
/// <typeparam name="TModule">What the modules have in common.</typeparam>
public class ModuleList<TModule> : Module, IReadOnlyList<TModule>
    where TModule : Module
{
    [Unregistered]
    private List<TModule> _items = [];

    /// <summary>Makes a list of modules.</summary>
    /// <param name="modules">The modules.</param>
    public ModuleList(params ReadOnlySpan<TModule> modules)
    {
        foreach (TModule module in modules)
        {
            Add(module);
        }
    }

    /// <summary>Makes a list of modules.</summary>
    /// <param name="modules">The modules.</param>
    public ModuleList(IEnumerable<TModule> modules)
        : this([.. modules])
    {
    }

    /// <summary>The number of modules.</summary>
    public int Count => _items.Count;

    /// <summary>The module at a position.</summary>
    /// <param name="index">The position; <c>^1</c> is the last.</param>
    public TModule this[int index] => _items[index];

    /// <summary>Appends a module.</summary>
    /// <param name="module">The module.</param>
    public void Add(TModule module)
    {
        ArgumentNullException.ThrowIfNull(module);
        _items.Add(module);
    }

    /// <inheritdoc/>
    public IEnumerator<TModule> GetEnumerator() => _items.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private protected override void Collect(List<ModuleMember> members)
    {
        members.AddRange(_items.Select(static (m, i) => new ModuleMember($"{i}", m)));
        base.Collect(members);
    }

    private protected override void DetachCopy(ModuleCopy copy)
    {
        base.DetachCopy(copy);
        _items = [.. _items.Select(copy.Of)];
    }
}
