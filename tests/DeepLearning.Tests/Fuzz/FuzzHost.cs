using System.Globalization;

namespace DeepLearning.Tests.Fuzz;

/// <summary>Runs a file of cases in this process, for Fuzz/run: prints what differs, and how much of it there is.</summary>
internal static class FuzzHost
{
    public const string Argument = "fuzz";

    public static int Run(string path)
    {
        CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
        using Stream file = File.OpenRead(path);
        (int count, List<string> differences) = FuzzCases.Run(file);
        foreach (string difference in differences)
        {
            Console.WriteLine(difference);
        }

        Console.WriteLine(FormattableString.Invariant($"{count} cases, {differences.Count} differ from PyTorch"));
        return count > 0 && differences.Count == 0 ? 0 : 1;
    }
}
