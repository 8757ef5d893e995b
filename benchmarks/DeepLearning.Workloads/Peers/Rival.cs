using System.Globalization;
using System.Text.Json;

namespace DeepLearning.Workloads;

/// <summary>Another build of this program: both run in turn, each in processes of its own, and compute the same bits or say so.</summary>
internal sealed class Rival(string folder, int threads)
{
    private readonly Build _ours = new(Programs.Own, threads);

    public int Measure(IReadOnlyList<string> names, double seconds, int rounds)
    {
        string program = Path.Combine(folder, Path.GetFileName(Programs.Own));
        if (!File.Exists(program))
        {
            throw new FileNotFoundException($"There is nothing to race against: {program} is missing; name the folder of another build.");
        }

        Build theirs = new(program, threads);
        names = Common(theirs, names);
        Dictionary<string, string> ourBits = Bits(_ours, names);
        Dictionary<string, string>? theirBits = null;
        try
        {
            theirBits = Bits(theirs, names);
        }
        catch (InvalidOperationException)
        {
            Console.Error.WriteLine("The other build does not know --bits: the times are compared alone.");
        }

        Console.WriteLine($"{"workload",-20} {"median",7} {"best",7}  bits");
        List<double> medians = [], bests = [];
        int different = 0;
        foreach (string name in names)
        {
            (Result[] old, Result[] now) = Side.InTurn(theirs, _ours, name, seconds, rounds);
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
    private static List<string> Common(Build theirs, IReadOnlyList<string> names)
    {
        IReadOnlySet<string> known = theirs.Names();
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
        results[0].IsRate ? results.Max(static r => r.Best) : results.Min(static r => r.Best);

    private static Dictionary<string, string> Bits(Build side, IReadOnlyList<string> names) =>
        side.Bits(names).Select(static line => JsonElement.Parse(line)).ToDictionary(
            static line => line.GetProperty("workload").GetString()!, static line => line.GetProperty("bits").GetString()!);
}
