using System.Globalization;
using System.Text.Json;
using DeepLearning.Tests.Golden;

namespace DeepLearning.Tests.Fuzz;

/// <summary>A step of a program: a leaf, or a call on tensors by their numbers.</summary>
internal sealed record FuzzStep(GoldenTensor? Leaf, bool RequiresGrad, GoldenCase? Call, int[] In, int[] Out, bool NoGrad, string? Refused)
{
    private string _arguments = "";

    public static FuzzStep Read(JsonElement json)
    {
        if (json.TryGetProperty("leaf", out JsonElement leaf))
        {
            return new(GoldenTensor.Read(leaf), json.GetProperty("grad").GetBoolean(), null, [], [], false, null);
        }

        return new(
            null, false, GoldenCase.Read(json, "programs", 0),
            FuzzProgram.Numbers(json.GetProperty("in")), FuzzProgram.Numbers(json.GetProperty("out")),
            json.TryGetProperty("nograd", out _), json.TryGetProperty("refused", out JsonElement message) ? message.GetString() : null)
        {
            _arguments = string.Concat(json.GetProperty("args").EnumerateObject().Select(a => $", {a.Name}: {a.Value.GetRawText()}")),
        };
    }

    /// <param name="next">The number of the tensor that comes next.</param>
    public string Text(ref int next)
    {
        if (Leaf is { } leaf)
        {
            IEnumerable<string> values = leaf.IsFloatingPoint
                ? leaf.Values.Select(v => v.ToString("R", CultureInfo.InvariantCulture))
                : leaf.Integers.Select(v => v.ToString(CultureInfo.InvariantCulture));
            return $"t{next++} = {leaf} {(RequiresGrad ? "requires grad " : "")}[{string.Join(", ", values)}]";
        }

        next += Out.Length;
        string result = Out.Length == 0 ? "" : $"{string.Join(", ", Out.Select(k => $"t{k}"))} = ";
        string inputs = string.Join(", ", In.Select(k => $"t{k}"));
        string refused = Refused is null ? "" : $"    -- PyTorch refuses: {Refused}";
        return $"{(NoGrad ? "no grad: " : "")}{result}{Call!.Op}({inputs}{_arguments}){refused}";
    }
}
