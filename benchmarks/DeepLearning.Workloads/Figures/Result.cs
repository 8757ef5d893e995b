using System.Text.Json;

namespace DeepLearning.Workloads;

/// <summary>One measured workload.</summary>
internal sealed record Result(string Workload, string Metric, double Value, double Best, int Threads, string Device, string Peer)
{
    /// <summary>Whether a larger figure is the better one.</summary>
    public bool IsRate => Metric is "gflops" or "gb_per_s";

    /// <summary>How many times as fast this one is as another of the same workload, by a figure of both.</summary>
    public double RatioTo(double own, double other) => IsRate ? own / other : other / own;

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
