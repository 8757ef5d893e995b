using System.Collections;

namespace DeepLearning.Layers;

/// <summary>Parameters in a list. Keys in the state dictionary are the positions; as PyTorch's <c>nn.ParameterList</c>.</summary>
public sealed class ParameterList : Module, IReadOnlyList<Parameter>
{
    [Unregistered]
    private List<Parameter> _items = [];

    /// <summary>Makes a list of parameters.</summary>
    /// <param name="parameters">The parameters.</param>
    public ParameterList(params IEnumerable<Parameter> parameters)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        foreach (Parameter parameter in parameters)
        {
            Add(parameter);
        }
    }

    /// <summary>The number of parameters.</summary>
    public int Count => _items.Count;

    /// <summary>The parameter at a position.</summary>
    /// <param name="index">The position; <c>^1</c> is the last.</param>
    public Parameter this[int index]
    {
        get => _items[index];

        set
        {
            ArgumentNullException.ThrowIfNull(value);
            _items[index] = value;
        }
    }

    /// <inheritdoc/>
    protected internal override string Details => string.Join(", ", _items.Select(static parameter => parameter.Shape));

    /// <summary>Appends a parameter.</summary>
    /// <param name="parameter">The parameter.</param>
    public void Add(Parameter parameter)
    {
        ArgumentNullException.ThrowIfNull(parameter);
        _items.Add(parameter);
    }

    /// <inheritdoc/>
    public IEnumerator<Parameter> GetEnumerator() => _items.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private protected override void Collect(List<ModuleMember> members) =>
        members.AddRange(_items.Select(static (parameter, i) => new ModuleMember($"{i}", parameter)));

    private protected override void DetachCopy(ModuleCopy copy)
    {
        base.DetachCopy(copy);
        _items = [.. _items.Select(copy.Of)];
    }
}
