using System.Text.Json;

namespace DeepLearning.Tokenizers.Files;

/// <summary>
/// An object of <c>tokenizer.json</c> and its path, so that what is wrong is named; fields that nobody asks for are
/// wrong.
/// </summary>
internal sealed class JsonPart
{
    private readonly JsonElement _element;
    private readonly HashSet<string> _asked = new(StringComparer.Ordinal);

    public JsonPart(JsonElement element, string path)
    {
        (_element, Path) = (element, path);
        if (element.ValueKind != JsonValueKind.Object)
        {
            throw Wrong(path, "an object", element);
        }
    }

    public string Path { get; }

    /// <summary>The kind of a component.</summary>
    public string Type => String("type");

    /// <summary>Fails where a field is left that nobody asked for.</summary>
    public T Done<T>(T value)
    {
        foreach (var property in _element.EnumerateObject())
        {
            if (!_asked.Contains(property.Name))
            {
                throw new TokenizerException($"tokenizer.json: the field '{Path}.{property.Name}' is unknown.");
            }
        }

        return value;
    }

    public TokenizerException Unknown(string what, string kind) => new($"tokenizer.json: {Path} is of the kind '{kind}'; {what}.");

    /// <summary>A field that may be missing or null.</summary>
    public JsonElement? Optional(string name)
    {
        _asked.Add(name);
        return _element.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;
    }

    public JsonElement Required(string name) =>
        Optional(name) ?? throw new TokenizerException($"tokenizer.json: the field '{Path}.{name}' is missing.");

    public bool Has(string name) => _element.TryGetProperty(name, out _);

    public JsonPart Part(string name) => new(Required(name), $"{Path}.{name}");

    public string String(string name) => Text(Required(name), $"{Path}.{name}");

    public string? OptionalString(string name) => Optional(name) is { } value ? Text(value, $"{Path}.{name}") : null;

    public bool Bool(string name) => Flag(Required(name), $"{Path}.{name}");

    public bool Bool(string name, bool missing) => OptionalBool(name) ?? missing;

    public bool? OptionalBool(string name) => Optional(name) is { } value ? Flag(value, $"{Path}.{name}") : null;

    public int Int(string name) => Whole(Required(name), $"{Path}.{name}");

    public int? OptionalInt(string name) => Optional(name) is { } value ? Whole(value, $"{Path}.{name}") : null;

    public IEnumerable<JsonElement> Array(string name) => Items(Required(name), $"{Path}.{name}");

    public IEnumerable<JsonPart> Parts(string name) => Array(name).Select((item, i) => new JsonPart(item, $"{Path}.{name}[{i}]"));

    public IEnumerable<JsonProperty> Properties()
    {
        foreach (var property in _element.EnumerateObject())
        {
            _asked.Add(property.Name);
            yield return property;
        }
    }

    public T Choice<T>(string name, T? missing = null)
        where T : struct, Enum
    {
        if (Optional(name) is not { } value && missing is { } fallback)
        {
            return fallback;
        }

        var text = String(name);
        var plain = text.Replace("_", "", StringComparison.Ordinal);
        if (char.IsAsciiLetter(plain.Length == 0 ? '0' : plain[0]) && Enum.TryParse<T>(plain, ignoreCase: true, out var found))
        {
            return found;
        }

        throw new TokenizerException($"tokenizer.json: '{Path}.{name}' is '{text}'; known are {string.Join(", ", Enum.GetNames<T>())}.");
    }

    public static IEnumerable<JsonElement> Items(JsonElement element, string path) =>
        element.ValueKind == JsonValueKind.Array ? element.EnumerateArray() : throw Wrong(path, "a list", element);

    public static string Text(JsonElement element, string path) =>
        element.ValueKind == JsonValueKind.String ? element.GetString()! : throw Wrong(path, "a text", element);

    public static int Whole(JsonElement element, string path) =>
        element.ValueKind == JsonValueKind.Number && element.TryGetInt32(out var value) && value >= 0
            ? value
            : throw Wrong(path, "a whole number from 0 on", element);

    public static double Number(JsonElement element, string path) =>
        element.ValueKind == JsonValueKind.Number && element.TryGetDouble(out var value) && double.IsFinite(value)
            ? value
            : throw Wrong(path, "a number", element);

    public static TokenizerException Wrong(string path, string expected, JsonElement found) =>
        new($"tokenizer.json: '{path}' is {found.ValueKind switch
        {
            JsonValueKind.Object => "an object",
            JsonValueKind.Array => "a list",
            JsonValueKind.String => "a text",
            JsonValueKind.Number => $"the number {found.GetRawText()[..Math.Min(40, found.GetRawText().Length)]}",
            var kind => kind.ToString(),
        }}, where {expected} was expected.");

    private static bool Flag(JsonElement element, string path) => element.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => throw Wrong(path, "true or false", element),
    };
}
