using System.Text.Json;

namespace DeepLearning.Tests.Golden;

/// <summary>A tensor as PyTorch gave it: dtype by its short name (f64, i32 …), shape, flat values.</summary>
internal sealed record GoldenTensor(string Type, int[] Shape, double[] Values, long[] Integers)
{
    public bool IsFloatingPoint => Type is "f64" or "f32" or "f16" or "bf16";

    public int Count => IsFloatingPoint ? Values.Length : Integers.Length;

    public static GoldenTensor Read(JsonElement json)
    {
        var type = json.GetProperty("t").GetString()!;
        var shape = json.GetProperty("s").EnumerateArray().Select(s => s.GetInt32()).ToArray();
        var values = json.GetProperty("v").EnumerateArray();
        return type[0] is 'f' || type == "bf16"
            ? new GoldenTensor(type, shape, [.. values.Select(v => Round(Number(v), type))], [])
            : new GoldenTensor(type, shape, [], [.. values.Select(v => v.GetInt64())]);
    }

    public override string ToString() => $"{Type}[{string.Join(',', Shape)}]";

    /// <summary>The text in the file is the shortest that stands for the value: this is the value itself.</summary>
    private static double Round(double value, string type) => type switch
    {
        "f32" => (float)value,
        "f16" => (double)(Half)value,
        _ => value,
    };

    /// <summary>A JSON number, or the text that stands for what JSON has no number for.</summary>
    public static double Number(JsonElement json) => json.ValueKind != JsonValueKind.String
        ? json.GetDouble()
        : json.GetString() switch
        {
            "nan" => BitConverter.UInt64BitsToDouble(0x7FF8000000000000), // PyTorch's; the sign bit of double.NaN is set
            "inf" => double.PositiveInfinity,
            "-inf" => double.NegativeInfinity,
            var other => throw new FormatException($"'{other}' is no number."),
        };
}
