using System.Globalization;

namespace DeepLearning.Workloads;

/// <summary>What is measured of a workload: the option that asks a side for it, null for speed.</summary>
internal static class Measurement
{
    public const string Memory = "--memory";
    public const string First = "--first";
}

/// <summary>One side of a race: a program that runs a workload in a process of its own and prints a JSON line.</summary>
/// <param name="threads">The threads that it may use.</param>
internal abstract class Side(int threads)
{
    protected int Threads => threads;

    /// <summary>The workloads that it has.</summary>
    public virtual IReadOnlySet<string> Names() =>
        Programs.Lines(Run("--list")).Select(static line => line.Split(' ')[0]).ToHashSet();

    public Result Measure(string name, double seconds, string? measurement = null) => Result.Parse(Run(
        [
            .. measurement is null ? (string[])["--json"] : [measurement], "--threads", Text(threads), "--seconds", Text(seconds), name,
        ]));

    /// <summary>Both sides of a workload, so many times in turn; who goes first changes from round to round.</summary>
    public static (Result[] Theirs, Result[] Ours) InTurn(
        Side theirs, Side ours, string name, double seconds, int rounds, string? measurement = null)
    {
        List<Result> other = [], own = [];
        for (int round = 0; round < rounds; round++)
        {
            foreach (bool isOwn in round % 2 == 0 ? (bool[])[false, true] : [true, false])
            {
                (isOwn ? own : other).Add((isOwn ? ours : theirs).Measure(name, seconds, measurement));
            }
        }

        return ([.. other], [.. own]);
    }

    protected abstract string Run(params string[] arguments);

    protected static string Text(double value) => value.ToString(CultureInfo.InvariantCulture);
}

/// <summary>A build of this program.</summary>
internal sealed class Build(string program, int threads) : Side(threads)
{
    public string[] Bits(IEnumerable<string> names) => Programs.Lines(Run(["--bits", "--threads", Text(Threads), .. names]));

    protected override string Run(params string[] arguments) => Programs.Run("dotnet", [program, .. arguments]);
}
