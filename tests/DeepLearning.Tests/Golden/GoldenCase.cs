using System.Text.Json;

namespace DeepLearning.Tests.Golden;

/// <summary>One recorded call: what went in, what came out. README.md and generator/recorder.py describe the fields.</summary>
internal sealed class GoldenCase
{
    private readonly JsonElement _args;

    private GoldenCase(JsonElement json, string group, int index)
    {
        Op = json.GetProperty("op").GetString()!;
        Oracle = json.TryGetProperty("oracle", out var oracle) ? oracle.GetString()! : "";
        _args = json.GetProperty("args");
        Names = json.TryGetProperty("names", out var names) ? [.. names.EnumerateArray().Select(n => n.GetString()!)] : [];
        Inputs = [.. (Tensors(json, "inputs") ?? []).Select(t => t!)];
        Outputs = [.. (Tensors(json, "outputs") ?? []).Select(t => t!)];
        Weights = Tensors(json, "weights");
        Gradients = Tensors(json, "gradients");
        Directions = Tensors(json, "directions");
        Second = Tensors(json, "second");
        Layouts = json.TryGetProperty("layouts", out var layouts) ? [.. layouts.EnumerateArray().Select(l => l.GetString()!)] : null;
        Refused = json.TryGetProperty("refused", out var message) ? message.GetString() : null;
        Group = group;
        var parts = Inputs.Select(i => i.ToString()).Concat(_args.EnumerateObject().Select(a => $"{a.Name}: {a.Value.GetRawText()}"));
        Name = $"{Op}({string.Join(", ", parts)}) #{index}".Replace("\"", "", StringComparison.Ordinal);
    }

    public string Group { get; }

    /// <summary>The key of the binding that runs this case.</summary>
    public string Op { get; }

    /// <summary>
    /// What computed the case: a PyTorch, or the source of a formula that PyTorch does not have. Random cases do not say.
    /// </summary>
    public string Oracle { get; }

    /// <summary>Readable, and unique in the group.</summary>
    public string Name { get; }

    /// <summary>For a layer: "input", or the state-dict key of each input that is a parameter or a buffer. Otherwise empty.</summary>
    public string[] Names { get; }

    public GoldenTensor[] Inputs { get; }

    public GoldenTensor[] Outputs { get; }

    /// <summary>The gradients that flow into the outputs; null where none was asked for.</summary>
    public GoldenTensor?[]? Weights { get; }

    /// <summary>The gradients of the inputs; null for inputs without one.</summary>
    public GoldenTensor?[]? Gradients { get; }

    /// <summary>What the second-order check multiplies the first gradients with.</summary>
    public GoldenTensor?[]? Directions { get; }

    public GoldenTensor?[]? Second { get; }

    /// <summary>How each input lies in memory, where that is a part of the case.</summary>
    public string[]? Layouts { get; }

    /// <summary>PyTorch's error, where it refuses the call.</summary>
    public string? Refused { get; }

    public bool Has(string arg) => _args.TryGetProperty(arg, out _);

    public JsonElement Argument(string arg) => _args.TryGetProperty(arg, out var value)
        ? value
        : throw new ArgumentException($"The case {Name} has no argument '{arg}'.");

    public static GoldenCase Read(JsonElement json, string group, int index) => new(json, group, index);

    private static GoldenTensor?[]? Tensors(JsonElement json, string field) => json.TryGetProperty(field, out var list)
        ? [.. list.EnumerateArray().Select(t => t.ValueKind == JsonValueKind.Null ? null : GoldenTensor.Read(t))]
        : null;
}
