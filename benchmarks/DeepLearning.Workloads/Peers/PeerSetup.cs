using System.Globalization;
using System.Text.Json;

namespace DeepLearning.Workloads;

/// <summary>
/// What the peer is and how fast its matrix product is, as <c>peers/torch_setup.py</c> prints it. A race against a peer without an
/// optimized BLAS measures the missing package, so such a peer is refused.
/// </summary>
internal sealed record PeerSetup(
    string Peer, int Threads, double GemmOneThread, double Gemm, string Blas, string OpenMP, string Capability,
    IReadOnlyList<string> Libraries)
{
    /// <summary>The least share of the processor's peak that a product of one thread reaches with any BLAS made for the processor; they
    /// reach 0.6 and more, BLAS's reference implementation 0.05.</summary>
    public const double LeastShare = 0.3;

    private const string Advice =
        "Install an optimized BLAS for it (Debian: apt-get install -y python3-torch libopenblas0-openmp; elsewhere a PyTorch from "
        + "pytorch.org, which brings one), see that it is the one in use (Debian: update-alternatives --display "
        + "libblas.so.3-x86_64-linux-gnu), and read the header of benchmarks/peers/torch_workloads.py.";

    /// <exception cref="InvalidOperationException">The interpreter has no PyTorch, or printed something else.</exception>
    public static PeerSetup Parse(string output, string python)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(output);
            JsonElement root = document.RootElement;
            if (root.TryGetProperty("error", out JsonElement error))
            {
                throw new InvalidOperationException(
                    $"There is nothing to race against: {python} cannot import torch ({error.GetString()}). {Advice} --python names "
                        + "another interpreter.");
            }

            return new PeerSetup(
                root.GetProperty("peer").GetString()!, root.GetProperty("threads").GetInt32(),
                root.GetProperty("gemm_one_thread").GetDouble(), root.GetProperty("gemm").GetDouble(),
                root.GetProperty("blas").GetString()!, root.GetProperty("openmp").GetString()!, root.GetProperty("capability").GetString()!,
                [.. root.GetProperty("libraries").EnumerateArray().Select(static path => path.GetString()!)]);
        }
        catch (Exception unreadable) when (unreadable is JsonException or KeyNotFoundException or FormatException)
        {
            throw new InvalidOperationException(
                $"{python} did not say what PyTorch it has; it printed: {output.Trim()}", unreadable);
        }
    }

    /// <summary>What stands above the table: which libraries the peer uses, and how fast.</summary>
    /// <param name="peak">The processor's multiply-adds on one thread, in GFLOP/s.</param>
    public string Describe(double peak)
    {
        string libraries = Libraries.Count == 0 ? "none of their own (linked into torch)" : string.Join(", ", Libraries);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"peer: {Peer}, BLAS {Blas}, {OpenMP}, {Capability}\nlibraries: {libraries}\npeer's matrix product: "
                + $"{GemmOneThread:0.0} GFLOP/s on one thread, {100 * GemmOneThread / peak:0} % of the "
                + $"multiply-add peak of {peak:0.0}; {Gemm:0.0} on {Threads}");
    }

    /// <exception cref="InvalidOperationException">The peer is not set up.</exception>
    public void Require(double peak)
    {
        if (!(GemmOneThread >= LeastShare * peak))
        {
            throw new InvalidOperationException(string.Create(
                CultureInfo.InvariantCulture,
                $"{Describe(peak)}\nThis peer is not set up, and a race against it would say nothing: its matrix product reaches "
                    + $"{100 * GemmOneThread / peak:0} % of the peak, where an optimized BLAS reaches 60 % and {100 * LeastShare:0} % is "
                    + $"required. {Advice}"));
        }
    }
}
