using System.IO.Compression;
using System.Text.Json;
using DeepLearning.Tests.Golden;

namespace DeepLearning.Tests.Fuzz;

/// <summary>Reads files of cases and runs them.</summary>
internal static class FuzzCases
{
    /// <summary>The bindings of this folder, and those of the golden tests for all other keys.</summary>
    public static readonly Dictionary<string, GoldenBinding> Bindings = BindingTables.Of(typeof(FuzzCases).Namespace!)
        .Concat(BindingTables.Of(typeof(GoldenTests).Namespace!)).DistinctBy(static binding => binding.Key).ToDictionary();

    /// <summary>Runs every case of a file: how many there were, and what differs, a text each.</summary>
    public static (int Count, List<string> Differences) Run(Stream file)
    {
        List<string> differences = [];
        int count = 0;
        foreach (JsonElement entry in Read(file))
        {
            string? found = IsProgram(entry) ? FuzzProgramRunner.Run(entry) : FuzzOperation.Run(entry, count);
            count++;
            if (found is not null)
            {
                differences.Add($"case {entry.GetProperty("seed").GetRawText()}:\n{found}");
            }
        }

        return (count, differences);
    }

    /// <summary>The keys of the bindings that the cases of a file use.</summary>
    public static IEnumerable<string> Operations(Stream file) => Read(file)
        .SelectMany(e => IsProgram(e) ? e.GetProperty("program").EnumerateArray() : Enumerable.Repeat(e, 1))
        .Where(step => step.TryGetProperty("op", out _))
        .Select(step => step.GetProperty("op").GetString()!);

    private static bool IsProgram(JsonElement entry) => entry.TryGetProperty("program", out _);

    private static IEnumerable<JsonElement> Read(Stream file)
    {
        using GZipStream unzipped = new(file, CompressionMode.Decompress);
        using StreamReader reader = new(unzipped);
        while (reader.ReadLine() is { } line)
        {
            if (line.Length > 2) // not a bracket around the cases, which have a line each
            {
                using var json = JsonDocument.Parse(line.TrimEnd(','));
                yield return json.RootElement.Clone();
            }
        }
    }

    /// <summary>Whether an exception says what is wrong, rather than being an accident inside the library.</summary>
    public static bool IsNamed(Exception error) =>
        error is ArgumentException or InvalidOperationException or NotSupportedException
            || error.GetType().Assembly == typeof(Tensor).Assembly;
}
