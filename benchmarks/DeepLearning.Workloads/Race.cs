using System.Diagnostics;
using System.Reflection;
using System.Text.Json;

namespace DeepLearning.Workloads;

/// <summary>One measured workload.</summary>
internal sealed record Result(string Workload, string Metric, double Value, double Best, int Threads, string Device, string Peer)
{
    /// <summary>How many times as fast this one is as another of the same workload, by a figure of both.</summary>
    public double RatioTo(double own, double other) => Metric == "ms_per_step" ? other / own : own / other;

    /// <summary>A result from such a line.</summary>
    public static Result Parse(string line)
    {
        using JsonDocument document = JsonDocument.Parse(line);
        JsonElement root = document.RootElement;
        return new Result(
            root.GetProperty("workload").GetString()!, root.GetProperty("metric").GetString()!, root.GetProperty("value").GetDouble(),
            root.GetProperty("best").GetDouble(), root.GetProperty("threads").GetInt32(), root.GetProperty("device").GetString()!,
            root.GetProperty("peer").GetString()!);
    }

    /// <summary>One JSON line, with the keys that the peer's script prints.</summary>
    public string ToJson() => JsonSerializer.Serialize(
        new
        {
            workload = Workload,
            metric = Metric,
            value = Math.Round(Value, 5),
            best = Math.Round(Best, 5),
            threads = Threads,
            device = Device,
            peer = Peer,
        });
}

/// <summary>Times workloads as the peer's script does: medians of up to 200 samples of about 20 ms.</summary>
internal static class Race
{
    public static string Peer { get; } = "DeepLearning " + (typeof(Tensor).Assembly
        .GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "?");

    public static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        int middle = sorted.Length / 2;
        return sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle] + sorted[middle - 1]) / 2;
    }

    public static double GeometricMean(IEnumerable<double> ratios) => Math.Exp(ratios.Average(Math.Log));

    public static Result Measure(string name, double seconds)
    {
        Generator.Default.ManualSeed(1);
        Workload workload = Catalog.Create(name);

        // The runtime compiles a method well only after it has run for a while: the peer needs no such time.
        long start = Stopwatch.GetTimestamp();
        int warmups = 0;
        while (warmups < 3 || (warmups < 100_000 && Stopwatch.GetElapsedTime(start).TotalSeconds < Math.Min(seconds, 1.5)))
        {
            workload.Step();
            warmups++;
        }

        start = Stopwatch.GetTimestamp();
        workload.Step();
        double once = Math.Max(Stopwatch.GetElapsedTime(start).TotalSeconds, 1e-7);
        int inner = Math.Max(1, (int)(0.02 / once));
        List<double> times = [];
        long begin = Stopwatch.GetTimestamp();
        while (times.Count < 5 || (Stopwatch.GetElapsedTime(begin).TotalSeconds < seconds && times.Count < 200))
        {
            start = Stopwatch.GetTimestamp();
            for (int i = 0; i < inner; i++)
            {
                workload.Step();
            }

            times.Add(Stopwatch.GetElapsedTime(start).TotalSeconds / inner);
        }

        return new Result(
            name, workload.Metric, workload.Figure(Median(times)), workload.Figure(times.Min()), Parallelism.Threads, "cpu", Peer);
    }
}
