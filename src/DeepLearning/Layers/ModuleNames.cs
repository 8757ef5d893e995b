namespace DeepLearning.Layers;

/// <summary>The parameters of one module that it named itself, in the order in which it did.</summary>
internal sealed class ModuleNames
{
    private readonly List<ModuleMember> _named = [];

    /// <summary>Whether a text can be one part of a path.</summary>
    public static bool IsName(string text) => text.Length > 0 && !text.Contains('.', StringComparison.Ordinal);

    public void Add(Module owner, string name, Parameter parameter, bool anyName = false)
    {
        if (!anyName && !IsName(name))
        {
            throw new ArgumentException(
                $"{owner.Kind}.Register: '{name}' is not a name in a state dictionary: it is empty or has a dot.", nameof(name));
        }

        if (_named.Exists(known => known.Name == name || ReferenceEquals(known.Value, parameter)))
        {
            throw new ArgumentException(
                $"{owner.Kind}.Register: there is already a parameter '{name}', or this one has a name.", nameof(name));
        }

        _named.Add(new ModuleMember(name, parameter));
    }

    /// <summary>The same names for the copies of the parameters.</summary>
    public ModuleNames Copy(ModuleCopy copy)
    {
        ModuleNames names = new();
        names._named.AddRange(_named.Select(member => member with { Value = copy.Of(member.Value) }));
        return names;
    }

    /// <summary>Gives the name of a parameter to the one that takes its place.</summary>
    public void Replace(Parameter old, Parameter now)
    {
        int at = _named.FindIndex(member => ReferenceEquals(member.Value, old));
        if (at >= 0)
        {
            _named[at] = new ModuleMember(_named[at].Name, now);
        }
    }

    /// <summary>Puts the named parameters, in their order, where the first of them is held; at the end where no field holds one.</summary>
    public void Apply(List<ModuleMember> members)
    {
        HashSet<object> named = new(_named.Select(static member => member.Value), ReferenceEqualityComparer.Instance);
        int first = members.FindIndex(member => named.Contains(member.Value));
        members.RemoveAll(member => named.Contains(member.Value));
        members.InsertRange(first < 0 ? members.Count : first, _named);
    }
}
