namespace DeepLearning.Workloads;

/// <summary>What is to be reached: ratios to the peer, and shares of what the machine can do.</summary>
internal static class Bars
{
    /// <summary>No ratio of a training counts for more than this in their mean.</summary>
    public const double Cap = 4;

    private const double NextBest = 0.9;

    /// <summary>The least ratio to a peer; null where none is set.</summary>
    public static double? Ratio(string name) => name switch
    {
        _ when Catalog.Trainings.ContainsKey(name) => 1.2,
        _ when Catalog.Inferences.ContainsKey(name) => 1.0,
        "gemm_64" or "conv1x1" => 1.0,
        "gemm_256" or "gemm_1024" or "gemm_2048" => 0.95,
        "conv3x3" => 1.4,
        "conv_depthwise" => 3.0,
        "softmax" => 1.5,
        _ => null,
    };

    /// <summary>The least share of the roofline; null where none is set.</summary>
    public static double? Share(string name) => name switch
    {
        "exp" or "add" or "sum" => 0.85,
        "gemm_nn_64_1t" => 0.6,
        "gemm_nn_256_1t" => 0.85,
        "gemm_nn_1024_1t" or "gemm_nn_2048_1t" => 0.92,
        // Transposed or odd: within a tenth of the square one of that size.
        _ when name.EndsWith("_64_1t", StringComparison.Ordinal) || name == "gemm_127x129x131_1t" => NextBest * 0.6,
        _ when name.EndsWith("_256_1t", StringComparison.Ordinal) || name.Contains("x37", StringComparison.Ordinal)
            || name.StartsWith("gemm_37x", StringComparison.Ordinal) => NextBest * 0.85,
        _ when name.EndsWith("_1t", StringComparison.Ordinal) => NextBest * 0.92,
        _ => null,
    };
}
