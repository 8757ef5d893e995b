using System.Collections;
using System.Diagnostics.CodeAnalysis;

namespace DeepLearning.Layers;

/// <summary>
/// Parameters by name, in the order in which they were added. Keys in the state dictionary are the names; as PyTorch's
/// <c>nn.ParameterDict</c>.
/// </summary>
[SuppressMessage("Naming", "CA1710", Justification = "The field's name for it.")]
public sealed class ParameterDict : Module, IReadOnlyDictionary<string, Parameter>
{
    [Unregistered]
    private OrderedDictionary<string, Parameter> _items = [];

    /// <summary>The number of parameters.</summary>
    public int Count => _items.Count;

    /// <summary>The names, in order.</summary>
    public IEnumerable<string> Keys => _items.Keys;

    /// <summary>The parameters, in order.</summary>
    public IEnumerable<Parameter> Values => _items.Values;

    /// <inheritdoc/>
    protected internal override string Details => string.Join(", ", _items.Select(static item => $"{item.Key}: {item.Value.Shape}"));

    /// <summary>The parameter of a name.</summary>
    /// <param name="key">The name.</param>
    /// <exception cref="KeyNotFoundException">There is none; the message lists those there are.</exception>
    public Parameter this[string key] => _items.TryGetValue(key, out Parameter? parameter)
        ? parameter
        : throw new KeyNotFoundException($"{Label}: there is no parameter '{key}'; there are {string.Join(", ", _items.Keys)}.");

    /// <summary>Adds a parameter under a name.</summary>
    /// <param name="name">The name; not empty, without dots.</param>
    /// <param name="parameter">The parameter.</param>
    /// <exception cref="ArgumentException">The name is empty, has a dot, or is taken.</exception>
    public void Add(string name, Parameter parameter)
    {
        ArgumentNullException.ThrowIfNull(parameter);
        ModuleDict.CheckName(name, _items.ContainsKey(name), nameof(ParameterDict));
        _items.Add(name, parameter);
    }

    /// <inheritdoc/>
    public bool ContainsKey(string key) => _items.ContainsKey(key);

    /// <inheritdoc/>
    public bool TryGetValue(string key, [MaybeNullWhen(false)] out Parameter value) => _items.TryGetValue(key, out value);

    /// <inheritdoc/>
    public IEnumerator<KeyValuePair<string, Parameter>> GetEnumerator() => _items.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private protected override void Collect(List<ModuleMember> members) =>
        members.AddRange(_items.Select(static item => new ModuleMember(item.Key, item.Value)));

    private protected override void DetachCopy(ModuleCopy copy)
    {
        base.DetachCopy(copy);
        _items = new(_items.Select(item => KeyValuePair.Create(item.Key, copy.Of(item.Value))));
    }
}
