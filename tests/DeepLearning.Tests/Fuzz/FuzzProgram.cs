using System.Text;
using System.Text.Json;
using DeepLearning.Tests.Golden;

namespace DeepLearning.Tests.Fuzz;

/// <summary>A recorded program: fuzzing/programs.py describes the fields.</summary>
internal sealed class FuzzProgram
{
    public FuzzProgram(JsonElement json)
    {
        Steps = [.. json.GetProperty("program").EnumerateArray().Select(FuzzStep.Read)];
        Roots = Numbers(json.GetProperty("roots"));
        Final = [.. json.GetProperty("final").EnumerateArray().Select(GoldenTensor.Read)];
        RequiresGrad = [.. json.GetProperty("final").EnumerateArray().Select(t => t.GetProperty("grad").GetBoolean())];
        Refused = json.TryGetProperty("refused", out JsonElement message) ? message.GetString() : null;
        JsonElement gradients = json.GetProperty(Refused is null ? "gradients" : "numeric");
        Gradients = [.. gradients.EnumerateArray().Select(t => t.ValueKind == JsonValueKind.Null ? null : GoldenTensor.Read(t))];
    }

    public FuzzStep[] Steps { get; }

    /// <summary>The tensors whose weighted sum is the loss.</summary>
    public int[] Roots { get; }

    public GoldenTensor[] Final { get; }

    public bool[] RequiresGrad { get; }

    /// <summary>What PyTorch says where it refuses the backward pass.</summary>
    public string? Refused { get; }

    /// <summary>Of the leaves in their order: PyTorch's, or difference quotients where it refuses.</summary>
    public GoldenTensor?[] Gradients { get; }

    public static int[] Numbers(JsonElement list) => [.. list.EnumerateArray().Select(i => i.GetInt32())];

    /// <summary>The program as one would write it.</summary>
    public override string ToString()
    {
        StringBuilder text = new();
        int next = 0;
        foreach (FuzzStep step in Steps)
        {
            text.Append("    ").AppendLine(step.Text(ref next));
        }

        return text.Append("    loss = ").AppendJoin(" + ", Roots.Select(r => $"weighted sum of t{r}")).ToString();
    }
}
