namespace DeepLearning.Layers;

public abstract partial class Module
{
    private ParametrizedParameters? _parametrized;

    /// <summary>
    /// Whether <c>Forward</c> begins with <see cref="ComputeParameters"/>, so that parameters of this module can be parametrized
    /// (<see cref="Parametrizations"/>). A <see cref="Layer"/> does so by itself; another module that holds parameters calls it and returns
    /// true here.
    /// </summary>
    protected internal virtual bool ComputesParameters => false;

    /// <summary>
    /// Computes the parameters of this module itself that are parametrized: what its fields hold for them is then what this forward pass is
    /// to use. Does nothing for a module without any.
    /// </summary>
    protected internal void ComputeParameters() => _parametrized?.Compute();

    /// <summary>Takes back what <see cref="ComputeParameters"/> changed for a forward pass that has failed.</summary>
    internal void UndoParameters() => _parametrized?.Undo();

    /// <summary>The parametrizations of a parameter of this module; null where it is not parametrized.</summary>
    internal ParametrizationList? ParametrizationsOf(string name) => _parametrized?.Find(name);

    /// <summary>Whether any parameter of this module itself is computed.</summary>
    internal bool HasParametrizations => _parametrized is { IsEmpty: false };

    /// <summary>Makes a parameter of this module one that is computed.</summary>
    internal void Parametrize(string name, Parameter parameter, ParametrizationList list)
    {
        List<ParameterPlace> places = [];
        foreach (ModuleField field in ModuleFields.Of(GetType()))
        {
            ParameterPlace.Find(field, field.IsSetAside ? null : field.Field.GetValue(this), parameter, places);
        }

        if (places.Count == 0)
        {
            throw new InvalidOperationException(
                $"{Label}: the parameter '{name}' is held where another one cannot be put in its place; hold it in a field, a list or a "
                    + "dictionary.");
        }

        (_parametrized ??= new ParametrizedParameters(this)).Add(name, parameter, list, places);
    }

    /// <summary>Makes a parameter that is computed one that is trained itself again.</summary>
    internal void Unparametrize(string name, Parameter parameter)
    {
        _parametrized!.Remove(name, parameter);
        _parametrized = _parametrized.IsEmpty ? null : _parametrized;
    }

    /// <summary>Computes the parametrized parameters of this module and those inside it after their originals were changed.</summary>
    internal void RefreshParametrized()
    {
        foreach ((_, Module module) in NamedModules())
        {
            module._parametrized?.Refresh();
        }
    }

    /// <summary>Gives the name that one of this module's parameters was registered under to the one that takes its place.</summary>
    internal void Rename(Parameter old, Parameter now) => _names?.Replace(old, now);
}
