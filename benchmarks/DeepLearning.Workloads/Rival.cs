using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace DeepLearning.Workloads;

/// <summary>Another build of this program: both run in turn, each in processes of its own, and compute the same bits or say so.</summary>
internal sealed class Rival(string folder, int threads)
{
    private const string Program = "DeepLearning.Workloads.dll";

    public int Race(IReadOnlyList<string> names, double seconds, int rounds)
    {
        string theirs = Path.Combine(folder, Program), ours = Path.Combine(AppContext.BaseDirectory, Program);
        if (!File.Exists(theirs))
        {
            throw new FileNotFoundException($"There is nothing to race against: {theirs} is missing; name the folder of another build.");
        }

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

        Dictionary<string, List<double>> before = [], after = [];
        for (int round = 0; round < rounds; round++)
        {
            // Who goes first changes from round to round.
            foreach (bool own in round % 2 == 0 ? (bool[])[false, true] : [true, false])
            {
                foreach (JsonElement line in Run(own ? ours : theirs, ["--json", "--seconds", Text(seconds), .. names]))
                {
                    string name = line.GetProperty("workload").GetString()!;
                    double value = line.GetProperty("value").GetDouble(), best = line.GetProperty("best").GetDouble();
                    bool time = line.GetProperty("metric").GetString() == "ms_per_step";
                    Add(own ? after : before, name, time ? value : 1 / value);
                    Add(own ? after : before, name + " best", time ? best : 1 / best);
                }
            }
        }

        Console.WriteLine($"{"workload",-20} {"median",7} {"best",7}  bits");
        List<double> medians = [], bests = [];
        int different = 0;
        foreach (string name in names)
        {
            medians.Add(Median(before[name]) / Median(after[name]));
            bests.Add(before[name + " best"].Min() / after[name + " best"].Min());
            string bits = theirBits is null ? "unknown" : theirBits.GetValueOrDefault(name) == ourBits[name] ? "equal" : "DIFFER";
            different += bits == "DIFFER" ? 1 : 0;
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"{name,-20} {medians[^1],7:0.000} {bests[^1],7:0.000}  {bits}"));
        }

        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"geometric means of {names.Count} ratios: {Mean(medians):0.000} (medians), {Mean(bests):0.000} (best); above 1: this build is "
                + $"faster; {rounds} rounds of {seconds} s, {threads} threads"));
        return different == 0 ? 0 : 1;
    }

    private static void Add(Dictionary<string, List<double>> times, string name, double value)
    {
        if (!times.TryGetValue(name, out List<double>? list))
        {
            times[name] = list = [];
        }

        list.Add(value);
    }

    private static double Median(List<double> values)
    {
        double[] sorted = [.. values.Order()];
        int middle = sorted.Length / 2;
        return sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    private static double Mean(List<double> ratios) => Math.Exp(ratios.Average(Math.Log));

    private static string Text(double value) => value.ToString(CultureInfo.InvariantCulture);

    private Dictionary<string, string> Bits(string program, IReadOnlyList<string> names)
    {
        IEnumerable<JsonElement> lines = Run(program, ["--bits", .. names]);
        return lines.ToDictionary(static l => l.GetProperty("workload").GetString()!, static l => l.GetProperty("bits").GetString()!);
    }

    private IEnumerable<JsonElement> Run(string program, string[] arguments)
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
            ? [.. output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(static line => JsonElement.Parse(line))]
            : throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} failed with exit code {process.ExitCode}.");
    }
}
