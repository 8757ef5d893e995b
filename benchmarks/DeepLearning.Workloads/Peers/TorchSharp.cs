namespace DeepLearning.Workloads;

/// <summary>The peer of .NET: TorchSharp, in <c>peers/TorchSharp</c>, a program that only this one builds and starts.</summary>
/// <param name="host">The <c>dotnet</c> that runs it, on a system whose C++ library is new enough for LibTorch.</param>
/// <param name="threads">The threads that it may use.</param>
internal sealed class TorchSharp(string host, int threads) : Side(threads)
{
    private readonly string _project = Path.Combine(Programs.PeersFolder(), "TorchSharp");

    public void BuildProgram() => Programs.Run("dotnet", ["build", "-c", "Release", "-v:q", "-clp:NoSummary", _project]);

    protected override string Run(params string[] arguments) => Programs.Run(
        host, [Path.Combine(_project, "bin", "Release", "net10.0", "TorchSharp.Workloads.dll"), .. arguments],
        [("OMP_NUM_THREADS", Text(Threads)), .. Torch.Settings]);
}
