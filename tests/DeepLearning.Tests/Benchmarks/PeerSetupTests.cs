using DeepLearning.Workloads;

namespace DeepLearning.Tests.Benchmarks;

/// <summary>The check before a race against PyTorch, on outputs of <c>benchmarks/peers/torch_setup.py</c>.</summary>
public class PeerSetupTests
{
    private const string Python = "/usr/bin/python3";

    private const double Peak = 78.5;

    // Both as one machine (AVX2) printed them, with OpenBLAS and with BLAS's reference implementation.
    private const string Optimized =
        """
        {"peer": "torch 1.13.0a0", "threads": 2, "gemm_one_thread": 46.2, "gemm": 88.1, "blas": "generic", "openmp": "OpenMP 4.5",
         "libraries": ["/usr/lib/libgomp.so.1.0.0", "/usr/lib/openblas-openmp/libblas.so.3"], "capability": "AVX2"}
        """;

    private static readonly string _reference = Optimized.Replace("46.2", "3.0", StringComparison.Ordinal)
        .Replace("openblas-openmp/libblas.so.3", "blas/libblas.so.3.11.0", StringComparison.Ordinal);

    [Fact]
    public void A_peer_with_an_optimized_product_may_race_and_shows_its_libraries()
    {
        PeerSetup setup = PeerSetup.Parse(Optimized, Python);
        setup.Require(Peak);
        string text = setup.Describe(Peak);
        Assert.Contains("torch 1.13.0a0", text, StringComparison.Ordinal);
        Assert.Contains("/usr/lib/openblas-openmp/libblas.so.3", text, StringComparison.Ordinal);
        Assert.Contains("OpenMP 4.5", text, StringComparison.Ordinal);
        Assert.Contains("59 % of the multiply-add peak", text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_peer_with_the_reference_product_is_refused_with_what_to_install()
    {
        PeerSetup setup = PeerSetup.Parse(_reference, Python);
        string message = Assert.Throws<InvalidOperationException>(() => setup.Require(Peak)).Message;
        Assert.Contains("not set up", message, StringComparison.Ordinal);
        Assert.Contains("4 % of the peak", message, StringComparison.Ordinal);
        Assert.Contains("libopenblas0-openmp", message, StringComparison.Ordinal);
        Assert.Contains("/usr/lib/blas/libblas.so.3.11.0", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0.29, false)]
    [InlineData(0.31, true)]
    [InlineData(double.NaN, false)]
    public void The_least_share_of_the_peak_decides(double share, bool fits)
    {
        PeerSetup setup = PeerSetup.Parse(Optimized, Python) with { GemmOneThread = share * Peak };
        Exception? refused = Record.Exception(() => setup.Require(Peak));
        Assert.Equal(fits, refused is null);
    }

    [Fact]
    public void An_interpreter_without_torch_is_named()
    {
        string message = Assert.Throws<InvalidOperationException>(
            () => PeerSetup.Parse("{\"error\": \"ModuleNotFoundError: No module named 'torch'\"}", Python)).Message;
        Assert.Contains("/usr/bin/python3 cannot import torch (ModuleNotFoundError", message, StringComparison.Ordinal);
        Assert.Contains("--python", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("Segmentation fault")]
    [InlineData("{\"peer\": \"torch 2.6\"}")]
    public void What_is_no_answer_is_shown(string output)
    {
        string message = Assert.Throws<InvalidOperationException>(() => PeerSetup.Parse(output, Python)).Message;
        Assert.Contains("did not say what PyTorch it has", message, StringComparison.Ordinal);
        Assert.Contains(output, message, StringComparison.Ordinal);
    }
}
