using System.Diagnostics;
using System.Globalization;

namespace DeepLearning.Workloads;

/// <summary>
/// By how much a training's memory grows: the peak of the resident memory during its steps over what the process had before the first,
/// with model, optimizer and inputs there. The steps are a plain loop, without a scope. Linux tells it.
/// </summary>
internal static class Memory
{
    private const string Metric = "mb_over_start";

    private const int LeastSteps = 20;

    /// <summary>Measures in this process, which must have done nothing else.</summary>
    public static Result Measure(string name, double seconds)
    {
        if (!OperatingSystem.IsLinux())
        {
            throw new InvalidOperationException("--memory reads /proc/self, which only Linux has.");
        }

        Generator.Default.ManualSeed(1);
        Training training = Catalog.Trainings[name]();
        // From here on the peak is that of the steps.
        File.WriteAllText("/proc/self/clear_refs", "5");
        double before = Peak();
        long start = Stopwatch.GetTimestamp();
        for (int step = 0; step < LeastSteps || Stopwatch.GetElapsedTime(start).TotalSeconds < seconds; step++)
        {
            training.StepWithoutScope();
        }

        double grown = Peak() - before;
        return new Result(name, Metric, grown, grown, Parallelism.Threads, "cpu", Race.Peer);
    }

    private static double Peak()
    {
        string line = File.ReadLines("/proc/self/status").First(static l => l.StartsWith("VmHWM:", StringComparison.Ordinal));
        return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2], CultureInfo.InvariantCulture) * 1024 / 1e6;
    }
}
