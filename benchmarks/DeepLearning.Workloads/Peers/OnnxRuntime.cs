using System.Globalization;

namespace DeepLearning.Workloads;

/// <summary>
/// The peer of inference: ONNX Runtime, in <c>peers/OnnxRuntime</c>, which gives it the same model as a file and runs both sides in turn in
/// one process.
/// </summary>
internal sealed class OnnxRuntime(int threads)
{
    private readonly string _project = Path.Combine(Programs.PeersFolder(), "OnnxRuntime");

    public void BuildProgram() => Programs.Run("dotnet", ["build", "-c", "Release", "-v:q", "-clp:NoSummary", _project]);

    /// <summary>Both sides in so many processes.</summary>
    public (Result[] Theirs, Result[] Ours) Measure(string name, double seconds, int rounds)
    {
        string program = Path.Combine(_project, "bin", "Release", "net10.0", "OnnxRuntime.dll");
        Result[][] pairs = [.. Enumerable.Range(0, rounds).Select(_ => Programs.Lines(Programs.Run("dotnet",
            [
                program, "--json", "--threads", threads.ToString(CultureInfo.InvariantCulture), "--rounds", "5", "--milliseconds",
                (seconds * 200).ToString("0", CultureInfo.InvariantCulture), name,
            ])).Select(Result.Parse).ToArray())];
        return ([.. pairs.Select(static p => p[0])], [.. pairs.Select(static p => p[1])]);
    }
}
