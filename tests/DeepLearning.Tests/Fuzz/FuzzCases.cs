using System.IO.Compression;
using System.Text.Json;
using DeepLearning.Tests.Golden;

namespace DeepLearning.Tests.Fuzz;

/// <summary>Reads files of cases and runs them.</summary>
internal static class FuzzCases
{
    /// <summary>The bindings of the golden tests and those of this folder.</summary>
    public static readonly Dictionary<string, GoldenBinding> Bindings =
        BindingTables.Of(typeof(GoldenTests).Namespace!).Concat(BindingTables.Of(typeof(FuzzCases).Namespace!)).ToDictionary();

    /// <summary>Runs every case of a file: how many there were, and what differs, a text each.</summary>
    public static (int Count, List<string> Differences) Run(Stream file)
    {
        using GZipStream unzipped = new(file, CompressionMode.Decompress);
        using StreamReader reader = new(unzipped);
        List<string> differences = [];
        int count = 0;
        while (reader.ReadLine() is { } line)
        {
            if (line.Length < 3)
            {
                continue; // the brackets around the cases, one a line
            }

            using var json = JsonDocument.Parse(line.TrimEnd(','));
            FuzzProgram program = new(json.RootElement.Clone());
            count++;
            string found = FuzzProgramRunner.Run(program);
            if (found.Length > 0)
            {
                differences.Add($"case {program.Seed}:\n{program}\n{found}");
            }
        }

        return (count, differences);
    }

    /// <summary>Whether an exception says what is wrong, rather than being an accident inside the library.</summary>
    public static bool IsNamed(Exception error) =>
        error is ArgumentException or InvalidOperationException or NotSupportedException || error.GetType().Assembly == typeof(Tensor).Assembly;
}
