using System.Diagnostics;

namespace DeepLearning.Tests.Infrastructure.Mutants;

/// <summary>Limits counted in a process's processor time, whatever else the machine does; what only waits gets ten times longer.</summary>
internal static class ProcessTime
{
    /// <summary>Whether a process ends within so many seconds of its processor time.</summary>
    public static bool Ends(Process process, double seconds) => Ends(process, process.WaitForExit, seconds);

    /// <summary>Whether a wait within a process comes to its end while the process spends so many seconds.</summary>
    public static bool Ends(Process process, Func<TimeSpan, bool> wait, double seconds)
    {
        TimeSpan before = Spent(process);
        Stopwatch clock = Stopwatch.StartNew();
        TimeSpan pause = TimeSpan.FromMilliseconds(100);
        while (!wait(pause))
        {
            if (Spent(process) - before > TimeSpan.FromSeconds(seconds) || clock.Elapsed.TotalSeconds > 10 * seconds)
            {
                return wait(TimeSpan.Zero);
            }
        }

        return true;
    }

    private static TimeSpan Spent(Process process)
    {
        process.Refresh();
        try
        {
            return process.TotalProcessorTime;
        }
        catch (InvalidOperationException)
        {
            // It has just ended.
            return TimeSpan.Zero;
        }
    }
}
