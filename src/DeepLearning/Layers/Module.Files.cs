using DeepLearning.Serialization;

namespace DeepLearning.Layers;

public abstract partial class Module
{
    /// <summary>
    /// Writes the parameters and persistent buffers to a safetensors file, with PyTorch's keys; it replaces the file of that name
    /// only when all is on the disk.
    /// </summary>
    /// <param name="path">The file, by custom with the ending <c>.safetensors</c>.</param>
    /// <param name="metadata">Texts to keep with them.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be written to.</exception>
    public void Save(string path, IReadOnlyDictionary<string, string>? metadata = null) => Safetensors.Save(path, StateDict(), metadata);

    /// <summary>
    /// Copies the tensors of a safetensors file into the parameters and persistent buffers of the same names, converting their type.
    /// </summary>
    /// <remarks>
    /// Until it returns it takes the memory of the tensors in the file beside the module's own: nothing is changed before all are read.
    /// </remarks>
    /// <param name="path">The file.</param>
    /// <param name="strict">False accepts names that are missing or unknown; shapes must fit all the same.</param>
    /// <param name="prefix">What stands before the module's names in the file, such as <c>module.</c>; other names of the file are passed
    /// over.</param>
    /// <returns>The names that were missing and those that were not expected; empty lists when strict.</returns>
    /// <exception cref="StateDictException">Names or shapes do not fit; all of them are listed, and nothing was changed.</exception>
    /// <exception cref="SafetensorsException">The file is not in the format, or damaged; nothing was changed.</exception>
    /// <exception cref="IOException">The file does not exist or cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
    public StateDictMismatch Load(string path, bool strict = true, string prefix = "")
    {
        ArgumentNullException.ThrowIfNull(prefix);
        using SafetensorsFile file = Safetensors.Open(path);
        IEnumerable<string> names = file.Entries.Select(static entry => entry.Name)
            .Where(name => name.StartsWith(prefix, StringComparison.Ordinal))
            .Select(name => name[prefix.Length..]);
        StateOffer offer = new(
            nameof(Load), "file", $"file {path}", names,
            name => file.TryGetEntry(prefix + name, out SafetensorsEntry? entry) ? entry.Shape : (Shape?)null,
            "pass it as the prefix");
        (List<(string Name, Tensor Own)> fitting, StateDictMismatch mismatch) = MatchOffer(offer, strict);

        // Returns what was read as soon as it is copied.
        using TensorScope scope = new();
        List<(Tensor Own, Tensor Given)> copies = [.. fitting.Select(member => (member.Own, file.Read(prefix + member.Name)))];
        CopyIn(copies);
        RefreshParametrized();
        return mismatch;
    }

    /// <summary>
    /// As <see cref="Register"/>, but by any name, dots included: a module out of a file names its parameters as the file does.
    /// </summary>
    internal Parameter RegisterAs(string name, Parameter parameter)
    {
        (_names ??= new ModuleNames()).Add(this, name, parameter, anyName: true);
        return parameter;
    }
}
