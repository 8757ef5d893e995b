using System.ComponentModel;
using System.Diagnostics;

namespace DeepLearning.Workloads;

/// <summary>Starts the programs of both sides.</summary>
internal static class Programs
{
    /// <summary>This program, for a process of its own.</summary>
    public static string Own { get; } = Path.Combine(AppContext.BaseDirectory, "DeepLearning.Workloads.dll");

    /// <summary>Where the peers' programs are in the repository.</summary>
    /// <exception cref="FileNotFoundException">The program does not lie in a clone.</exception>
    public static string PeersFolder()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            string peers = Path.Combine(folder.FullName, "benchmarks", "peers");
            if (File.Exists(Path.Combine(peers, "torch_workloads.py")))
            {
                return peers;
            }
        }

        throw new FileNotFoundException("benchmarks/peers was not found above the program; run it from a clone of the repository.");
    }

    /// <summary>Runs a program to its end.</summary>
    /// <returns>What it printed.</returns>
    /// <exception cref="InvalidOperationException">It could not be started, or failed.</exception>
    public static string Run(string program, IEnumerable<string> arguments, IEnumerable<(string Name, string Value)>? settings = null)
    {
        ProcessStartInfo start = new(program, arguments) { RedirectStandardOutput = true, UseShellExecute = false };
        foreach ((string name, string value) in settings ?? [])
        {
            start.Environment[name] = value;
        }

        using Process process = Start(start);
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0
            ? output
            : throw new InvalidOperationException(
                $"{program} {string.Join(' ', start.ArgumentList)} failed with exit code {process.ExitCode}.");
    }

    public static string[] Lines(string output) =>
        output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private static Process Start(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception error)
        {
            throw new InvalidOperationException($"{start.FileName} could not be started: {error.Message}.", error);
        }
    }
}
