using System.Diagnostics;
using DeepLearning.Tests.Infrastructure;
using DeepLearning.Training;
using Xunit.Abstractions;

namespace DeepLearning.Tests.Training;

public sealed class KillTests(ITestOutputHelper output)
{
    private const int Kills = 20;

    [Fact]
    [Trait("Category", "Slow")]
    public void A_run_killed_at_any_moment_leaves_a_checkpoint_and_ends_with_the_same_bits()
    {
        Trainer uninterrupted = KilledRun.Create(checkpoint: null);
        KilledRun.Train(uninterrupted);
        byte[] expected = Blobs.Bits(uninterrupted.Model);

        Random random = new(20);
        List<int> positions = [];
        for (int kills = 0; kills < Kills || positions.Count == 0;)
        {
            using TemporaryFolder folder = new();
            string checkpoint = Path.Combine(folder.Root, KilledRun.Checkpoint), final = Path.Combine(folder.Root, KilledRun.Final);
            while (!File.Exists(final))
            {
                // After the last kill the run goes to its end.
                bool killed = RunChild(folder.Root, kills < Kills ? random : null);
                kills += killed ? 1 : 0;
                Trainer loaded = KilledRun.Create(checkpoint);
                if (loaded.TryResume())
                {
                    positions.Add((loaded.Epoch * 8) + loaded.Batch);
                    output.WriteLine($"{(killed ? $"kill {kills}" : "end")}: epoch {loaded.Epoch}, batch {loaded.Batch}");
                }
            }

            Trainer trained = KilledRun.Create(checkpoint: null);
            trained.Model.Load(final);
            Assert.Equal(expected, Blobs.Bits(trained.Model));
        }

        Assert.True(positions.Distinct().Count() > Kills / 2,
            $"The kills did not come at different moments: {string.Join(", ", positions)}.");
    }

    /// <summary>Whether the child was killed; false when it came to its end before.</summary>
    private static bool RunChild(string folder, Random? kill)
    {
        ProcessStartInfo start = new(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet") { RedirectStandardOutput = true };
        start.ArgumentList.Add(typeof(KillTests).Assembly.Location);
        start.ArgumentList.Add(KilledRun.Argument);
        start.ArgumentList.Add(folder);
        using Process child = Process.Start(start) ?? throw new InvalidOperationException("dotnet did not start.");

        // A random number of batches, so that a slow machine gets as far as a fast one, and then a random part of a batch.
        for (int batches = kill?.Next(1, 30) ?? int.MaxValue; batches > 0 && child.StandardOutput.ReadLine() is { } line; batches--)
        {
            Assert.Equal(KilledRun.BatchEnded, line);
        }

        if (kill is not null && !child.WaitForExit(TimeSpan.FromMilliseconds(kill.NextDouble() * 20)))
        {
            child.Kill();
            child.WaitForExit();
            return true;
        }

        Assert.True(child.WaitForExit(TimeSpan.FromMinutes(2)));
        Assert.Equal(0, child.ExitCode);
        return false;
    }
}
