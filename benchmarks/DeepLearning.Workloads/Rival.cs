using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace DeepLearning.Workloads;

/// <summary>Another build of this program: both run in turn, each in processes of its own, and compute the same bits or say so.</summary>
internal sealed class Rival(string folder, int threads)
{
    private const string Program = "DeepLearning.Workloads.dll";

    public int Measure(IReadOnlyList<string> names, double seconds, int rounds)
    {
        string theirs = Path.Combine(folder, Program), ours = Path.Combine(AppContext.BaseDirectory, Program);
        if (!File.Exists(theirs))
        {
            throw new FileNotFoundException($"There is nothing to race against: {theirs} is missing; name the folder of another build.");
        }

        names = Common(theirs, names);
        Dictionary<string, string> ourBits = Bits(ours, names);
        Dictionary<string, string>? theirBits = null;
        try
        {
            theirBits = Bits(theirs, names);
        }
        catch (InvalidOperationException)
        {
            Console.Error.WriteLine("The other build does not know --bits: the times are compared alone.");
        }

        List<Result> before = [], after = [];
        for (int round = 0; round < rounds; round++)
        {
            // Who goes first changes from round to round.
            foreach (bool own in round % 2 == 0 ? (bool[])[false, true] : [true, false])
            {
                (own ? after : before).AddRange(
                    Run(own ? ours : theirs, ["--json", "--seconds", Text(seconds), .. names]).Select(Result.Parse));
            }
        }

        Console.WriteLine($"{"workload",-20} {"median",7} {"best",7}  bits");
        List<double> medians = [], bests = [];
        int different = 0;
        foreach (string name in names)
        {
            Result[] old = [.. before.Where(r => r.Workload == name)], now = [.. after.Where(r => r.Workload == name)];
            medians.Add(now[0].RatioTo(Race.Median(now.Select(static r => r.Value)), Race.Median(old.Select(static r => r.Value))));
            bests.Add(now[0].RatioTo(Best(now), Best(old)));
            string bits = theirBits is null ? "unknown" : theirBits.GetValueOrDefault(name) == ourBits[name] ? "equal" : "DIFFER";
            different += bits == "DIFFER" ? 1 : 0;
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"{name,-20} {medians[^1],7:0.000} {bests[^1],7:0.000}  {bits}"));
        }

        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"geometric means of {names.Count} ratios: {Race.GeometricMean(medians):0.000} (medians), "
                + $"{Race.GeometricMean(bests):0.000} (best); above 1: this build is faster; {rounds} rounds of {seconds} s, "
                + $"{threads} threads"));
        return different == 0 ? 0 : 1;
    }

    /// <summary>The workloads that the other build has, too.</summary>
    private List<string> Common(string theirs, IReadOnlyList<string> names)
    {
        HashSet<string> known = [.. Run(theirs, ["--list"]).Select(static line => line.Split(' ')[0].Trim())];
        List<string> common = [.. names.Where(known.Contains)];
        if (common.Count < names.Count)
        {
            Console.Error.WriteLine($"Left out, since the other build has none: {string.Join(", ", names.Except(common))}.");
        }

        return common.Count > 0
            ? common
            : throw new InvalidOperationException("The other build has none of these workloads.");
    }

    private static double Best(Result[] results) =>
        results[0].Metric == "ms_per_step" ? results.Min(static r => r.Best) : results.Max(static r => r.Best);

    private static string Text(double value) => value.ToString(CultureInfo.InvariantCulture);

    private Dictionary<string, string> Bits(string program, IReadOnlyList<string> names) =>
        Run(program, ["--bits", .. names]).Select(static line => JsonElement.Parse(line)).ToDictionary(
            static line => line.GetProperty("workload").GetString()!, static line => line.GetProperty("bits").GetString()!);

    private string[] Run(string program, string[] arguments)
    {
        ProcessStartInfo start = new("dotnet", [program, "--threads", threads.ToString(CultureInfo.InvariantCulture), .. arguments])
        {
            RedirectStandardOutput = true,
            UseShellExecute = false,
        };
        using Process process = Process.Start(start)!;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0
            ? output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            : throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} failed with exit code {process.ExitCode}.");
    }
}
