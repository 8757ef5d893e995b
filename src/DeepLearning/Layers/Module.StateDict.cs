namespace DeepLearning.Layers;

public abstract partial class Module
{
    /// <summary>
    /// All parameters and persistent buffers by name, in order, with PyTorch's keys. The tensors share memory with the module:
    /// <see cref="Tensor.Clone"/> those that must not follow further training.
    /// </summary>
    public OrderedDictionary<string, Tensor> StateDict()
    {
        using TensorScope.Suspension suspension = TensorScope.Suspend();
        OrderedDictionary<string, Tensor> state = [];
        foreach ((string name, Tensor own) in PersistentMembers())
        {
            state[name] = own.Detach();
        }

        return state;
    }

    /// <summary>Copies values into the parameters and persistent buffers of the same names, converting their type.</summary>
    /// <param name="state">The values by name.</param>
    /// <param name="strict">False accepts names that are missing or unknown; shapes must fit all the same.</param>
    /// <returns>The names that were missing and those that were not expected; empty lists when strict.</returns>
    /// <exception cref="StateDictException">Names or shapes do not fit; all of them are listed, and nothing was changed.</exception>
    public StateDictMismatch LoadStateDict(IReadOnlyDictionary<string, Tensor> state, bool strict = true)
    {
        (List<(string Name, Tensor Own)> fitting, StateDictMismatch mismatch) =
            Match(state, nameof(LoadStateDict), strict, hasStrict: true);
        CopyIn(fitting.Select(member => (member.Own, state[member.Name])));
        RefreshParametrized();
        return mismatch;
    }

    /// <summary>Throws what a strict <see cref="LoadStateDict"/> would throw, for a caller who has no choice but strict.</summary>
    internal void CheckStateDict(IReadOnlyDictionary<string, Tensor> state, string operation) =>
        Match(state, operation, strict: true, hasStrict: false);

    private (List<(string Name, Tensor Own)> Fitting, StateDictMismatch Mismatch) Match(
        IReadOnlyDictionary<string, Tensor> state, string operation, bool strict, bool hasStrict)
    {
        ArgumentNullException.ThrowIfNull(state);
        StateOffer offer = new(
            operation, "dictionary", "dictionary", state.Keys,
            name => state.TryGetValue(name, out Tensor? given) ? given.Shape : (Shape?)null, "remove it from them", hasStrict);
        return MatchOffer(offer, strict);
    }

    /// <summary>Compares what is on offer with what the module has; a table that can grow makes room first.</summary>
    private (List<(string Name, Tensor Own)> Fitting, StateDictMismatch Mismatch) MatchOffer(StateOffer offer, bool strict)
    {
        foreach ((string name, Module module) in NamedModules())
        {
            if (module is IGrowingTable table)
            {
                table.FitRoom(offer.ShapeOf(name.Length == 0 ? "weight" : name + ".weight"));
            }
        }

        return offer.Match(Label, PersistentMembers(), strict);
    }

    /// <summary>The tensors of the state dictionary themselves, not detached.</summary>
    /// <exception cref="InvalidOperationException">Two have the same name, so that one of them would be lost.</exception>
    private IEnumerable<(string Name, Tensor Own)> PersistentMembers()
    {
        Dictionary<string, object> known = [];
        foreach ((string path, ModuleMember member) in AllMembers().Where(static item => item.Member.IsPersistent))
        {
            if (!known.TryAdd(path, member.Value) && !ReferenceEquals(known[path], member.Value))
            {
                throw new InvalidOperationException(
                    $"{Label}: two parameters or buffers have the name '{path}', and one of them would be lost in the state dictionary; "
                        + "rename a field, or give it another name with [Name] or Register.");
            }

            yield return (path, (Tensor)member.Value);
        }
    }

    private static void CopyIn(IEnumerable<(Tensor Own, Tensor Given)> copies)
    {
        using GradMode.Region region = GradMode.NoGrad();
        foreach ((Tensor own, Tensor given) in copies)
        {
            own.CopyFrom(given.Detach());
        }
    }
}
