using System.Diagnostics.CodeAnalysis;

namespace DeepLearning.Onnx.Export;

/// <summary>How each traced operation is written in ONNX, by its name; and why some cannot be.</summary>
internal static class Converters
{
    private const string NoFactorization = "ONNX has no operator that factorizes or solves";
    private const string NoSpecial = "ONNX has no such special function";

    private static readonly Dictionary<string, Action<NodeContext>> s_converters = Made();

    private static readonly Dictionary<string, string> s_reasons = new()
    {
        ["Cholesky"] = NoFactorization,
        ["Eigh"] = NoFactorization,
        ["Inverse"] = NoFactorization,
        ["Pinv"] = NoFactorization,
        ["Qr"] = NoFactorization,
        ["SlogDet"] = NoFactorization,
        ["SlogDetSign"] = NoFactorization,
        ["Solve"] = NoFactorization,
        ["SolveTriangular"] = NoFactorization,
        ["Svd"] = NoFactorization,
        ["SvdVals"] = NoFactorization,
        ["Digamma"] = NoSpecial,
        ["ErfInv"] = NoSpecial,
        ["LGamma"] = NoSpecial,
        ["Trigamma"] = NoSpecial,
        ["CTC"] = "ONNX has no CTC loss; export the network without it",
        ["Histogram"] = "its range is read from the values, which a file cannot fix",
        ["Multinomial"] = "its draws without replacement have no ONNX operator",
        ["Checkpoint"] = "a checkpointed stretch is one operation; export outside of training",
        ["BatchStatistics"] = "running figures are updated in training alone; call Eval() first",
    };

    /// <summary>The operations that are written.</summary>
    public static IReadOnlyCollection<string> Known => s_converters.Keys;

    /// <summary>Why an operation is not written; null where it may be.</summary>
    public static string? Reason(string operation) => s_reasons.GetValueOrDefault(operation);

    /// <summary>How an operation is written.</summary>
    public static bool TryGet(string operation, [NotNullWhen(true)] out Action<NodeContext>? convert) =>
        s_converters.TryGetValue(operation, out convert);

    private static Dictionary<string, Action<NodeContext>> Made()
    {
        Dictionary<string, Action<NodeContext>> converters = [];
        ArithmeticConverters.Add(converters);
        FunctionConverters.Add(converters);
        ActivationConverters.Add(converters);
        ComparisonConverters.Add(converters);
        CreationConverters.Add(converters);
        ReductionConverters.Add(converters);
        ScanConverters.Add(converters);
        MovementConverters.Add(converters);
        IndexConverters.Add(converters);
        ScatterConverters.Add(converters);
        ProductConverters.Add(converters);
        ConvolutionConverters.Add(converters);
        PoolingConverters.Add(converters);
        NormalizationConverters.Add(converters);
        AttentionConverter.Add(converters);
        RecurrentConverters.Add(converters);
        LossConverters.Add(converters);
        return converters;
    }
}
