namespace DeepLearning.Layers;

/// <summary>The originals of one parameter, and the parametrizations that compute it from them, one after the other.</summary>
internal sealed class ParametrizationList : Module
{
    [Unregistered]
    private List<ModuleMember> _originals = [];

    [Unregistered]
    private List<ModuleMember> _items = [];

    /// <summary>Whether there is one original, rather than several that the first parametrization asked for.</summary>
    public bool IsSingle { get; private init; }

    /// <summary>The one original.</summary>
    public Parameter Original => (Parameter)_originals[0].Value;

    /// <summary>Starts with a parametrization and the originals that its right inverse gives for a value.</summary>
    public static ParametrizationList Of(Parametrization first, Parameter value)
    {
        using TensorScope.Suspension suspension = TensorScope.Suspend();
        using GradMode.Region region = GradMode.NoGrad();
        IReadOnlyList<Tensor> originals = first.RightInverse(value.Detach()) ?? [value.Detach()];
        if (originals.Count == 0)
        {
            throw new ArgumentException($"{first.Kind}: its right inverse gives no original.");
        }

        ParametrizationList list = new() { IsSingle = originals.Count == 1 };
        for (int i = 0; i < originals.Count; i++)
        {
            Parameter original = new(originals[i].Detach().Clone(), value.RequiresGrad);
            list._originals.Add(new ModuleMember(list.IsSingle ? "original" : $"original{i}", original));
        }

        list.Add(first);
        return list;
    }

    public void Add(Parametrization parametrization) => _items.Add(new ModuleMember($"{_items.Count}", parametrization));

    /// <summary>Makes a parameter that there was before the one original; its elements become those of the one that stood for it.</summary>
    public void Adopt(Parameter parameter)
    {
        using TensorScope.Suspension suspension = TensorScope.Suspend();
        if (parameter.Shape != Original.Shape)
        {
            parameter.Grad = null;
        }

        parameter.Replace(Original.Detach());
        _originals[0] = new ModuleMember(_originals[0].Name, parameter);
    }

    /// <summary>The parameter's value now.</summary>
    public Tensor Compute()
    {
        Tensor value = ((Parametrization)_items[0].Value).Compute([.. _originals.Select(static member => (Tensor)member.Value)]);
        for (int i = 1; i < _items.Count; i++)
        {
            value = ((Parametrization)_items[i].Value).Compute([value]);
        }

        return value;
    }

    /// <summary>Takes back what the last <see cref="Compute"/> changed.</summary>
    public void Undo()
    {
        foreach (ModuleMember item in _items)
        {
            ((Parametrization)item.Value).Undo();
        }
    }

    /// <summary>Sets the originals to those of a value.</summary>
    public void Assign(Tensor value)
    {
        using GradMode.Region region = GradMode.NoGrad();
        IReadOnlyList<Tensor> given = [value.Detach()];
        for (int i = _items.Count - 1; i >= 0; i--)
        {
            Parametrization item = (Parametrization)_items[i].Value;
            given = (given.Count == 1 ? item.RightInverse(given[0]) : null) ?? throw new InvalidOperationException(
                $"{item.Kind}: no value can be assigned, since it has no right inverse for it.");
        }

        if (given.Count != _originals.Count)
        {
            throw new InvalidOperationException(
                $"{((Parametrization)_items[0].Value).Kind}: its right inverse gives {given.Count} originals, not {_originals.Count}.");
        }

        for (int i = 0; i < given.Count; i++)
        {
            ((Parameter)_originals[i].Value).CopyFrom(given[i]);
        }
    }

    private protected override void DetachCopy(ModuleCopy copy)
    {
        base.DetachCopy(copy);
        _originals = [.. _originals.Select(member => member with { Value = copy.Of(member.Value) })];
        _items = [.. _items.Select(member => member with { Value = copy.Of(member.Value) })];
    }

    private protected override void Collect(List<ModuleMember> members)
    {
        members.AddRange(_originals);
        members.AddRange(_items);
    }
}
