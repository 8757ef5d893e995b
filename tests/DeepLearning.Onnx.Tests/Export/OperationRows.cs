using DeepLearning.Tests.AutogradTests.Sweep;

namespace DeepLearning.Tests.Onnx.Export;

/// <summary>The operations of the library with inputs, and what is known of their export.</summary>
internal static class OperationRows
{
    public static readonly SweepRow[] All =
    [
        .. ElementwiseRows.Unary, .. ElementwiseRows.Binary, .. ElementwiseRows.Ternary, .. StructureRows.Movement,
        .. StructureRows.Indexing, .. StructureRows.Reductions, .. ProductRows.Products, .. ProductRows.LinearAlgebra,
            .. ProductRows.Images,
        .. LossRows.All, .. LayerRows.All, .. NormalizationRows.All, .. RegularizationRows.All, .. ConvolutionRows.All,
            .. AttentionRows.All,
        .. PoolingRows.All, .. ResamplingRows.All, .. ForwardRows.All,
    ];

    private static readonly string[] s_draws = ["Uniform", "Normal", "Bernoulli", "Exponential", "RandPerm"];

    private static readonly Dictionary<string, string> s_refused = new()
    {
        ["Digamma"] = "special function",
        ["Digamma:negative"] = "special function",
        ["ErfInv"] = "special function",
        ["LGamma"] = "special function",
        ["LGamma:negative"] = "special function",
        ["Trigamma"] = "special function",
        ["HistC"] = "range is read",
        ["Histogram"] = "range is read",
        ["Layers.CTCLoss"] = "no CTC loss",
        ["Loss.CTC"] = "no CTC loss",
        ["Loss.CTC:none"] = "no CTC loss",
        ["Map"] = "formula of your own",
        ["Map:two"] = "formula of your own",
        ["MaskedScatter"] = "follow",
        ["Loss.Masked:none"] = "follow",
        ["ScaledDotProductAttention:dropout"] = "drops weights",
        ["Linalg.Cholesky"] = "factorizes",
        ["Linalg.CholeskySolve"] = "factorizes",
        ["Linalg.Cond"] = "factorizes",
        ["Linalg.Eigh"] = "factorizes",
        ["Linalg.EigvalsH"] = "factorizes",
        ["Linalg.Inverse"] = "factorizes",
        ["Linalg.Lstsq"] = "factorizes",
        ["Linalg.MatrixNorm:nuclear"] = "factorizes",
        ["Linalg.MatrixRank"] = "factorizes",
        ["Linalg.Pinv"] = "factorizes",
        ["Linalg.Qr"] = "factorizes",
        ["Linalg.SlogDet"] = "factorizes",
        ["Linalg.Solve"] = "factorizes",
        ["Linalg.SolveTriangular"] = "factorizes",
        ["Linalg.Svd"] = "factorizes",
        ["Linalg.SvdVals"] = "factorizes",
    };

    /// <summary>Inputs of a row, of the first type that it takes.</summary>
    public static Tensor[] Inputs(SweepRow row, int seed)
    {
        Tensor[] inputs = [.. row.Inputs.Select((input, i) => Tensor.From(
            SweepInputs.Numbers(input.From, (int)new Shape(input.Shape).Count, (seed * 10) + i), input.Shape))];
        foreach (DType dtype in (DType[])[DType.Float32, DType.Int64])
        {
            Tensor[] converted = Array.ConvertAll(inputs, input => input.To(dtype));
            try
            {
                row.Function(converted);
                return converted;
            }
            catch (DTypeException)
            {
                // An operation on other numbers.
            }
        }

        return inputs;
    }

    /// <summary>Why a row is not exported, in words of the error.</summary>
    public static string? Reason(string name) => s_refused.GetValueOrDefault(name);

    /// <summary>Whether an operation draws numbers, which ONNX Runtime draws otherwise.</summary>
    public static bool Draws(Graph graph) => graph.Nodes.Any(static node => s_draws.Contains(node.Operation));
}
