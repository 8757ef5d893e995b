using System.Globalization;
using System.Text.Json;
using DeepLearning.Tests.Golden;

namespace DeepLearning.Tests.Fuzz;

/// <summary>A recorded call of one operation: fuzzing/operations.py describes the fields.</summary>
internal static class FuzzOperation
{
    private const int Shown = 80;

    /// <summary>The case as text and what differs from PyTorch; null when nothing does.</summary>
    public static string? Run(JsonElement json, int number)
    {
        GoldenCase golden = GoldenCase.Read(json, json.GetProperty("group").GetString()!, number);
        string differences = Differences(golden);
        if (differences.Length == 0 || FuzzExceptions.Allow(golden, differences))
        {
            return null;
        }

        IEnumerable<string> inputs = golden.Inputs.Select((x, i) => $"    {i}: {x} {golden.Layouts?[i]} {Values(x)}\n");
        return $"    {golden.Name}\n{string.Concat(inputs)}{differences}";
    }

    private static string Differences(GoldenCase golden)
    {
        try
        {
            if (golden.Refused is null)
            {
                return GoldenRunner.Run(golden, FuzzCases.Bindings[golden.Op]);
            }

            _ = FuzzCases.Bindings[golden.Op](new GoldenCall(golden, false));
            return $"  taken; PyTorch refuses: {golden.Refused}\n";
        }
        catch (Exception error) when (golden.Refused is not null && FuzzCases.IsNamed(error))
        {
            return "";
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            return $"  refused, not in PyTorch: {error.GetType().Name}: {error.Message}\n";
        }
    }

    private static string Values(GoldenTensor x)
    {
        IEnumerable<string> values = x.IsFloatingPoint
            ? x.Values.Select(v => v.ToString("R", CultureInfo.InvariantCulture))
            : x.Integers.Select(v => v.ToString(CultureInfo.InvariantCulture));
        return $"[{string.Join(", ", values.Take(Shown))}{(x.Count > Shown ? ", ..." : "")}]";
    }
}
