using System.Globalization;
using System.Text;

namespace DeepLearning.Layers;

/// <summary>The names and shapes that a module is to be loaded from.</summary>
/// <param name="Operation">The operation, for messages.</param>
/// <param name="Kind">What offers them, in a word.</param>
/// <param name="Source">What offers them, in full.</param>
/// <param name="Names">The names on offer.</param>
/// <param name="ShapeOf">The shape of a name; null when it is not on offer.</param>
/// <param name="PrefixAdvice">What to do when all names carry a prefix.</param>
/// <param name="HasStrict">Whether the caller can ask for the names that fit by <c>strict: false</c>.</param>
internal sealed record StateOffer(
    string Operation, string Kind, string Source, IEnumerable<string> Names, Func<string, Shape?> ShapeOf, string PrefixAdvice,
    bool HasStrict = true)
{
    /// <summary>Compares what is on offer with what a module has.</summary>
    /// <param name="module">The module, for messages.</param>
    /// <param name="wanted">The module's tensors by name.</param>
    /// <param name="strict">Whether the names must be the same.</param>
    /// <returns>The tensors that are on offer, and the names that differ.</returns>
    /// <exception cref="StateDictException">They do not fit; the message lists every name.</exception>
    public (List<(string Name, Tensor Own)> Fitting, StateDictMismatch Mismatch) Match(
        string module, IEnumerable<(string Name, Tensor Own)> wanted, bool strict)
    {
        List<string> missing = [], misshaped = [];
        List<(string Name, Tensor Own)> fitting = [];
        HashSet<string> known = [];
        foreach ((string name, Tensor own) in wanted)
        {
            known.Add(name);
            if (ShapeOf(name) is not { } shape)
            {
                missing.Add(name);
            }
            else if (shape != own.Shape)
            {
                misshaped.Add($"{name}: the module has {own.Shape}, the {Kind} {shape}");
            }
            else
            {
                fitting.Add((name, own));
            }
        }

        List<string> unexpected = [.. Names.Where(name => !known.Contains(name))];
        return misshaped.Count > 0 || (strict && missing.Count + unexpected.Count > 0)
            ? throw new StateDictException(Explain(module, missing, unexpected, misshaped, strict))
            : (fitting, new StateDictMismatch(missing, unexpected));
    }

    private string Explain(string module, List<string> missing, List<string> unexpected, List<string> misshaped, bool strict)
    {
        StringBuilder text = new($"{Operation}: the {Source} does not fit {module}; nothing was changed.");

        // The likely reason first: the lists after it can be long.
        string? prefix = PrefixOf(missing, unexpected);
        if (prefix is not null)
        {
            text.Append(CultureInfo.InvariantCulture, $" The names of the {Kind} begin with '{prefix}': {PrefixAdvice}.");
        }

        Append(text, $"Missing from the {Kind}", strict ? missing : []);
        Append(text, "Not expected by the module", strict ? unexpected : []);
        Append(text, "Of another shape", misshaped);
        if (prefix is null && misshaped.Count == 0 && HasStrict)
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

    /// <summary>
    /// What stands before every missing name in the unexpected ones, as <c>module.</c> in files of PyTorch's parallel wrappers.
    /// </summary>
    private static string? PrefixOf(List<string> missing, List<string> unexpected)
    {
        if (missing.Count == 0)
        {
            return null;
        }

        HashSet<string> given = [.. unexpected];
        return unexpected
            .Where(name => name.EndsWith("." + missing[0], StringComparison.Ordinal))
            .Select(name => name[..^missing[0].Length])
            .FirstOrDefault(prefix => missing.TrueForAll(name => given.Contains(prefix + name)));
    }
}
