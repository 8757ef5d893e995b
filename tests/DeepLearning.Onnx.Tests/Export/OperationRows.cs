using DeepLearning.Tests.AutogradTests.Sweep;

namespace DeepLearning.Tests.Onnx.Export;

/// <summary>The operations of the library with inputs, and what is known of their export.</summary>
internal static class OperationRows
{
    public static readonly SweepRow[] All =
    [
        .. ElementwiseRows.Unary, .. ElementwiseRows.Binary, .. ElementwiseRows.Ternary, .. StructureRows.Movement,
        .. StructureRows.Indexing, .. StructureRows.Reductions, .. ProductRows.Products, .. ProductRows.LinearAlgebra, .. ProductRows.Images,
        .. LossRows.All, .. LayerRows.All, .. NormalizationRows.All, .. RegularizationRows.All, .. ConvolutionRows.All, .. AttentionRows.All,
        .. PoolingRows.All, .. ResamplingRows.All, .. ForwardRows.All,
    ];

    public static Tensor[] Inputs(SweepRow row, int seed) =>
        [.. row.Inputs.Select((input, i) => Tensor.From(
            SweepInputs.Numbers(input.From, (int)new Shape(input.Shape).Count, (seed * 10) + i), input.Shape).To(DType.Float32))];

    /// <summary>Why a row is not exported.</summary>
    public static string? Reason(string name) => null;

    /// <summary>Whether a row draws numbers, which ONNX Runtime draws otherwise.</summary>
    public static bool IsDrawn(string name) => false;

    public static double Absolute(string name) => 2e-6;
}
