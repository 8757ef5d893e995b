using System.Text;

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
        foreach ((string path, ModuleMember member) in AllMembers())
        {
            if (member.IsPersistent)
            {
                state[path] = ((Tensor)member.Value).Detach();
            }
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
        ArgumentNullException.ThrowIfNull(state);
        List<string> missing = [], misshaped = [];
        List<(Tensor Own, Tensor Given)> copies = [];
        HashSet<string> own = [];
        foreach ((string path, ModuleMember member) in AllMembers())
        {
            if (!member.IsPersistent)
            {
                continue;
            }

            own.Add(path);
            Tensor tensor = (Tensor)member.Value;
            if (!state.TryGetValue(path, out Tensor? given))
            {
                missing.Add(path);
            }
            else if (given.Shape != tensor.Shape)
            {
                misshaped.Add($"{path}: the module has {tensor.Shape}, the dictionary {given.Shape}");
            }
            else
            {
                copies.Add((tensor, given));
            }
        }

        List<string> unexpected = [.. state.Keys.Where(key => !own.Contains(key))];
        if (misshaped.Count > 0 || (strict && missing.Count + unexpected.Count > 0))
        {
            throw new StateDictException(Explain(missing, unexpected, misshaped, strict));
        }

        using GradMode.Region region = GradMode.NoGrad();
        foreach ((Tensor tensor, Tensor given) in copies)
        {
            tensor.CopyFrom(given.Detach());
        }

        return new StateDictMismatch(missing, unexpected);
    }

    private string Explain(List<string> missing, List<string> unexpected, List<string> misshaped, bool strict)
    {
        StringBuilder text = new($"LoadStateDict: the dictionary does not fit {Label}; nothing was changed.");
        Append(text, "Missing from the dictionary", strict ? missing : []);
        Append(text, "Not expected by the module", strict ? unexpected : []);
        Append(text, "Of another shape", misshaped);
        if (misshaped.Count == 0)
        {
            text.Append(" Pass strict: false to load the names that fit.");
        }

        return text.ToString();
    }

    private static void Append(StringBuilder text, string title, List<string> names)
    {
        if (names.Count > 0)
        {
            text.Append(' ').Append(title).Append(": ").AppendJoin(", ", names).Append('.');
        }
    }
}
