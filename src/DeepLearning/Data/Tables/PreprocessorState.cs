using System.Text;
using System.Text.Json;

namespace DeepLearning.Data;

/// <summary>
/// What a preprocessor learned, as tensors and texts by name: the two parts of a safetensors file, so that it can be saved in the file of
/// the model that was trained on its output.
/// </summary>
public sealed class PreprocessorState
{
    /// <summary>An empty state.</summary>
    public PreprocessorState()
    {
    }

    /// <summary>A state of entries that were saved, such as those of a file.</summary>
    /// <param name="tensors">The tensors by name.</param>
    /// <param name="metadata">The texts by name.</param>
    public PreprocessorState(IEnumerable<KeyValuePair<string, Tensor>> tensors, IEnumerable<KeyValuePair<string, string>> metadata)
    {
        ArgumentNullException.ThrowIfNull(tensors);
        ArgumentNullException.ThrowIfNull(metadata);
        foreach ((string name, Tensor tensor) in tensors)
        {
            Tensors[name] = tensor;
        }

        foreach ((string name, string text) in metadata)
        {
            Metadata[name] = text;
        }
    }

    /// <summary>The tensors by name.</summary>
    public OrderedDictionary<string, Tensor> Tensors { get; } = [];

    /// <summary>The texts by name.</summary>
    public OrderedDictionary<string, string> Metadata { get; } = [];

    /// <inheritdoc/>
    public override string ToString() => $"PreprocessorState: {string.Join(", ", Metadata.Keys.Concat(Tensors.Keys))}";

    /// <summary>Adds the entries of another state, their names preceded by <paramref name="name"/> and a dot.</summary>
    /// <param name="name">What comes before the dot.</param>
    /// <param name="part">The other state.</param>
    public void Add(string name, PreprocessorState part)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(part);
        foreach ((string key, Tensor tensor) in part.Tensors)
        {
            Tensors[$"{name}.{key}"] = tensor;
        }

        foreach ((string key, string text) in part.Metadata)
        {
            Metadata[$"{name}.{key}"] = text;
        }
    }

    /// <summary>The entries whose names begin with <paramref name="name"/> and a dot, without these.</summary>
    /// <param name="name">What comes before the dot.</param>
    public PreprocessorState Part(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        string prefix = name + ".";
        return new PreprocessorState(
            Tensors.Where(entry => entry.Key.StartsWith(prefix, StringComparison.Ordinal))
                .Select(entry => KeyValuePair.Create(entry.Key[prefix.Length..], entry.Value)),
            Metadata.Where(entry => entry.Key.StartsWith(prefix, StringComparison.Ordinal))
                .Select(entry => KeyValuePair.Create(entry.Key[prefix.Length..], entry.Value)));
    }

    /// <summary>Stores texts, some of them null, as one text in JSON.</summary>
    internal void SetTexts(string name, IEnumerable<string?> texts)
    {
        using MemoryStream memory = new();
        using (Utf8JsonWriter writer = new(memory))
        {
            writer.WriteStartArray();
            foreach (string? text in texts)
            {
                writer.WriteStringValue(text);
            }

            writer.WriteEndArray();
        }

        Metadata[name] = Encoding.UTF8.GetString(memory.ToArray());
    }

    /// <summary>A text that must be there.</summary>
    internal string Text(string name) =>
        Metadata.TryGetValue(name, out string? text) ? text : throw new InvalidDataException($"the text '{name}' is missing");

    internal bool Flag(string name) =>
        bool.TryParse(Text(name), out bool flag) ? flag : throw new InvalidDataException($"'{name}' is neither true nor false");

    internal T Choice<T>(string name) where T : struct, Enum =>
        Enum.TryParse(Text(name), out T choice) && Enum.IsDefined(choice)
            ? choice
            : throw new InvalidDataException($"'{CloseNames.Shorten(Text(name))}' is no {typeof(T).Name}");

    /// <summary>Texts that <see cref="SetTexts"/> stored; null if there is no such entry.</summary>
    internal string?[]? TextsOrNull(string name)
    {
        if (!Metadata.TryGetValue(name, out string? json))
        {
            return null;
        }

        try
        {
            using JsonDocument document = JsonDocument.Parse(json);
            return [.. document.RootElement.EnumerateArray().Select(static element => element.GetString())];
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            throw new InvalidDataException($"'{name}' is not a list of texts", error);
        }
    }

    /// <summary>Texts that must be there, none of them null.</summary>
    internal string[] Texts(string name)
    {
        string?[] texts = TextsOrNull(name) ?? throw new InvalidDataException($"the text '{name}' is missing");
        return Array.IndexOf(texts, null) < 0 ? (string[])texts! : throw new InvalidDataException($"an entry of '{name}' is null");
    }

    /// <summary>Numbers that must be there, as many as said.</summary>
    internal double[] Numbers(string name, int? count = null)
    {
        Tensor tensor = Tensors.TryGetValue(name, out Tensor? found)
            ? found
            : throw new InvalidDataException($"the tensor '{name}' is missing");
        return tensor.Rank == 1 && (count is null || tensor.Size(0) == count)
            ? tensor.Detach().To(DType.Float64).ToArray<double>()
            : throw new InvalidDataException($"the tensor '{name}' is {tensor.Shape}, not [{(count is { } n ? n : "columns")}]");
    }
}
