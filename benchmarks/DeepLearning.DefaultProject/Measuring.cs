using System.Diagnostics;
using System.Globalization;
using System.Runtime;

namespace DeepLearning.DefaultProject;

/// <summary>
/// The measuring side, a process of its own: warms up until the compiler has nothing left to do, then answers each kernel's name on its
/// input with a time.
/// </summary>
internal static class Measuring
{
    /// <summary>The command line's word for this side, before the names of kernels.</summary>
    public const string Word = "--measure";

    /// <summary>What this side writes when it has warmed up.</summary>
    public const string Ready = "ready";

    /// <summary>The compiler counts as finished when it has compiled nothing for this long.</summary>
    private const double QuietSeconds = 1;
    private const double MinimumSeconds = 2.5;
    private const double MaximumSeconds = 30;

    /// <summary>Calls behind one answer take at least this long.</summary>
    private const double AnswerSeconds = 0.012;

    public static void Run(IReadOnlyList<string> names)
    {
        Dictionary<string, Action> calls = WarmUp(names);
        Console.WriteLine(Ready);
        while (Console.ReadLine() is { } name)
        {
            Console.WriteLine(Fastest(calls[name]).ToString(CultureInfo.InvariantCulture));
        }
    }

    /// <summary>The kernels' calls, after so many of each in turn that the compiler has nothing left to do.</summary>
    public static Dictionary<string, Action> WarmUp(IReadOnlyList<string> names)
    {
        Generator.Default.ManualSeed(1);
        Dictionary<string, Action> calls = names.ToDictionary(static name => name, static name => Kernels.All[name]());
        long start = Stopwatch.GetTimestamp(), changed = start, compiled = 0;
        double seconds = 0;
        while (seconds < MaximumSeconds
            && (seconds < MinimumSeconds || Stopwatch.GetElapsedTime(changed).TotalSeconds < QuietSeconds))
        {
            foreach (Action call in calls.Values)
            {
                using TensorScope scope = new();
                call();
            }

            long now = JitInfo.GetCompiledMethodCount();
            changed = now == compiled ? changed : Stopwatch.GetTimestamp();
            compiled = now;
            seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        }

        return calls;
    }

    /// <summary>Microseconds of the fastest of some calls.</summary>
    private static double Fastest(Action call)
    {
        double fastest = double.PositiveInfinity;
        long begin = Stopwatch.GetTimestamp();
        for (int count = 0; count < 5 || Stopwatch.GetElapsedTime(begin).TotalSeconds < AnswerSeconds; count++)
        {
            using TensorScope scope = new();
            long start = Stopwatch.GetTimestamp();
            call();
            fastest = Math.Min(fastest, Stopwatch.GetElapsedTime(start).TotalMicroseconds);
        }

        return fastest;
    }
}
