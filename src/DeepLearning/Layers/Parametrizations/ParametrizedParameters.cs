using System.Collections;

namespace DeepLearning.Layers;

/// <summary>
/// The parameters of one module that are computed from others. What the module's fields hold in their places is a parameter made anew in
/// each forward pass, which is not a leaf of the record; in the module's stead the child <c>parametrizations</c> holds what is trained.
/// </summary>
internal sealed class ParametrizedParameters(Module owner) : Module
{
    [Unregistered]
    private List<Entry> _entries = [];

    public bool IsEmpty => _entries.Count == 0;

    protected internal override string Kind => "Parametrizations";

    public ParametrizationList? Find(string name) => _entries.Find(entry => entry.Name == name)?.List;

    /// <summary>Takes a parameter over: from here on it is computed.</summary>
    public void Add(string name, Parameter parameter, ParametrizationList list, IReadOnlyList<ParameterPlace> places)
    {
        Entry entry = new(name, list, places, parameter);
        if (list.IsSingle)
        {
            list.Adopt(parameter);
        }

        _entries.Add(entry);
        Refresh(entry);
    }

    /// <summary>Puts a parameter that is trained itself back into its places.</summary>
    public void Remove(string name, Parameter parameter)
    {
        Entry entry = _entries.Find(entry => entry.Name == name)!;
        Put(entry, parameter);
        _entries.Remove(entry);
    }

    /// <summary>Computes all parameters for a forward pass.</summary>
    public void Compute()
    {
        foreach (Entry entry in _entries)
        {
            if (owner.Training)
            {
                Put(entry, Parameter.Computed(entry.List.Compute()));
                continue;
            }

            // Threads share a module in evaluation: none of them may put a value without its record where another needs one.
            using GradMode.Region region = GradMode.EnableGrad();
            Put(entry, Parameter.Computed(entry.List.Compute()));
        }
    }

    /// <summary>Takes back what the last <see cref="Compute"/> changed beside the parameters.</summary>
    public void Undo()
    {
        foreach (Entry entry in _entries)
        {
            entry.List.Undo();
        }
    }

    /// <summary>Computes all parameters after their originals were changed from outside, without what training does on the way.</summary>
    public void Refresh()
    {
        foreach (Entry entry in _entries)
        {
            Refresh(entry);
        }
    }

    /// <summary>Puts the child in place of the parameters that are computed.</summary>
    public void Apply(List<ModuleMember> members)
    {
        members.RemoveAll(member => _entries.Exists(entry => ReferenceEquals(entry.Current, member.Value)));
        members.Add(new ModuleMember("parametrizations", this));
    }

    private protected override void Collect(List<ModuleMember> members) =>
        members.AddRange(_entries.Select(static entry => new ModuleMember(entry.Name, entry.List)));

    private protected override void DetachCopy(ModuleCopy copy)
    {
        base.DetachCopy(copy);
        _entries = [.. _entries.Select(entry => entry.Copy(copy))];
    }

    private void Refresh(Entry entry)
    {
        bool wasTraining = entry.List.Training;
        entry.List.SetTraining(false);
        try
        {
            using TensorScope.Suspension suspension = TensorScope.Suspend();
            using GradMode.Region region = GradMode.NoGrad();
            Put(entry, Parameter.Computed(entry.List.Compute()));
        }
        finally
        {
            entry.List.SetTraining(wasTraining);
        }
    }

    private void Put(Entry entry, Parameter value)
    {
        foreach (ParameterPlace place in entry.Places)
        {
            place.Put(owner, value);
        }

        owner.Rename(entry.Current, value);
        entry.Current = value;
    }

    private sealed class Entry(string name, ParametrizationList list, IReadOnlyList<ParameterPlace> places, Parameter current)
    {
        public string Name => name;

        public ParametrizationList List => list;

        public IReadOnlyList<ParameterPlace> Places => places;

        public Parameter Current { get; set; } = current;

        /// <summary>The entry of a copy of the module, whose containers are copies, too.</summary>
        public Entry Copy(ModuleCopy copy)
        {
            IEnumerable<ParameterPlace> own = Places.Select(place => place.Container is { } container
                ? place with { Container = copy.Of(container) }
                : place);
            return new Entry(Name, copy.Of(List), [.. own], copy.Of(Current));
        }
    }
}

/// <summary>Where a module holds a parameter: in a field, or in a list or dictionary that a field holds.</summary>
internal sealed record ParameterPlace(ModuleField Field, object? Container, object? Key)
{
    public void Put(Module owner, Parameter value)
    {
        switch (Container)
        {
            case null: Field.Field.SetValue(owner, value); break;
            case IDictionary dictionary: dictionary[Key!] = value; break;
            case IList list: list[(int)Key!] = value; break;
        }
    }

    /// <summary>Adds the places of a parameter in what a field holds.</summary>
    public static void Find(ModuleField field, object? held, Parameter parameter, List<ParameterPlace> places)
    {
        if (ReferenceEquals(held, parameter))
        {
            places.Add(new ParameterPlace(field, null, null));
        }
        else
        {
            FindIn(field, held, parameter, places);
        }
    }

    private static void FindIn(ModuleField field, object? held, Parameter parameter, List<ParameterPlace> places)
    {
        switch (held)
        {
            case IDictionary dictionary:
                foreach (DictionaryEntry entry in dictionary)
                {
                    Look(dictionary, entry.Key, entry.Value);
                }

                break;
            case IList { IsReadOnly: false } list:
                for (int i = 0; i < list.Count; i++)
                {
                    Look(list, i, list[i]);
                }

                break;
        }

        void Look(object container, object key, object? item)
        {
            if (ReferenceEquals(item, parameter))
            {
                places.Add(new ParameterPlace(field, container, key));
            }
            else
            {
                FindIn(field, item, parameter, places);
            }
        }
    }
}
