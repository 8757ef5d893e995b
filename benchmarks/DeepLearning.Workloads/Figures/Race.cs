using System.Diagnostics;
using System.Reflection;

namespace DeepLearning.Workloads;

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

    /// <summary>Times a workload on the threads that it names, or on those of the program.</summary>
    public static Result Measure(string name, double seconds)
    {
        Generator.Default.ManualSeed(1);
        Workload workload = Catalog.Create(name);
        int threads = Parallelism.Threads;
        Parallelism.Threads = workload.Threads ?? threads;
        try
        {
            return Measure(name, workload, seconds);
        }
        finally
        {
            Parallelism.Threads = threads;
        }
    }

    private static Result Measure(string name, Workload workload, double seconds)
    {
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
