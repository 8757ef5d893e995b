using DeepLearning.Serialization;

namespace DeepLearning.Training;

/// <summary>The tensors of a checkpoint by section: <c>model.fc.weight</c> is <c>fc.weight</c> of <c>model</c>.</summary>
internal sealed class CheckpointSections
{
    public OrderedDictionary<string, Tensor> Tensors { get; } = [];

    /// <summary>Reads a checkpoint.</summary>
    public static CheckpointSections Read(string path, string format, string version)
    {
        using SafetensorsFile file = Safetensors.Open(path);
        if (!file.Metadata.TryGetValue("format", out string? found) || found != format)
        {
            throw new InvalidDataException($"{path} is not a checkpoint of a run; a model's file is loaded by the model's Load.");
        }

        if (file.Metadata.GetValueOrDefault("version") != version)
        {
            throw new InvalidDataException(
                $"{path} is a checkpoint of version {file.Metadata.GetValueOrDefault("version", "none")}, this library reads "
                    + $"version {version}.");
        }

        CheckpointSections sections = new();
        foreach (SafetensorsEntry entry in file.Entries)
        {
            sections.Tensors[entry.Name] = file.Read(entry.Name);
        }

        return sections;
    }

    public void Add(string section, OrderedDictionary<string, Tensor> tensors)
    {
        foreach ((string key, Tensor tensor) in tensors)
        {
            Tensors[$"{section}.{key}"] = tensor;
        }
    }

    public Dictionary<string, Tensor> Take(string section)
    {
        string prefix = section + '.';
        return Tensors.Where(t => t.Key.StartsWith(prefix, StringComparison.Ordinal))
            .ToDictionary(t => t.Key[prefix.Length..], static t => t.Value);
    }
}
