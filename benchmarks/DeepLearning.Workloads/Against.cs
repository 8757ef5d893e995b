using System.Globalization;

namespace DeepLearning.Workloads;

/// <summary>Both sides in turn, workload by workload, after a check that they do the same work.</summary>
internal static class Against
{
    /// <summary>What five steps of float32 training may differ by.</summary>
    private const double Tolerance = 1e-2;

    public static int Run(Torch torch, IReadOnlyList<string> names, double seconds)
    {
        // The peak before and after: on a busy machine either may be low.
        double peak = Peak.OneThread();
        PeerSetup setup = torch.Setup();
        peak = Math.Max(peak, Peak.OneThread());
        setup.Require(peak);
        Console.WriteLine(setup.Describe(peak));
        Console.WriteLine();
        string folder = Path.Combine(Path.GetTempPath(), $"deeplearning-reference-{Environment.ProcessId}");
        Directory.CreateDirectory(folder);
        try
        {
            string[] trainings = [.. names.Where(Catalog.Trainings.ContainsKey)];
            if (trainings.Length > 0)
            {
                torch.WriteReference(folder, trainings);
            }

            Console.WriteLine($"{"workload",-20} {"metric",-12} {"torch",12} {"DeepLearning",13} {"ratio",7}  check");
            List<double> ratios = [];
            int failed = 0;
            foreach (string name in names)
            {
                string check = "";
                if (Catalog.Trainings.ContainsKey(name))
                {
                    double difference = Check.Run(name, folder).DifferenceFrom(Path.Combine(folder, name, "reference.json"));
                    failed += difference <= Tolerance ? 0 : 1;
                    check = difference.ToString("0.0e0", CultureInfo.InvariantCulture) + (difference <= Tolerance ? "" : "  DIFFERS");
                }

                Result theirs = torch.Measure(name, seconds), ours = Race.Measure(name, seconds);
                double ratio = ours.RatioTo(ours.Value, theirs.Value);
                ratios.Add(ratio);
                Console.WriteLine(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{name,-20} {ours.Metric,-12} {theirs.Value,12:0.0000} {ours.Value,13:0.0000} {ratio,7:0.00}  {check}"));
            }

            double mean = Race.GeometricMean(ratios);
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"geometric mean of {ratios.Count} ratios: {mean:0.00} (above 1: DeepLearning is faster); medians, {Parallelism.Threads} "
                    + $"threads"));
            return failed == 0 ? 0 : 1;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
