using System.Diagnostics;

namespace DeepLearning.Workloads;

/// <summary>
/// How long a training takes to reach its speed: milliseconds from the start of its first step until steps stay within 1.2 times the
/// steady one, which is the median of the last third. Steps shorter than 5 ms are taken together, by their median, and a stretch of five
/// such counts by its median: a step that another program of the machine held up does not make the training slow again.
/// </summary>
internal static class FirstSteps
{
    private const string Metric = "ms_to_steady";

    private const double Near = 1.2;

    private const double LeastGroup = 5;

    private const int Stretch = 5;

    /// <summary>Measures in this process, which must have done nothing else; the second figure is the time of the first step.</summary>
    public static Result Measure(string name, double seconds)
    {
        Generator.Default.ManualSeed(1);
        Training training = Catalog.Trainings[name]();
        List<double> ends = [];
        long start = Stopwatch.GetTimestamp();
        while (ends.Count < 6 * Stretch || Stopwatch.GetElapsedTime(start).TotalSeconds < seconds)
        {
            training.Step();
            ends.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        }

        return new Result(name, Metric, UntilSteady(ends), ends[0], Parallelism.Threads, "cpu", Race.Peer);
    }

    /// <summary>When steps became steady.</summary>
    /// <param name="ends">When each step ended, in milliseconds after the start of the first.</param>
    public static double UntilSteady(IReadOnlyList<double> ends)
    {
        List<(double Begin, double Step)> groups = Groups(ends);
        double[] steps = [.. groups.Select(static g => g.Step)];
        double limit = Near * Race.Median(steps[(steps.Length * 2 / 3)..]);
        int first = 0;
        for (int i = 0; i + Stretch <= steps.Length; i++)
        {
            if (Race.Median(steps[i..(i + Stretch)]) > limit)
            {
                // More than half of them are slow, and not so many of the next stretch: the slow ones end in the middle of this one.
                first = i + (Stretch / 2) + 1;
            }
        }

        while (first < steps.Length - 1 && steps[first] > limit)
        {
            first++;
        }

        return groups[first].Begin;
    }

    private static List<(double Begin, double Step)> Groups(IReadOnlyList<double> ends)
    {
        List<(double Begin, double Step)> groups = [];
        List<double> steps = [];
        double begin = 0, last = 0;
        foreach (double end in ends)
        {
            steps.Add(end - last);
            last = end;
            if (end - begin >= LeastGroup)
            {
                groups.Add((begin, Race.Median(steps)));
                steps.Clear();
                begin = end;
            }
        }

        if (groups.Count == 0)
        {
            groups.Add((0, Race.Median(steps)));
        }

        return groups;
    }
}
